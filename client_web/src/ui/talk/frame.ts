/** Where a floating window stands: stays on the screen, keeps its form, comes back where it was. Pure but for the storage. */

export interface Frame {
  /** CSS pixels from the top left. */
  readonly x: number;
  readonly y: number;
  readonly width: number;
}

export interface Limits {
  readonly screenWidth: number;
  readonly screenHeight: number;
  readonly least: number;
  /** Width to height of the content, and what stands above and below it, CSS pixels. */
  readonly aspect: number;
  readonly chrome: number;
  /** Kept free at the top and bottom for the bars of the hall. */
  readonly top: number;
  readonly bottom: number;
}

export const STEP = 24;

export const heightOf = (width: number, { aspect, chrome }: Pick<Limits, "aspect" | "chrome">): number =>
  Math.round(width / aspect) + chrome;

/** The frame nearest to this one that is whole on the screen. */
export function kept(frame: Frame, limits: Limits): Frame {
  const { screenWidth, screenHeight, least, aspect, chrome, top, bottom } = limits;
  const tallest = (screenHeight - top - bottom - chrome) * aspect;
  const width = Math.round(Math.max(Math.min(least, screenWidth), Math.min(frame.width, screenWidth, tallest)));
  const height = heightOf(width, limits);
  return {
    width,
    x: Math.round(Math.max(0, Math.min(frame.x, screenWidth - width))),
    y: Math.round(Math.max(Math.min(top, screenHeight - height), Math.min(frame.y, screenHeight - bottom - height))),
  };
}

/** What an arrow key does: moves, with Shift makes larger or smaller; null for other keys. */
export function byKey(frame: Frame, key: string, shift: boolean): Frame | null {
  const [x, y] = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] }[key] ?? [0, 0];
  if (x === 0 && y === 0) return null;
  if (shift) return { ...frame, width: frame.width + (x! || y!) * STEP };
  return { ...frame, x: frame.x + x! * STEP, y: frame.y + y! * STEP };
}

/** What was stored, null where that is no frame. */
export function readFrame(text: string | null): Frame | null {
  if (text === null) return null;
  try {
    const { x, y, width } = JSON.parse(text) as Partial<Frame>;
    return [x, y, width].every(Number.isFinite) ? { x: x!, y: y!, width: width! } : null;
  } catch {
    return null;
  }
}
