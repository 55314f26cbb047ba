import { describe, expect, it } from "vitest";
import { drawField, forbid } from "../../test/golden";
import { Pathfinder } from "./path";
import { FREE, type Forbidden, openToAll, type WalkField } from "./walkfield";

const open = openToAll();

function spot(field: WalkField, ix: number, iz: number): { x: number; z: number; surface: number } {
  const x = (ix + 0.5) * field.cell;
  const z = (iz + 0.5) * field.cell;
  return { x, z, surface: field.locate(x, z, 0) };
}

/** Every leg can be walked straight. */
function walkable(
  field: WalkField,
  from: { x: number; z: number; surface: number },
  points: readonly { x: number; z: number; surface: number }[],
  forbidden: Forbidden = open,
): boolean {
  let at = from;
  for (const point of points) {
    const swept = field.sweep(at.surface, at.x, at.z, point.x, point.z, forbidden);
    if (swept.reason !== FREE || swept.surface !== point.surface) return false;
    at = point;
  }
  return true;
}

const ROOMS = ["....#....", "....#....", "....d....", "....#....", "....#...."];

describe("Pathfinder", () => {
  it("goes straight where nothing is in the way", () => {
    const field = drawField([".....", ".....", "....."]);
    const to = spot(field, 4, 2);
    const path = new Pathfinder(field).find(spot(field, 0, 0), to, open);
    expect(path).toEqual({ points: [to], complete: true });
  });

  it("goes through a door, in few straight legs that can all be walked", () => {
    const field = drawField(ROOMS);
    const from = spot(field, 0, 0);
    const path = new Pathfinder(field).find(from, spot(field, 8, 4), open);
    expect(path.complete).toBe(true);
    expect(path.points.length).toBeLessThanOrEqual(4);
    expect(walkable(field, from, path.points)).toBe(true);
  });

  it("stops before a closed door, as near as one can come", () => {
    const field = drawField(ROOMS);
    const from = spot(field, 0, 0);
    const closed = forbid([0]);
    const path = new Pathfinder(field).find(from, spot(field, 8, 2), closed);
    expect(path.complete).toBe(false);
    expect(path.points.at(-1)).toEqual(spot(field, 3, 2));
    expect(walkable(field, from, path.points, closed)).toBe(true);
  });

  it("finds the shortest way of a naive search on random floors", () => {
    let seed = 7;
    const random = (): number => (seed = (seed * 48271) % 2147483647) / 2147483647;
    for (let round = 0; round < 20; round++) {
      const rows = Array.from({ length: 12 }, () =>
        Array.from({ length: 12 }, () => (random() < 0.3 ? "#" : ".")).join(""),
      );
      rows[0] = `.${rows[0]!.slice(1)}`;
      rows[11] = `${rows[11]!.slice(0, 11)}.`;
      const field = drawField(rows);
      const from = spot(field, 0, 0);
      const to = spot(field, 11, 11);
      const path = new Pathfinder(field).find(from, to, open);
      const naive = naiveCost(field, from.surface, to.surface);
      expect(path.complete).toBe(Number.isFinite(naive));
      expect(walkable(field, from, path.points)).toBe(true);
      if (path.complete) expect(lengthOf(from, path.points) / field.cell).toBeLessThanOrEqual(naive + 1e-6);
    }
  });

  it("answers again and again from the same finder", () => {
    const field = drawField(ROOMS);
    const finder = new Pathfinder(field);
    const first = finder.find(spot(field, 0, 0), spot(field, 8, 4), open);
    finder.find(spot(field, 8, 0), spot(field, 0, 4), open);
    expect(finder.find(spot(field, 0, 0), spot(field, 8, 4), open)).toEqual(first);
  });
});

function lengthOf(from: { x: number; z: number }, points: readonly { x: number; z: number }[]): number {
  let at = from;
  let sum = 0;
  for (const point of points) {
    sum += Math.hypot(point.x - at.x, point.z - at.z);
    at = point;
  }
  return sum;
}

/** Costs of eight-way steps by relaxing until nothing changes. */
function naiveCost(field: WalkField, start: number, goal: number): number {
  const cost = new Float64Array(field.size).fill(Infinity);
  cost[start] = 0;
  for (let changed = true; changed;) {
    changed = false;
    for (let s = 0; s < field.size; s++) {
      const reach = (to: number, length: number): void => {
        if (to < 0 || cost[s]! + length >= cost[to]! - 1e-9) return;
        cost[to] = cost[s]! + length;
        changed = true;
      };
      for (let way = 0; way < 4; way++) reach(field.next[s * 4 + way]!, 1);
      for (const x of [0, 1]) for (const z of [2, 3]) reach(field.corner(s, x, z, open), Math.SQRT2);
    }
  }
  return cost[goal]!;
}
