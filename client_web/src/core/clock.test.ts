import { expect, it } from "vitest";
import { ManualClock } from "./clock";

it("runs timers in the order of their time, at their time", () => {
  const clock = new ManualClock(100);
  const seen: [string, number][] = [];
  clock.after(20, () => seen.push(["b", clock.now()]));
  clock.after(10, () => {
    seen.push(["a", clock.now()]);
    clock.after(5, () => seen.push(["c", clock.now()]));
  });
  clock.after(15, () => seen.push(["never", 0]))();
  clock.advance(50);
  expect(seen).toEqual([
    ["a", 110],
    ["c", 115],
    ["b", 120],
  ]);
  expect(clock.now()).toBe(150);
  expect(clock.pending).toBe(0);
});
