import { expect, it } from "vitest";
import { fromStep, mixAngle, toStep, turnTowards, wrap, yawOf } from "./angles";

it("goes to steps and back", () => {
  for (let step = 0; step < 256; step++) expect(toStep(fromStep(step))).toBe(step);
  expect(toStep(-Math.PI / 2)).toBe(192);
  expect(toStep(100 * Math.PI)).toBe(0);
});

it("wraps, and turns the short way", () => {
  expect(wrap(3 * Math.PI)).toBeCloseTo(Math.PI);
  expect(mixAngle(3, -3, 0.5)).toBeCloseTo(Math.PI, 1);
  expect(turnTowards(0, 2, 0.1)).toBeCloseTo(0.1);
  expect(turnTowards(0, -0.05, 0.1)).toBeCloseTo(-0.05);
});

it("looks along a direction: 0 is -Z, positive turns left", () => {
  expect(yawOf(0, -1)).toBeCloseTo(0);
  expect(yawOf(-1, 0)).toBeCloseTo(Math.PI / 2);
  expect(yawOf(1, 0)).toBeCloseTo(-Math.PI / 2);
});
