/** Walls that stop the camera: outlines of enclosed rooms, open where a portal is. */

import type { Venue } from "./venue";

interface Wall {
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
  readonly y: number;
  readonly half: number;
}

/** The camera stays this far from walls, metres. */
const KEEP_M = 0.25;
const GAP_HEIGHT_M = 3;

export class Sight {
  readonly #walls: Wall[] = [];
  readonly #gaps: Gap[] = [];

  constructor(venue: Venue) {
    for (const room of venue.rooms) {
      if (!room.enclosed) continue;
      room.polygon.forEach(([ax, az], i) => {
        const [bx, bz] = room.polygon[(i + 1) % room.polygon.length]!;
        this.#walls.push({ ax, az, bx, bz, floor: room.floor, ceiling: room.ceiling });
      });
    }
    for (const portal of [...venue.portals, ...venue.doors]) {
      const [x, y, z] = portal.position;
      this.#gaps.push({ x, y, z, half: portal.width / 2 + 0.2 });
    }
  }

  /** How far one can go from a point along (dx, dz) (length 1) before a wall, at most `most` metres. */
  free(x: number, y: number, z: number, dx: number, dz: number, most: number): number {
    let nearest = most;
    for (const wall of this.#walls) {
      if (y < wall.floor - 0.5 || y > wall.ceiling) continue;
      const t = crossing(x, z, dx, dz, wall);
      if (t === null || t - KEEP_M >= nearest) continue;
      if (this.#open(x + dx * t, y, z + dz * t)) continue;
      nearest = Math.max(0, t - KEEP_M);
    }
    return nearest;
  }

  #open(x: number, y: number, z: number): boolean {
    return this.#gaps.some(
      (gap) => Math.abs(y - gap.y - GAP_HEIGHT_M / 2) < GAP_HEIGHT_M && Math.hypot(x - gap.x, z - gap.z) < gap.half,
    );
  }
}

/** Distance along the ray to the wall, or null. */
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
