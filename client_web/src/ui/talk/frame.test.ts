import { describe, expect, it } from "vitest";
import { byKey, heightOf, kept, type Limits, readFrame, STEP } from "./frame";

const LIMITS: Limits = {
  screenWidth: 1280,
  screenHeight: 800,
  least: 280,
  aspect: 16 / 9,
  chrome: 96,
  top: 70,
  bottom: 80,
};

describe("a floating window", () => {
  it("stays whole on the screen, between the bars", () => {
    for (const frame of [
      { x: -400, y: -400, width: 480 },
      { x: 5_000, y: 5_000, width: 480 },
      { x: 100, y: 100, width: 9_000 },
      { x: 100, y: 100, width: 1 },
    ]) {
      const now = kept(frame, LIMITS);
      expect(now.x).toBeGreaterThanOrEqual(0);
      expect(now.y).toBeGreaterThanOrEqual(LIMITS.top);
      expect(now.x + now.width).toBeLessThanOrEqual(LIMITS.screenWidth);
      expect(now.y + heightOf(now.width, LIMITS)).toBeLessThanOrEqual(LIMITS.screenHeight - LIMITS.bottom);
      expect(now.width).toBeGreaterThanOrEqual(LIMITS.least);
    }
  });

  it("stays where it is when it fits", () => {
    const frame = { x: 300, y: 200, width: 480 };
    expect(kept(frame, LIMITS)).toEqual(frame);
  });

  it("is never wider than a small screen", () => {
    const now = kept({ x: 0, y: 0, width: 480 }, { ...LIMITS, screenWidth: 240 });
    expect(now).toMatchObject({ x: 0, width: 240 });
  });

  it("moves by arrow keys, and changes its size by them with Shift", () => {
    const frame = { x: 300, y: 200, width: 480 };
    expect(byKey(frame, "ArrowLeft", false)).toEqual({ ...frame, x: 300 - STEP });
    expect(byKey(frame, "ArrowDown", false)).toEqual({ ...frame, y: 200 + STEP });
    expect(byKey(frame, "ArrowRight", true)).toEqual({ ...frame, width: 480 + STEP });
    expect(byKey(frame, "ArrowUp", true)).toEqual({ ...frame, width: 480 - STEP });
    expect(byKey(frame, "a", false)).toBeNull();
  });

  it("reads what was stored, and nothing else", () => {
    expect(readFrame('{"x":1,"y":2,"width":300}')).toEqual({ x: 1, y: 2, width: 300 });
    for (const bad of [null, "", "{}", '{"x":"1","y":2,"width":3}', "[1]", '{"x":1,"y":2,"width":null}'])
      expect(readFrame(bad)).toBeNull();
  });
});
