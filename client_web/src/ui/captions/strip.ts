/** Captions on a canvas: the screen in the hall. */

import { type CaptionLook, ground, PALETTES } from "./look";

const FONT = 'system-ui, "Segoe UI", sans-serif';
/** Height of letters at the usual size, of the picture's height. */
const LETTERS = 1 / 18;
const ROW = 1.25;
const WIDTH = 0.86;

/** Words that fit into lines of this width, at most `most` of them, the last words if there are too many. */
export function lastLines(text: string, fits: (line: string) => boolean, most: number): string[] {
  const lines: string[] = [];
  let line = "";
  for (const word of text.split(/\s+/).filter(Boolean)) {
    const longer = line === "" ? word : `${line} ${word}`;
    if (line === "" || fits(longer)) line = longer;
    else {
      lines.push(line);
      line = word;
    }
  }
  return (line === "" ? lines : [...lines, line]).slice(-most);
}

/** Draws lines over a picture of this size; nothing for none. */
export function drawStrip(
  c: CanvasRenderingContext2D,
  { width, height }: { readonly width: number; readonly height: number },
  captions: readonly string[],
  look: CaptionLook,
): void {
  if (captions.length === 0) return;
  const size = height * LETTERS * (look.size / 100);
  c.font = `600 ${size}px ${FONT}`;
  const most = Math.max(1, Math.min(look.lines, Math.floor((height * 0.6) / (size * ROW))));
  const lines = lastLines(captions.join(" "), (line) => c.measureText(line).width < width * WIDTH, most);
  const tall = (lines.length + 0.55) * size * ROW;
  const top = look.position === "top" ? 0 : height - tall;
  c.fillStyle = ground(look);
  c.fillRect(0, top, width, tall);
  c.fillStyle = PALETTES[look.colours].text;
  c.textAlign = "center";
  lines.forEach((line, index) => c.fillText(line, width / 2, top + (index + 1) * size * ROW, width * 0.96));
  c.textAlign = "left";
}
