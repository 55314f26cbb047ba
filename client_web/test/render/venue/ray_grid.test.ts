import { Ray, Vector3 } from "three";
import { describe, expect, it } from "vitest";
import { RayGrid } from "../../../src/render/venue/ray_grid";

/** A floor of 40 x 40 m at height 0 and a wall at z = -10, 3 m high. */
function hall(): RayGrid {
  const grid = new RayGrid();
  grid.add(-20, 0, -20, 20, 0, -20, 20, 0, 20);
  grid.add(-20, 0, -20, 20, 0, 20, -20, 0, 20);
  grid.add(-20, 0, -10, 20, 0, -10, 20, 3, -10);
  grid.add(-20, 0, -10, 20, 3, -10, -20, 3, -10);
  grid.finish();
  return grid;
}

const cast = (grid: RayGrid, o: number[], d: number[], far = 100) => {
  const length = Math.hypot(d[0]!, d[1]!, d[2]!);
  return { ...grid.cast(o[0]!, o[1]!, o[2]!, d[0]! / length, d[1]! / length, d[2]! / length, far) };
};

describe("RayGrid", () => {
  it("finds the floor straight below", () => {
    const hit = cast(hall(), [1, 5, 1], [0, -1, 0]);
    expect(hit.t).toBeCloseTo(5, 5);
    expect(hit.up).toBeCloseTo(1, 5);
  });

  it("finds the wall before the floor behind it", () => {
    const hit = cast(hall(), [0, 2, 0], [0, -0.1, -1]);
    expect(hit.up).toBeCloseTo(0, 5);
    expect(hit.t).toBeCloseTo(Math.hypot(10, 1), 4);
  });

  it("sees over the wall", () => {
    const hit = cast(hall(), [0, 6, -4], [0, -0.45, -1]);
    expect(hit.up).toBeCloseTo(1, 5);
  });

  it("finds nothing beyond its reach, upwards, or in an empty building", () => {
    expect(cast(hall(), [0, 2, 0], [0, 0, -1], 5).t).toBe(Infinity);
    expect(cast(hall(), [0, 2, 0], [0, 1, 0]).t).toBe(Infinity);
    const empty = new RayGrid();
    empty.finish();
    expect(cast(empty, [0, 2, 0], [0, -1, 0]).t).toBe(Infinity);
  });

  it("agrees with testing every triangle", () => {
    const grid = new RayGrid();
    let seed = 7;
    const random = (): number => (seed = (seed * 16807) % 2147483647) / 2147483647;
    const triangles: Vector3[][] = [];
    for (let i = 0; i < 300; i++) {
      const [x, y, z] = [random() * 60 - 30, random() * 6, random() * 60 - 30];
      const corner = (): Vector3 => new Vector3(x + random() * 9 - 4, y + random() * 4, z + random() * 9 - 4);
      const [a, b, c] = [corner(), corner(), corner()];
      triangles.push([a, b, c]);
      grid.add(a.x, a.y, a.z, b.x, b.y, b.z, c.x, c.y, c.z);
    }
    grid.finish();
    const ray = new Ray();
    const at = new Vector3();
    let hits = 0;
    for (let i = 0; i < 1000; i++) {
      ray.origin.set(random() * 90 - 45, random() * 8, random() * 90 - 45);
      ray.direction.set(random() - 0.5, (random() - 0.5) * 0.4, random() - 0.5).normalize();
      let expected = Infinity;
      for (const [a, b, c] of triangles) {
        const met = ray.intersectTriangle(a!, b!, c!, false, at);
        if (met) expected = Math.min(expected, met.distanceTo(ray.origin));
      }
      // Right at the ends of its reach the two may differ by rounding.
      if (expected < 0.06 || Math.abs(expected - 80) < 0.01) continue;
      if (expected < 80) hits++;
      expect(cast(grid, ray.origin.toArray(), ray.direction.toArray(), 80).t).toBeCloseTo(
        expected < 80 ? expected : Infinity,
        3,
      );
    }
    expect(hits).toBeGreaterThan(150);
  });
});
