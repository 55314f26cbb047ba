import { expect, it } from "vitest";
import { stick } from "./stick";

it("rests in the middle", () => {
  expect(stick(0, 0, 60)).toEqual({ x: 0, y: 0 });
  expect(stick(5, -4, 60)).toEqual({ x: 0, y: 0 });
});

it("is full at the edge and beyond, forward is up", () => {
  expect(stick(0, -60, 60)).toEqual({ x: 0, y: 1 });
  expect(stick(300, 0, 60)).toEqual({ x: 1, y: 0 });
  const { x, y } = stick(-100, 100, 60);
  expect(Math.hypot(x, y)).toBeCloseTo(1, 9);
  expect([Math.sign(x), Math.sign(y)]).toEqual([-1, -1]);
});

it("starts softly behind the dead middle", () => {
  const { x } = stick(9, 0, 60);
  expect(x).toBeGreaterThan(0);
  expect(x).toBeLessThan(0.05);
});
