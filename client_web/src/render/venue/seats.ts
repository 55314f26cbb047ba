/** Finds seats: the one at a place, and the one under the pointer. Pure. */

import type { Seats } from "../../core/venue";

const CELL = 2;

export class SeatIndex {
  private readonly cells = new Map<number, number[]>();

  constructor(private readonly seats: Seats) {
    seats.position.forEach(([x, , z], seat) => {
      const key = cellKey(x, z);
      const list = this.cells.get(key);
      if (list) list.push(seat);
      else this.cells.set(key, [seat]);
    });
  }

  get hip(): number {
    return this.seats.hip;
  }

  /** Seat within `reach` metres of a point on the same storey, or -1. */
  at(x: number, y: number, z: number, reach: number): number {
    let best = -1;
    let least = reach * reach;
    for (let dx = -1; dx <= 1; dx++) {
      for (let dz = -1; dz <= 1; dz++) {
        const list = this.cells.get(cellKey(x + dx * CELL, z + dz * CELL));
        if (!list) continue;
        for (const seat of list) {
          const p = this.seats.position[seat]!;
          if (Math.abs(p[1] - y) > 1) continue;
          const d2 = (p[0] - x) ** 2 + (p[2] - z) ** 2;
          if (d2 < least) {
            least = d2;
            best = seat;
          }
        }
      }
    }
    return best;
  }

  /** Radians. */
  yaw(seat: number): number {
    return (this.seats.yaw[seat]! / 256) * Math.PI * 2;
  }

  x(seat: number): number {
    return this.seats.position[seat]![0];
  }

  y(seat: number): number {
    return this.seats.position[seat]![1];
  }

  z(seat: number): number {
    return this.seats.position[seat]![2];
  }

  has(seat: number): boolean {
    return seat >= 0 && seat < this.seats.position.length;
  }

  /** Seat that a ray meets first within `far` metres, or -1. `d` is a unit vector. */
  hit(ox: number, oy: number, oz: number, dx: number, dy: number, dz: number, far: number): number {
    const radius2 = 0.34 * 0.34;
    let best = -1;
    let nearest = far;
    for (let seat = 0; seat < this.seats.position.length; seat++) {
      const p = this.seats.position[seat]!;
      const x = p[0] - ox;
      const y = p[1] + this.seats.hip - oy;
      const z = p[2] - oz;
      const t = x * dx + y * dy + z * dz;
      if (t < 0.2 || t > nearest) continue;
      if (x * x + y * y + z * z - t * t > radius2) continue;
      nearest = t;
      best = seat;
    }
    return best;
  }
}

/** Which seat somebody of the crowd sits on: looked up only when he moved. */
export class SeatMemory {
  private readonly x = new Float32Array(65536).fill(NaN);
  private readonly z = new Float32Array(65536).fill(NaN);
  private readonly seat = new Int32Array(65536).fill(-1);

  find(seats: SeatIndex, slot: number, x: number, y: number, z: number): number {
    if (Math.abs(this.x[slot]! - x) < 0.02 && Math.abs(this.z[slot]! - z) < 0.02) return this.seat[slot]!;
    this.x[slot] = x;
    this.z[slot] = z;
    // Crowd frames are rounded to decimetres.
    const seat = seats.at(x, y, z, 0.2);
    this.seat[slot] = seat;
    return seat;
  }
}

function cellKey(x: number, z: number): number {
  return (Math.floor(x / CELL) + 8192) * 16384 + Math.floor(z / CELL) + 8192;
}
