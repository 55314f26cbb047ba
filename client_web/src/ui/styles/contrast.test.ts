import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";

const css = readFileSync(new URL("./tokens.css", import.meta.url), "utf8");

function block(selector: string): Record<string, string> {
  const at = css.indexOf(`${selector} {`);
  expect(at, selector).toBeGreaterThanOrEqual(0);
  const body = css.slice(css.indexOf("{", at) + 1, css.indexOf("}", at));
  return Object.fromEntries([...body.matchAll(/--([\w-]+):\s*(#[0-9a-f]{6});/g)].map((m) => [m[1]!, m[2]!]));
}

const light = block(":root");
const dark = { ...light, ...block(':root[data-theme="dark"]') };
const high = { ...light, ...block(':root[data-contrast="high"]') };
const highDark = { ...dark, ...high, ...block(':root[data-contrast="high"][data-theme="dark"]') };

function luminance(hex: string): number {
  const [r, g, b] = [1, 3, 5].map((i) => {
    const c = parseInt(hex.slice(i, i + 2), 16) / 255;
    return c <= 0.03928 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4;
  }) as [number, number, number];
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}

function contrast(a: string, b: string): number {
  const [low, high] = [luminance(a), luminance(b)].sort((x, y) => x - y) as [number, number];
  return (high + 0.05) / (low + 0.05);
}

const SURFACES = ["paper", "surface", "surface-sunken", "surface-raised", "accent-wash"];
const TEXT: [string, string[]][] = [
  ["ink", [...SURFACES, "sun-wash", "danger-wash", "good-wash", "map-room", "map-room-here", "map-floor"]],
  ["ink-soft", SURFACES],
  ["accent", SURFACES],
  ["accent-ink", ["accent", "accent-strong"]],
  ["danger", ["surface", "danger-wash"]],
  ["danger-ink", ["danger"]],
  ["sun-ink", ["surface", "sun-wash"]],
  ["good", ["surface", "surface-sunken", "good-wash"]],
];
const CONTROLS: [string, string[]][] = [
  ["edge", ["surface", "surface-sunken", "paper"]],
  ["focus", ["surface", "paper"]],
  ["map-person", ["map-floor", "map-room", "map-room-here"]],
  ["map-speaks", ["map-floor", "map-room", "map-room-here"]],
  ["map-self", ["map-floor", "map-room"]],
];

describe.each([
  ["light", light, 4.5, 3],
  ["dark", dark, 4.5, 3],
  ["high contrast", high, 7, 4.5],
  ["high contrast, dark", highDark, 7, 4.5],
])("%s theme", (_name, theme, text, control) => {
  const check = (pairs: [string, string[]][], least: number): void => {
    for (const [ink, grounds] of pairs)
      for (const ground of grounds)
        expect(contrast(theme[ink]!, theme[ground]!), `${ink} on ${ground}`).toBeGreaterThanOrEqual(least);
  };
  it("has readable text", () => check(TEXT, text));
  it("has visible outlines and marks", () => check(CONTROLS, control));
});
