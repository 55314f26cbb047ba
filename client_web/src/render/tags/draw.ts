/** Draws one name tag into a canvas. */

import { badgeText } from "../../core/badge";
import { cleanText, directionOf, fitText } from "./text";

export const CELL_WIDTH = 400;
export const CELL_HEIGHT = 80;
const FONT = '"Inter", "Segoe UI", system-ui, "Noto Sans", "Noto Color Emoji", sans-serif';
const PADDING = 16;

export interface TagWords {
  readonly name: string;
  readonly affiliation: string;
  readonly badge: string;
}

const BADGES: Readonly<Record<string, string>> = {
  speaker: "#f2b84b",
  staff: "#5fd0b5",
  moderator: "#5fd0b5",
  chair: "#f2b84b",
};
const OTHER_BADGE = "#9db8ff";

/** Draws centred in the cell and gives the width used, in cell pixels. */
export function drawTag(c: CanvasRenderingContext2D, words: TagWords, highContrast: boolean): number {
  const name = cleanText(words.name);
  const affiliation = cleanText(words.affiliation);
  const badge = badgeText(cleanText(words.badge));
  c.clearRect(0, 0, CELL_WIDTH, CELL_HEIGHT);
  const room = CELL_WIDTH - PADDING * 2 - 4;
  const chip = badge ? chipWidth(c, badge) : 0;
  c.font = `600 30px ${FONT}`;
  const shownName = fitText(name, room - (chip ? chip + 8 : 0), (text) => c.measureText(text).width);
  const nameWidth = c.measureText(shownName).width;
  c.font = `400 20px ${FONT}`;
  const shownAffiliation = affiliation ? fitText(affiliation, room, (text) => c.measureText(text).width) : "";
  const inner = Math.max(nameWidth + (chip ? chip + 8 : 0), c.measureText(shownAffiliation).width);
  const width = Math.min(CELL_WIDTH - 2, Math.ceil(inner + PADDING * 2));
  drawPlate(c, width, shownAffiliation !== "", highContrast);
  const baseline = shownAffiliation ? 38 : 51;
  const left = CELL_WIDTH / 2 - (nameWidth + (chip ? chip + 8 : 0)) / 2;
  if (badge) drawChip(c, badge, left, baseline, chip);
  write(c, shownName, left + (chip ? chip + 8 : 0) + nameWidth / 2, baseline, `600 30px ${FONT}`, "#ffffff");
  if (shownAffiliation) {
    write(c, shownAffiliation, CELL_WIDTH / 2, 64, `400 20px ${FONT}`, highContrast ? "#ffffff" : "#d6e4ea");
  }
  return width;
}

function drawPlate(c: CanvasRenderingContext2D, width: number, tall: boolean, highContrast: boolean): void {
  const height = tall ? CELL_HEIGHT - 4 : 56;
  const y = tall ? 2 : 12;
  c.fillStyle = highContrast ? "#000000" : "rgba(17, 30, 40, 0.74)";
  c.beginPath();
  c.roundRect((CELL_WIDTH - width) / 2, y, width, height, 18);
  c.fill();
  if (!highContrast) return;
  c.strokeStyle = "#ffffff";
  c.lineWidth = 2;
  c.stroke();
}

function chipWidth(c: CanvasRenderingContext2D, badge: string): number {
  c.font = `700 17px ${FONT}`;
  return Math.min(110, Math.ceil(c.measureText(badge).width) + 16);
}

function drawChip(c: CanvasRenderingContext2D, badge: string, x: number, baseline: number, width: number): void {
  c.fillStyle = BADGES[badge.toLowerCase()] ?? OTHER_BADGE;
  c.beginPath();
  c.roundRect(x, baseline - 22, width, 26, 8);
  c.fill();
  write(c, badge, x + width / 2, baseline - 3, `700 17px ${FONT}`, "#10202a", width - 8);
}

function write(
  c: CanvasRenderingContext2D,
  text: string,
  x: number,
  y: number,
  font: string,
  colour: string,
  most?: number,
): void {
  c.font = font;
  c.fillStyle = colour;
  c.textAlign = "center";
  c.direction = directionOf(text);
  c.fillText(text, x, y, most);
}
