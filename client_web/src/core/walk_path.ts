/** Follows a path of waypoints: gives the wish of each step until it has arrived or is stuck. */

import type { Waypoint } from "./path";

const ARRIVED_M = 0.12;
const PASSED_M = 0.3;
/** Slow down within this distance of the end. */
const BRAKE_M = 0.5;
const STUCK_MS = 900;
const PROGRESS_M = 0.05;

export class WalkPath {
  readonly run: boolean;
  readonly #points: readonly Waypoint[];
  #index = 0;
  #bestLeft = Infinity;
  #bestAt = 0;

  constructor(points: readonly Waypoint[], run: boolean) {
    this.#points = points;
    this.run = run;
  }

  get end(): Waypoint | null {
    return this.#points[this.#points.length - 1] ?? null;
  }

  /** The direction to go (length up to 1), or null when the walk is over (arrived, or stuck for a while). */
  wish(x: number, z: number, now: number): { x: number; z: number } | null {
    let target = this.#points[this.#index];
    while (target !== undefined && this.#reached(target, x, z)) {
      target = this.#points[++this.#index];
      this.#bestLeft = Infinity;
    }
    if (target === undefined) return null;
    const dx = target.x - x;
    const dz = target.z - z;
    const left = Math.hypot(dx, dz);
    if (left < this.#bestLeft - PROGRESS_M) {
      this.#bestLeft = left;
      this.#bestAt = now;
    } else if (now - this.#bestAt > STUCK_MS) return null;
    const last = this.#index === this.#points.length - 1;
    const pace = last && left < BRAKE_M ? Math.max(0.25, left / BRAKE_M) : 1;
    return { x: (dx / left) * pace, z: (dz / left) * pace };
  }

  #reached(point: Waypoint, x: number, z: number): boolean {
    const last = this.#index === this.#points.length - 1;
    return Math.hypot(point.x - x, point.z - z) < (last ? ARRIVED_M : this.run ? PASSED_M / 1.5 : PASSED_M / 2);
  }
}
