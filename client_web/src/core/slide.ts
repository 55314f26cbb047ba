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

const radians = (degrees: number): number => (degrees / 180) * Math.PI;
/** Turns tried, in order. */
const SEEN_TURNS = [12, 25, 38, 52, 66].map(radians);
const SHORT_TURNS = [12, 25, 38, 52, 66, 80].map(radians);
const NOTCH_TURNS = [38, 52].map(radians);
/** A slanting wall made of cells is a stair: looking this far ahead finds the way along it instead of into its notches. */
const LOOK_AHEAD_M = 0.45;

/** One step by (dx, dz) metres. `side` is the last turn's: it keeps one from trembling in corners and notches. */
export function slide(field: WalkField, at: Footing, dx: number, dz: number, forbidden: Forbidden, side: number): Slid {
  if (dx === 0 && dz === 0) return { x: at.x, z: at.z, surface: at.surface, reason: FREE, side };
  const straight = field.sweep(at.surface, at.x, at.z, at.x + dx, at.z + dz, forbidden);
  const ahead = Math.max(1, LOOK_AHEAD_M / Math.hypot(dx, dz));
  const free = straight.reason === FREE;
  const on = { x: at.x + dx, z: at.z + dz, surface: straight.surface, reason: FREE } as const;
  if (free && (side === 0 || clear(field, at, dx * ahead, dz * ahead, forbidden))) return { ...on, side: 0 };
  const step = new Turned(field, at, dx, dz, forbidden, side);
  const seen = step.first(SEEN_TURNS, (tx, tz) => clear(field, at, tx * ahead, tz * ahead, forbidden));
  if (seen !== null) return { ...seen, reason: straight.reason };
  if (free) return { ...on, side };
  const other = step.outOfNotch(ahead) ?? step.first(SHORT_TURNS, () => true);
  if (other !== null) return { ...other, reason: straight.reason };
  return { x: at.x, z: at.z, surface: at.surface, reason: straight.reason, side };
}

function clear(field: WalkField, at: Footing, dx: number, dz: number, forbidden: Forbidden): boolean {
  return field.sweep(at.surface, at.x, at.z, at.x + dx, at.z + dz, forbidden).reason === FREE;
}

/** The step turned to either side and shortened to its share of the wish. */
class Turned {
  readonly #side: number;

  constructor(
    private readonly field: WalkField,
    private readonly at: Footing,
    private readonly dx: number,
    private readonly dz: number,
    private readonly forbidden: Forbidden,
    side: number,
  ) {
    this.#side = side < 0 ? -1 : 1;
  }

  /** The least turn that is free and that `fits` (given the turned step in full length). */
  first(turns: readonly number[], fits: (tx: number, tz: number) => boolean): (Footing & { side: number }) | null {
    for (const angle of turns) {
      for (const side of [this.#side, -this.#side]) {
        const [tx, tz] = this.#turned(angle * side);
        const share = Math.cos(angle);
        const to = fits(tx, tz) ? this.#go(tx * share, tz * share) : null;
        if (to !== null) return { ...to, side };
      }
    }
    return null;
  }

  /** Flush with a notch's wall: if one axis and then the other leads on, take the first of the two. */
  outOfNotch(ahead: number): (Footing & { side: number }) | null {
    for (const angle of NOTCH_TURNS) {
      for (const side of [this.#side, -this.#side]) {
        const [tx, tz] = this.#turned(angle * side);
        const pace = Math.hypot(this.dx, this.dz) * Math.cos(angle);
        for (const [legX, legZ] of [
          [tx, 0],
          [0, tz],
        ] as const) {
          const leg = this.#go(legX * ahead, legZ * ahead);
          if (leg === null || !clear(this.field, leg, (tx - legX) * ahead, (tz - legZ) * ahead, this.forbidden))
            continue;
          const to = this.#go(Math.sign(legX) * pace, Math.sign(legZ) * pace);
          if (to !== null) return { ...to, side };
        }
      }
    }
    return null;
  }

  #turned(angle: number): [number, number] {
    const cos = Math.cos(angle);
    const sin = Math.sin(angle);
    return [this.dx * cos + this.dz * sin, this.dz * cos - this.dx * sin];
  }

  #go(dx: number, dz: number): Footing | null {
    const { at, field } = this;
    const swept = field.sweep(at.surface, at.x, at.z, at.x + dx, at.z + dz, this.forbidden);
    return swept.reason === FREE ? { x: at.x + dx, z: at.z + dz, surface: swept.surface } : null;
  }
}
