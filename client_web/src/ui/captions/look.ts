/** How captions look for one person: every choice can be read on every picture. Pure. */

export type Colours = "white" | "yellow" | "dark" | "sunny";
export type Position = "bottom" | "top";
/** What a screen reader says by itself: each line, a whole message at its end, or nothing. */
export type Announce = "line" | "message" | "off";

export interface CaptionLook {
  /** Per cent of the usual size. */
  readonly size: number;
  readonly colours: Colours;
  /** Nothing of the picture shines through. */
  readonly solid: boolean;
  readonly position: Position;
  /** Lines at once. */
  readonly lines: number;
  readonly announce: Announce;
  /** In the hall at the edge of the page, too: the screen may be far. */
  readonly page: boolean;
}

export const FIRST_LOOK: CaptionLook = {
  size: 100,
  colours: "white",
  solid: false,
  position: "bottom",
  lines: 2,
  announce: "off",
  page: true,
};

export const SIZES = { least: 75, most: 250, step: 25 } as const;
export const LINES = { least: 1, most: 5 } as const;

export interface Palette {
  readonly text: string;
  readonly speaker: string;
  /** Red, green, blue, 0 to 255. */
  readonly ground: readonly [number, number, number];
}

export const PALETTES: Readonly<Record<Colours, Palette>> = {
  white: { text: "#ffffff", speaker: "#f2c46d", ground: [6, 14, 18] },
  yellow: { text: "#ffe45c", speaker: "#ffffff", ground: [0, 0, 0] },
  dark: { text: "#0b1216", speaker: "#5a2a00", ground: [255, 255, 255] },
  sunny: { text: "#000000", speaker: "#3a1d00", ground: [255, 228, 92] },
};

/** So much of the ground at least: text stays readable on any picture. */
export const LEAST_GROUND = 0.88;

export function ground({ colours, solid }: Pick<CaptionLook, "colours" | "solid">): string {
  return `rgba(${PALETTES[colours].ground.join(", ")}, ${solid ? 1 : LEAST_GROUND})`;
}

/** Whatever was stored, made valid: what is unknown or broken is as for somebody new. */
export function readLook(stored: string | null): CaptionLook {
  let raw: Partial<Record<keyof CaptionLook, unknown>> = {};
  try {
    const read: unknown = JSON.parse(stored ?? "{}");
    if (typeof read === "object" && read !== null) raw = read;
  } catch {
    // As for somebody new.
  }
  const one = <T>(value: unknown, of: readonly T[], first: T): T => (of.includes(value as T) ? (value as T) : first);
  const within = (value: unknown, least: number, most: number, first: number): number =>
    typeof value === "number" && value >= least && value <= most ? Math.round(value) : first;
  return {
    size: within(raw.size, SIZES.least, SIZES.most, FIRST_LOOK.size),
    colours: one(raw.colours, Object.keys(PALETTES) as Colours[], FIRST_LOOK.colours),
    solid: raw.solid === true,
    position: one(raw.position, ["bottom", "top"], FIRST_LOOK.position),
    lines: within(raw.lines, LINES.least, LINES.most, FIRST_LOOK.lines),
    announce: one(raw.announce, ["line", "message", "off"], FIRST_LOOK.announce),
    page: raw.page !== false,
  };
}
