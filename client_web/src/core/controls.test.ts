import { expect, it } from "vitest";
import { idleControls, mergeControls, wantsToMove } from "./controls";

it("adds up devices within the unit circle", () => {
  const merged = mergeControls([
    { ...idleControls(), y: 1, run: true },
    { ...idleControls(), x: 1, turn: 3 },
  ]);
  expect(Math.hypot(merged.x, merged.y)).toBeCloseTo(1);
  expect(merged.turn).toBe(1);
  expect(merged.run).toBe(true);
  expect(wantsToMove(merged)).toBe(true);
  expect(wantsToMove(idleControls())).toBe(false);
});
