/** Icons over heads, drawn by our own strokes into one strip: emotes, raised hand, speaking. */

import { emoteOf, HAND_UP, SPEAKING } from "../../core/types";

export const ICON = 96;
/** Position in the strip: 0 to 4 the emotes wave, clap, thumbs up, nod, heart; then hand and speaking. */
const HAND_ICON = 5;
const SPEAKING_ICON = 6;
export const ICONS = 7;

/** Index in the strip of an emote by its number on the wire (1 wave ... 5 heart). */
const iconOfEmote = (emote: number): number => (emote >= 1 && emote <= 5 ? emote - 1 : -1);

/** Icon over the head for a state byte, -1 none: a gesture goes before the raised hand, the hand before speaking. */
export function iconOf(bits: number): number {
  const emote = iconOfEmote(emoteOf(bits));
  if (emote >= 0) return emote;
  return bits & HAND_UP ? HAND_ICON : bits & SPEAKING ? SPEAKING_ICON : -1;
}

type Draw = (c: CanvasRenderingContext2D) => void;

const DRAWINGS: readonly Draw[] = [wave, clap, thumbsUp, nod, heart, hand, speaking];
const PLATES = ["#ffffff", "#ffffff", "#ffffff", "#ffffff", "#ffffff", "#f2b84b", "#2f9e7a"];
const SKIN = "#f4bd58";
const LINE = "#5a3b12";

/** Draws all icons side by side; each in a 96 pixel square with its middle at (48, 48). */
export function drawIcons(c: CanvasRenderingContext2D): void {
  DRAWINGS.forEach((draw, i) => {
    c.save();
    c.translate(i * ICON + ICON / 2, ICON / 2);
    c.fillStyle = "rgba(10, 22, 30, 0.25)";
    disc(c, 0, 2, 44);
    c.fillStyle = PLATES[i]!;
    disc(c, 0, 0, 42);
    c.lineWidth = 3;
    c.lineCap = c.lineJoin = "round";
    c.strokeStyle = LINE;
    c.fillStyle = SKIN;
    draw(c);
    c.restore();
  });
}

function disc(c: CanvasRenderingContext2D, x: number, y: number, r: number): void {
  c.beginPath();
  c.arc(x, y, r, 0, Math.PI * 2);
  c.fill();
}

/** An open hand, fingers up. */
function palm(c: CanvasRenderingContext2D): void {
  const finger = (x: number, top: number, lean: number): void => {
    c.save();
    c.translate(x, 4);
    c.rotate(lean);
    c.beginPath();
    c.roundRect(-4.5, top - 4, 9, -top + 6, 4.5);
    c.fill();
    c.stroke();
    c.restore();
  };
  finger(-12, -20, -0.16);
  finger(-4, -25, -0.05);
  finger(5, -24, 0.07);
  finger(13, -18, 0.2);
  c.save();
  c.translate(-15, 12);
  c.rotate(-0.95);
  c.beginPath();
  c.roundRect(-5, -15, 10, 20, 5);
  c.fill();
  c.stroke();
  c.restore();
  c.beginPath();
  c.roundRect(-17, -1, 35, 27, 12);
  c.fill();
  c.stroke();
  c.fillRect(-14, -4, 29, 10);
}

function wave(c: CanvasRenderingContext2D): void {
  c.save();
  c.rotate(0.32);
  c.scale(0.88, 0.88);
  palm(c);
  c.restore();
  c.strokeStyle = "#3b7d8c";
  for (const side of [-1, 1]) {
    c.beginPath();
    c.arc(0, 0, 33, side < 0 ? 2.7 : -0.45, side < 0 ? 3.4 : 0.25);
    c.stroke();
  }
}

function clap(c: CanvasRenderingContext2D): void {
  for (const side of [-1, 1]) {
    c.save();
    c.translate(side * 8, 6);
    c.scale(side * 0.62, 0.72);
    c.rotate(-0.35);
    palm(c);
    c.restore();
  }
  c.strokeStyle = "#d0743c";
  for (const angle of [-2.1, -1.57, -1.04]) {
    c.beginPath();
    c.moveTo(Math.cos(angle) * 26, Math.sin(angle) * 26);
    c.lineTo(Math.cos(angle) * 34, Math.sin(angle) * 34);
    c.stroke();
  }
}

function thumbsUp(c: CanvasRenderingContext2D): void {
  c.beginPath();
  c.roundRect(-7, -27, 13, 32, 6.5);
  c.fill();
  c.stroke();
  c.beginPath();
  c.roundRect(-10, -3, 32, 28, 9);
  c.fill();
  c.stroke();
  c.fillRect(-5, -8, 9, 12);
  for (const y of [4, 11, 18]) {
    c.beginPath();
    c.moveTo(8, y);
    c.lineTo(20, y);
    c.stroke();
  }
  c.fillStyle = "#3b7d8c";
  c.beginPath();
  c.roundRect(-26, -3, 14, 28, 4);
  c.fill();
}

function nod(c: CanvasRenderingContext2D): void {
  disc(c, 0, 0, 24);
  c.stroke();
  c.fillStyle = LINE;
  disc(c, -8, -3, 3);
  disc(c, 8, -3, 3);
  c.beginPath();
  c.arc(0, 3, 10, 0.3, Math.PI - 0.3);
  c.stroke();
  c.strokeStyle = "#3b7d8c";
  for (const side of [-1, 1]) {
    c.beginPath();
    c.moveTo(side * 31, -10);
    c.quadraticCurveTo(side * 36, 0, side * 31, 10);
    c.stroke();
  }
}

function heart(c: CanvasRenderingContext2D): void {
  c.fillStyle = "#e0475f";
  c.beginPath();
  c.moveTo(0, 26);
  c.bezierCurveTo(-40, 0, -26, -30, 0, -12);
  c.bezierCurveTo(26, -30, 40, 0, 0, 26);
  c.fill();
}

function hand(c: CanvasRenderingContext2D): void {
  c.fillStyle = "#ffffff";
  palm(c);
}

function speaking(c: CanvasRenderingContext2D): void {
  c.fillStyle = c.strokeStyle = "#ffffff";
  c.lineWidth = 6;
  for (const [x, half] of [
    [-18, 8],
    [-6, 18],
    [6, 13],
    [18, 6],
  ] as const) {
    c.beginPath();
    c.moveTo(x, -half);
    c.lineTo(x, half);
    c.stroke();
  }
}
