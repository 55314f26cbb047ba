import { expect, it } from "vitest";
import { nextIndex } from "./roving";

it("moves with arrows, wraps round, knows the ends and leaves other keys alone", () => {
  expect(nextIndex("ArrowRight", 2, 3)).toBe(0);
  expect(nextIndex("ArrowUp", 0, 3)).toBe(2);
  expect(nextIndex("Home", 2, 3)).toBe(0);
  expect(nextIndex("End", 0, 3)).toBe(2);
  expect(nextIndex("a", 0, 3)).toBeNull();
  expect(nextIndex("ArrowRight", 0, 0)).toBeNull();
});
