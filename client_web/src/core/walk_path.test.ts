import { expect, it } from "vitest";
import { WalkPath } from "./walk_path";

const points = [
  { x: 2, z: 0, surface: 1 },
  { x: 2, z: 2, surface: 2 },
];

it("goes from point to point, slows down, and ends", () => {
  const path = new WalkPath(points, false);
  expect(path.end).toBe(points[1]);
  expect(path.wish(0, 0, 0)).toEqual({ x: 1, z: 0 });
  const up = path.wish(1.95, 0, 10)!;
  expect(up.z).toBeGreaterThan(0.9);
  const slow = path.wish(2, 1.75, 20)!;
  expect(Math.hypot(slow.x, slow.z)).toBeCloseTo(0.5);
  expect(path.wish(2, 1.95, 30)).toBeNull();
});

it("gives up when it gets no nearer for a while", () => {
  const path = new WalkPath(points, true);
  path.wish(0, 0, 0);
  expect(path.wish(0.01, 0, 800)).not.toBeNull();
  expect(path.wish(0.01, 0, 1000)).toBeNull();
});
