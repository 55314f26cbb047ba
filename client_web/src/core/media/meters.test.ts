import { expect, it } from "vitest";
import { Mean, Recent } from "./meters";

it("counts the last second only", () => {
  const recent = new Recent();
  for (let now = 0; now < 3_000; now += 100) recent.add(50, now);
  expect(recent.perSecond(2_900)).toBe(500);
  expect(recent.perSecond(3_400)).toBe(250);
  expect(recent.perSecond(9_000)).toBe(0);
});

it("tells a mean since the last time", () => {
  const mean = new Mean();
  for (const value of [1, 2, 6]) mean.add(value);
  expect([mean.take(), mean.take()]).toEqual([3, 0]);
});
