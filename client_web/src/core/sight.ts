/**
 * What stops the camera and the eye: outlines of enclosed rooms and glass fronts, open where a door or opening is; the
 * ceiling of the room one is in; and, once the building is drawn, its solid parts.
 */

import type { Polygon, Portal, Room, Venue } from "./venue";

/** Metres along a ray (unit direction) to the first solid thing, at most `most`. */
export type Cast = (x: number, y: number, z: number, dx: number, dy: number, dz: number, most: number) => number;

interface Wall {
  readonly room: number;
  /** Only where one of its room's panes is. */
  readonly glass: boolean;
  readonly ax: number;
  readonly az: number;
  readonly bx: number;
  readonly bz: number;
  readonly floor: number;
  readonly ceiling: number;
}

interface Gap {
  readonly x: number;
  readonly z: number;
  readonly low: number;
  readonly high: number;
  readonly half: number;
  /** Index of its door, or -1. */
  readonly door: number;
}

/** The camera stays this far before a wall along its way, and this far from it across, metres. */
const KEEP_M = 0.2;
const KEEP_ACROSS_M = 0.14;
/** Outlines of neighbouring rooms are a wall's thickness apart; the door is between them. */
const THICK_M = 0.8;
const JAMB_M = 0.15;
/** From farther in, the camera stays in the room: through a door one would see little but its frame. */
const DOORWAY_M = 1.8;
const GLASS_MORE_M = 1;

export class Sight {
  /** Set by whoever draws the building. */
  cast: Cast | null = null;
  readonly #rooms: readonly Room[];
  readonly #walls: Wall[] = [];
  readonly #gaps: Gap[] = [];
  readonly #panes: readonly Portal[];
  readonly #closed: Uint8Array;

