/** The way of one other avatar: the last few updates, and where it is drawn between and after them. */

import { TICK_HZ } from "../net/protocol.gen";
import { mixAngle, wrap } from "./angles";
import { motionOf, RUNNING, WALKING } from "./types";

/** Updates kept. */
const DEPTH = 6;
/** Ticks a moving figure goes on by itself when nothing comes. */
const MOST_AHEAD = 0.25 * TICK_HZ;
/** Farther than this is not a walk: be there at once. */
const SNAP_M = 5;

/** Metres and radians; `tick` when it was so. */
export interface Fix {
  tick: number;
  x: number;
  y: number;
  z: number;
  yaw: number;
}

export class Track {
  readonly slot: number;
  state = 0;
  /** In the interest set now. */
  present = true;
  readonly drawn: Fix;
  speed = 0;
  readonly #fixes: Fix[] = [];

  constructor(slot: number, fix: Fix, state: number) {
    this.slot = slot;
    this.state = state;
    this.drawn = { ...fix };
    this.#fixes.push(fix);
  }

  get last(): Readonly<Fix> {
    return this.#fixes[this.#fixes.length - 1]!;
  }

  /** A new update. `playTick` is the moment drawn last. */
  add(fix: Fix, state: number, playTick: number): void {
    const last = this.last;
    this.state = state;
    if (fix.tick < last.tick) return;
    const jump = Math.hypot(fix.x - last.x, fix.y - last.y, fix.z - last.z) > SNAP_M;
    if (jump || !this.present) {
      this.#fixes.length = 0;
      Object.assign(this.drawn, fix);
    } else if (last.tick < playTick) {
      // Unchanged avatars are not sent: the last update is old, and the way starts from what is seen now, not from then.
      this.#fixes.length = 0;
      this.#fixes.push({ ...this.drawn, tick: Math.min(playTick, fix.tick - 0.5) });
    }
    if (this.#fixes.length > 0 && this.last.tick === fix.tick) this.#fixes.pop();
    this.#fixes.push(fix);
    if (this.#fixes.length > DEPTH) this.#fixes.shift();
  }

  /** Again in the interest set, unchanged since it was last written. */
  back(tick: number): void {
    if (this.present) return;
    this.present = true;
    const last: Fix = { ...this.last, tick };
    this.#fixes.length = 0;
    this.#fixes.push(last);
    Object.assign(this.drawn, last);
    this.speed = 0;
  }

  /** Moves `drawn` to the moment `playTick`; `dtS` since the last call smooths the speed. */
  play(playTick: number, dtS: number): void {
    const { x, z } = this.drawn;
    this.#draw(playTick);
    if (dtS <= 0) return;
    const speed = Math.min(8, Math.hypot(this.drawn.x - x, this.drawn.z - z) / dtS);
    this.speed += (speed - this.speed) * (1 - Math.exp(-dtS / 0.12));
  }

  #draw(playTick: number): void {
    const fixes = this.#fixes;
    let i = fixes.length - 1;
    while (i > 0 && fixes[i]!.tick > playTick) i--;
    const from = fixes[i]!;
    const to = fixes[i + 1];
    if (to !== undefined) blend(this.drawn, from, to, clamp01((playTick - from.tick) / (to.tick - from.tick)));
    else this.#ahead(from, fixes[i - 1], playTick);
    this.drawn.tick = playTick;
  }

  /** Beyond the last update: somebody who walks goes on a little, at the pace of the last leg. */
  #ahead(last: Fix, before: Fix | undefined, playTick: number): void {
    blend(this.drawn, last, last, 0);
    const motion = motionOf(this.state);
    if (before === undefined || (motion !== WALKING && motion !== RUNNING)) return;
    const span = last.tick - before.tick;
    if (span <= 0 || span > TICK_HZ) return;
    const t = Math.max(0, Math.min(MOST_AHEAD, playTick - last.tick)) / span;
    this.drawn.x += (last.x - before.x) * t;
    this.drawn.z += (last.z - before.z) * t;
  }
}

function blend(out: Fix, from: Fix, to: Fix, t: number): void {
  out.x = from.x + (to.x - from.x) * t;
  out.y = from.y + (to.y - from.y) * t;
  out.z = from.z + (to.z - from.z) * t;
  out.yaw = from === to ? wrap(from.yaw) : mixAngle(from.yaw, to.yaw, t);
}

const clamp01 = (t: number): number => Math.max(0, Math.min(1, t));
