/** Moving with sliding: what is in the way turns the step aside instead of stopping it. */

import { FREE, type Forbidden, type Reason, type WalkField } from "./walkfield";

export interface Footing {
  x: number;
  z: number;
  surface: number;
}

export interface Slid extends Footing {
  /** What stood in the straight way (FREE: nothing). */
  reason: Reason;
  /** Side that the step was turned to: 1 left, -1 right, 0 straight or stopped. */
  side: number;
}

/** Angles tried, in order, radians. Walls made of cells are stairs; small turns keep the pace along them. */
const TURNS = [12, 25, 38, 52, 66, 80].map((degrees) => (degrees / 180) * Math.PI);

/** One step by (dx, dz) metres. `side` is the last turn's, so that one does not tremble in a corner. */
export function slide(field: WalkField, at: Footing, dx: number, dz: number, forbidden: Forbidden, side: number): Slid {
  const straight = field.sweep(at.surface, at.x, at.z, at.x + dx, at.z + dz, forbidden);
  if (straight.reason === FREE) {
    return { x: at.x + dx, z: at.z + dz, surface: straight.surface, reason: FREE, side: 0 };
  }
  const first = side < 0 ? -1 : 1;
  for (const angle of TURNS) {
    for (const way of [first, -first]) {
      const shorter = Math.cos(angle);
      const sin = Math.sin(angle) * way;
      const tx = (dx * shorter + dz * sin) * shorter;
      const tz = (dz * shorter - dx * sin) * shorter;
      const turned = field.sweep(at.surface, at.x, at.z, at.x + tx, at.z + tz, forbidden);
      if (turned.reason !== FREE) continue;
      return { x: at.x + tx, z: at.z + tz, surface: turned.surface, reason: straight.reason, side: way };
    }
  }
  return { ...at, reason: straight.reason, side };
}
