/** Words that several panels share, and how numbers are said. */

import type { KeyAction } from "../app/ports";

export { badgeText } from "../core/badge";

export const KEY_ACTION_TEXTS: Readonly<Record<KeyAction, string>> = {
  forward: "Walk forward",
  back: "Walk back",
  left: "Step left",
  right: "Step right",
  turnLeft: "Turn left",
  turnRight: "Turn right",
  lookUp: "Look up",
  lookDown: "Look down",
  zoomIn: "Camera closer",
  zoomOut: "Camera further away",
  run: "Run (hold)",
  camera: "First or third person",
  resetView: "Reset the view",
  sit: "Sit down or stand up",
  wave: "Wave",
  clap: "Clap",
  thumbsUp: "Thumbs up",
  heart: "Heart",
  hand: "Raise or lower the hand",
  talk: "Talk (hold), or microphone on and off",
  safe: "Go outside",
};

const KEY_NAMES: Readonly<Record<string, string>> = {
  ArrowUp: "Up arrow",
  ArrowDown: "Down arrow",
  ArrowLeft: "Left arrow",
  ArrowRight: "Right arrow",
  ShiftLeft: "Left Shift",
  ShiftRight: "Right Shift",
  ControlLeft: "Left Ctrl",
  ControlRight: "Right Ctrl",
  AltLeft: "Left Alt",
  AltRight: "Right Alt",
  Space: "Space",
  Equal: "=",
  Minus: "-",
  Comma: ",",
  Period: ".",
  Slash: "/",
  Semicolon: ";",
  Quote: "'",
  BracketLeft: "[",
  BracketRight: "]",
  Backquote: "`",
  Backslash: "\\",
  NumpadAdd: "Numpad +",
  NumpadSubtract: "Numpad -",
  PageUp: "Page up",
  PageDown: "Page down",
};

/** What is printed on the key: `KeyW` is "W" (on a keyboard with the usual Latin layout). */
export function keyName(code: string): string {
  const known = KEY_NAMES[code];
  if (known !== undefined) return known;
  const letter = /^(?:Key|Digit)(.)$/.exec(code)?.[1];
  if (letter !== undefined) return letter;
  return code.replace(/^Numpad/, "Numpad ");
}

export function plural(count: number, one: string, many: string): string {
  return `${formatCount(count)} ${count === 1 ? one : many}`;
}

const counts = new Intl.NumberFormat("en");
export const formatCount = (count: number): string => counts.format(count);

/** "under 1 m", "12 m", "1.2 km". */
export function formatMetres(metres: number): string {
  if (!Number.isFinite(metres)) return "";
  if (metres < 1) return "under 1 m";
  return metres < 1000 ? `${Math.round(metres)} m` : `${(metres / 1000).toFixed(1)} km`;
}

/** "120 bytes", "850 kB", "3.1 MB". */
export function formatBytes(bytes: number): string {
  if (bytes > 0 && bytes < 1000) return `${bytes} bytes`;
  return bytes < 1_000_000 ? `${Math.round(bytes / 1000)} kB` : `${(bytes / 1_000_000).toFixed(1)} MB`;
}

/** The hint of every "Go to". */
export const AT_ONCE = "Takes you there at once";

/** Where somebody is, after "You are": "in Foyer", "outside". */
export function hereText(room: string | null | undefined): string {
  return room === "Outside" ? "outside" : `in ${room || "the venue"}`;
}
