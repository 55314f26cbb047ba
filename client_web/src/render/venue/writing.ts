/** Text on canvases of screens and signs. */

export const FONT = '"Inter", "Segoe UI", system-ui, sans-serif';

export type Canvas2d = CanvasRenderingContext2D;

/** The lines of a text that fit into `width`, at most `most`; the last one ends in an ellipsis when text is left. */
export function linesOf(c: Pick<Canvas2d, "measureText">, text: string, width: number, most: number): string[] {
  const fits = (line: string): boolean => c.measureText(line).width <= width;
  let rest = text.split(/\s+/).filter(Boolean);
  const lines: string[] = [];
  while (lines.length < most && rest.length > 0) {
    let n = rest.length;
    while (n > 1 && !fits(rest.slice(0, n).join(" "))) n--;
    let line = rest.slice(0, n).join(" ");
    const left = lines.length === most - 1 && n < rest.length;
    // One word may be wider than everything: it is cut rather than squeezed.
    while (line.length > 1 && !fits(left ? `${line}…` : line)) line = `${line.slice(0, -2)}…`;
    lines.push(left && !line.endsWith("…") ? `${line}…` : line);
    rest = rest.slice(n);
  }
  return lines;
}

/** The largest of these sizes at which a text fits whole into so many lines, else the smallest. */
export function fittingSize(
  c: Pick<Canvas2d, "measureText" | "font">,
  text: string,
  width: number,
  style: Pick<Style, "weight" | "most">,
  sizes: readonly number[],
): number {
  const words = text.split(/\s+/).filter(Boolean).join(" ");
  const fits = (size: number): boolean => {
    c.font = `${style.weight} ${size}px ${FONT}`;
    return linesOf(c, text, width, style.most).join(" ") === words;
  };
  return sizes.find(fits) ?? sizes.at(-1)!;
}

export interface Style {
  readonly size: number;
  readonly weight: number;
  readonly colour: string;
  readonly most: number;
}

/** Writes lines below each other and gives the base line of the one that would follow. */
export function writeLines(c: Canvas2d, text: string, x: number, y: number, width: number, style: Style): number {
  c.font = `${style.weight} ${style.size}px ${FONT}`;
  c.fillStyle = style.colour;
  for (const line of linesOf(c, text, width, style.most)) {
    c.fillText(line, x, y);
    y += style.size * 1.18;
  }
  return y;
}

/** A word on a coloured pill, its left end at x; gives the width of it. */
export function writePill(
  c: Canvas2d,
  text: string,
  x: number,
  y: number,
  size: number,
  fill: string,
  ink: string,
): number {
  c.font = `700 ${size}px ${FONT}`;
  const width = c.measureText(text).width + size * 1.1;
  c.fillStyle = fill;
  c.beginPath();
  c.roundRect(x, y - size * 1.05, width, size * 1.5, size * 0.75);
  c.fill();
  c.fillStyle = ink;
  c.fillText(text, x + size * 0.55, y);
  return width;
}