  /** `closed`: by door, 1 closed; read anew each time. */
  constructor(venue: Venue, closed: Uint8Array = new Uint8Array(venue.doors.length)) {
    this.#closed = closed;
    this.#rooms = venue.rooms;
    this.#panes = venue.portals.filter((portal) => portal.kind === "glass");
    venue.rooms.forEach((room, i) => {
      const glass = !room.enclosed;
      if (glass && !this.#panes.some((pane) => pane.rooms.includes(i))) return;
      for (const [[ax, az], [bx, bz]] of sides(room.polygon)) {
        this.#walls.push({ room: i, glass, ax, az, bx, bz, floor: room.floor, ceiling: room.ceiling });
      }
    });
    venue.doors.forEach(({ position: [x, y, z], width, height }, door) => {
      this.#gaps.push({ x, z, low: y - 0.5, high: y + height, half: width / 2, door });
    });
    for (const { kind, position, width } of venue.portals) {
      const [x, y, z] = position;
      if (kind === "opening") this.#gaps.push({ x, z, low: y - 0.5, high: Infinity, half: width / 2, door: -1 });
    }
  }

  /** How far the camera can go from a point along a direction (length 1) before something, at most `most` metres. */
  free(x: number, y: number, z: number, dx: number, dy: number, dz: number, most: number): number {
    let nearest = this.#underCeiling(x, y, z, dy, most);
    const across = Math.hypot(dx, dz);
    if (across > 1e-3) {
      for (const wall of this.#walls) {
        const t = this.#stop(wall, x, y, z, dx, dy, dz, DOORWAY_M);
        if (t === null) continue;
        // At a slant the picture's edge would reach into the wall before its middle does.
        const slant = Math.abs(dx * (wall.bz - wall.az) - dz * (wall.bx - wall.ax)) / length(wall);
        nearest = Math.min(nearest, Math.max(0, t - Math.max(KEEP_M, KEEP_ACROSS_M / slant)));
      }
    }
    return this.cast === null ? nearest : this.#beforeSolid(this.cast, x, y, z, dx, dy, dz, nearest);
  }

  /** Whether no wall stands between two points (metres). Glass does not hide. */
  clear(ax: number, ay: number, az: number, bx: number, by: number, bz: number): boolean {
    const far = Math.hypot(bx - ax, by - ay, bz - az);
    if (far < 1e-3) return true;
    const dx = (bx - ax) / far;
    const dy = (by - ay) / far;
    const dz = (bz - az) / far;
    for (const wall of this.#walls) {
      if (wall.glass) continue;
      const t = this.#stop(wall, ax, ay, az, dx, dy, dz, Infinity);
      if (t !== null && t < far) return false;
    }
    return true;
  }

  /** Metres to a wall that is not open there, or null. Doors farther than `reach` count as wall. */
  #stop(wall: Wall, x: number, y: number, z: number, dx: number, dy: number, dz: number, reach: number): number | null {
    const t = crossing(x, z, dx, dz, wall);
    if (t === null) return null;
    const at = y + dy * t;
    if (at < wall.floor - 0.5 || at > wall.ceiling) return null;
    const px = x + dx * t;
    const pz = z + dz * t;
    if (wall.glass && !this.#isPane(wall.room, px, pz)) return null;
    const open = this.#gaps.some((gap) => {
      const near = gap.door < 0 || Math.hypot(x - gap.x, z - gap.z) <= reach;
      return near && this.#through(gap, wall, px, at, pz);
    });
    return open ? null : t;
  }

  #through(gap: Gap, wall: Wall, x: number, y: number, z: number): boolean {
    if (y < gap.low || y > gap.high - JAMB_M) return false;
    if (gap.door >= 0 && this.#closed[gap.door] === 1) return false;
    const ex = (wall.bx - wall.ax) / length(wall);
    const ez = (wall.bz - wall.az) / length(wall);
    const along = (x - gap.x) * ex + (z - gap.z) * ez;
    const across = (x - gap.x) * ez - (z - gap.z) * ex;
    return Math.abs(along) < gap.half - JAMB_M && Math.abs(across) < THICK_M;
  }

  #isPane(room: number, x: number, z: number): boolean {
    return this.#panes.some(
      ({ rooms, position, width }) =>
        rooms.includes(room) && Math.hypot(x - position[0], z - position[2]) < width / 2 + GLASS_MORE_M,
    );
  }

  #underCeiling(x: number, y: number, z: number, dy: number, most: number): number {
    if (dy < 1e-3) return most;
    let nearest = most;
    for (const { polygon, floor, ceiling } of this.#rooms) {
      if (y < floor - 0.5 || y > ceiling || !inside(polygon, x, z)) continue;
      nearest = Math.min(nearest, Math.max(0, (ceiling - KEEP_M - y) / dy));
    }
    return nearest;
  }

  /** The middle of the picture and its edges: a narrow thing beside the ray would be cut open by the picture. */
  #beforeSolid(cast: Cast, x: number, y: number, z: number, dx: number, dy: number, dz: number, most: number): number {
    const across = Math.hypot(dx, dz);
    const sx = across < 1e-3 ? KEEP_ACROSS_M : (-dz / across) * KEEP_ACROSS_M;
    const sz = across < 1e-3 ? 0 : (dx / across) * KEEP_ACROSS_M;
    let nearest = most;
    for (const [side, up] of EDGES) {
      const hit = cast(x + side * sx, y + up * KEEP_ACROSS_M, z + side * sz, dx, dy, dz, nearest + KEEP_M);
      nearest = Math.min(nearest, Math.max(0, hit - KEEP_M));
    }
    return nearest;
  }
}

const EDGES = [
  [0, 0],
  [1, 0],
  [-1, 0],
  [0, 1],
  [0, -1],
] as const;

const length = (wall: Wall): number => Math.hypot(wall.bx - wall.ax, wall.bz - wall.az);

function* sides(polygon: Polygon): Iterable<readonly [readonly [number, number], readonly [number, number]]> {
  for (let i = 0; i < polygon.length; i++) {
    const a = polygon[i]!;
    const b = polygon[(i + 1) % polygon.length]!;
    if (a[0] !== b[0] || a[1] !== b[1]) yield [a, b];
  }
}

/** Distance along the ray to the wall, or null. The direction's part over ground may be shorter than 1. */
function crossing(x: number, z: number, dx: number, dz: number, wall: Wall): number | null {
  const ex = wall.bx - wall.ax;
  const ez = wall.bz - wall.az;
  const across = dx * ez - dz * ex;
  if (Math.abs(across) < 1e-9) return null;
  const px = wall.ax - x;
  const pz = wall.az - z;
  const t = (px * ez - pz * ex) / across;
  const along = (px * dz - pz * dx) / across;
  return t >= 0 && along >= 0 && along <= 1 ? t : null;
}

function inside(polygon: Polygon, x: number, z: number): boolean {
  let odd = false;
  for (const [[ax, az], [bx, bz]] of sides(polygon)) {
    if (az > z !== bz > z && x < ax + ((z - az) / (bz - az)) * (bx - ax)) odd = !odd;
  }
  return odd;
}
