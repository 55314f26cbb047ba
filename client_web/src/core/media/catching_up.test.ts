import { expect, it } from "vitest";
import { CatchingUp } from "./catching_up";

it("leaves out the cached group, until frames come at the pace of their capture", () => {
  const catching = new CatchingUp();
  const burst = Array.from({ length: 60 }, (_, i) => 2_000 - i * 33);
  expect(burst.every((offset) => catching.take(offset))).toBe(true);
  expect([20, 21, 19, 20, 200].map((offset) => catching.take(offset))).toEqual([true, true, true, true, false]);
  catching.again();
  expect(catching.take(900)).toBe(true);
});

it("needs a few frames only where there is nothing to catch up", () => {
  const catching = new CatchingUp();
  expect([20, 22, 18, 21, 25].map((offset) => catching.take(offset))).toEqual([true, true, true, true, false]);
});
