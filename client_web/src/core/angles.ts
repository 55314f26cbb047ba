/** Angles: radians in the client, 256 steps a turn on the wire; 0 looks along -Z, positive turns left. */

export const TURN = Math.PI * 2;
const STEPS = 256;

/** Into (-pi, pi]. */
export function wrap(angle: number): number {
  const turned = angle - TURN * Math.floor((angle + Math.PI) / TURN);
  return turned <= -Math.PI ? turned + TURN : turned;
}

/** Nearest of the 256 steps. */
export function toStep(angle: number): number {
  return ((Math.round((angle / TURN) * STEPS) % STEPS) + STEPS) % STEPS;
}

export function fromStep(step: number): number {
  return wrap((step / STEPS) * TURN);
}

/** The short way round from `from` to `to`, `t` 0 to 1. */
export function mixAngle(from: number, to: number, t: number): number {
  return wrap(from + wrap(to - from) * t);
}

/** Yaw of somebody who looks along (dx, dz). */
export function yawOf(dx: number, dz: number): number {
  return Math.atan2(-dx, -dz);
}

/** At most `most` radians from `from` towards `to`. */
export function turnTowards(from: number, to: number, most: number): number {
  const difference = wrap(to - from);
  return wrap(from + Math.max(-most, Math.min(most, difference)));
}
