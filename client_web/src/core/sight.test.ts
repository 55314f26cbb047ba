import { describe, expect, it } from "vitest";
import { smallVenue } from "../../test/golden";
import { Sight } from "./sight";
import type { Room, Venue } from "./venue";

const room = (id: string, polygon: Room["polygon"], more: Partial<Room> = {}): Room => ({
  id,
  title: id,
  storey: 0,
  kind: "foyer",
  polygon,
  floor: 0,
  ceiling: 4,
  capacity: 0,
  enclosed: false,
  ...more,
});

/** The hall of the small venue, and a foyer south of it (z from -6 to -0.4) with a glass front at z = -6. */
function withFoyer(): Venue {
  const venue = smallVenue();
  const foyer = room("foyer", [
    [0, -6],
    [10, -6],
    [10, -0.4],
    [0, -0.4],
  ]);
  return {
    ...venue,
    rooms: [...venue.rooms, foyer],
    portals: [{ id: "front", title: "", kind: "glass", rooms: [2, 0], position: [5, 0, -6], width: 10, door: null }],
  };
}

const south = (sight: Sight, x: number, y: number, z: number, most = 9): number => sight.free(x, y, z, 0, 0, -1, most);

describe("how far the camera can go", () => {
  it("stops before a wall, from both sides", () => {
    const sight = new Sight(withFoyer());
    expect(south(sight, 2, 1.6, 3)).toBeCloseTo(2.8);
    expect(sight.free(2, 1.6, -2, 0, 0, 1, 9)).toBeCloseTo(1.8);
  });

  it("goes through the opening of an open door, not beside or above it, nor through a closed one", () => {
    const closed = new Uint8Array(1);
    const sight = new Sight(withFoyer(), closed);
    expect(south(sight, 5, 1.6, 1.5, 4)).toBe(4);
    expect(south(sight, 6.1, 1.6, 1.5, 4)).toBeCloseTo(1.3);
    expect(south(sight, 5, 2.5, 1.5, 4)).toBeCloseTo(1.3);
    closed[0] = 1;
    expect(south(sight, 5, 1.6, 1.5, 4)).toBeCloseTo(1.3);
  });

  it("does not look in through a door from outside when one is farther in", () => {
    expect(south(new Sight(withFoyer()), 5, 1.6, 3, 4)).toBeCloseTo(2.8);
  });

  it("stops before the glass front, and only there", () => {
    const sight = new Sight(withFoyer());
    expect(south(sight, 5, 1.6, -3)).toBeCloseTo(2.8);
    const open = new Sight({ ...withFoyer(), portals: [] });
    expect(south(open, 5, 1.6, -3)).toBe(9);
  });

  it("keeps the edge of the picture out of a wall that it meets at a slant", () => {
    const sight = new Sight(withFoyer());
    const slant = Math.sin(0.2);
    const free = sight.free(2, 1.6, 1, Math.cos(0.2), 0, -slant, 9);
    expect((1 / slant - free) * slant).toBeCloseTo(0.14);
  });

  it("stays under the ceiling of the room, on the way of its own floor", () => {
    const sight = new Sight(withFoyer());
    const up = sight.free(5, 1.6, 5, 0, Math.SQRT1_2, Math.SQRT1_2, 9);
    expect(1.6 + up * Math.SQRT1_2).toBeCloseTo(3.8);
    expect(sight.free(15, 1.6, 5, 0, Math.SQRT1_2, Math.SQRT1_2, 9)).toBe(9);
  });

  it("stops before what is drawn solid: the rows of a raked hall, a column beside the ray", () => {
    const sight = new Sight(smallVenue());
    // Rows that rise towards +z, one in two, from z = 5.
    sight.cast = (_x, y, z, _dx, dy, dz, most) => {
      const t = (y - 0.5 * (z - 5)) / (0.5 * dz - dy);
      return t > 0 ? Math.min(most, t) : most;
    };
    const free = sight.free(5, 1.6, 5, 0, 0, 1, 9);
    expect(free).toBeLessThan(3.2 - 0.2 + 1e-6);
    expect(free).toBeGreaterThan(2.5);
    sight.cast = (x, _y, _z, _dx, _dy, _dz, most) => (x > 5.1 ? 1.2 : most);
    expect(sight.free(5, 1.6, 5, 0, 0, 1, 3)).toBeCloseTo(1);
  });
});

describe("who is hidden by walls", () => {
  it("hides people behind walls, shows them through doors and glass", () => {
    const sight = new Sight(withFoyer());
    expect(sight.clear(2, 1.6, 3, 2, 1.6, -3)).toBe(false);
    expect(sight.clear(5, 1.6, 3, 5, 1.6, -3)).toBe(true);
    expect(sight.clear(5, 1.6, -3, 5, 1.6, -9)).toBe(true);
    expect(sight.clear(2, 1.6, 3, 8, 1.6, 8)).toBe(true);
    expect(sight.clear(2, 1.6, 3, 2, 1.6, 3)).toBe(true);
  });
});
