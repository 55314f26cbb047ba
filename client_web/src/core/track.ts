/** The way of one other avatar: its last updates, and where it is drawn between and after them. */

import { RUN_SPEED_M_S, TICK_HZ } from "../net/protocol.gen";
import { mixAngle, wrap } from "./angles";
import { motionOf, RUNNING, WALKING } from "./types";

/** Updates kept. */
const DEPTH = 6;
/** Ticks a moving figure goes on by itself when nothing comes. */
const MOST_AHEAD = 0.25 * TICK_HZ;
/** Updates farther apart than this say nothing about the pace. */
const MOST_SPAN = TICK_HZ;
const FASTEST_M_TICK = (RUN_SPEED_M_S * 1.2) / TICK_HZ;
/** Farther than this is not a walk: be there at once. */
const SNAP_M = 5;
/** What a late update changes is drawn as a glide with this time constant. */
const GLIDE_S = 0.1;

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
  /** Where it is drawn. */
  readonly drawn: Fix;
  /** Metres a second, smoothed. */
  speed = 0;
  readonly #fixes: Fix[] = [];
  readonly #ideal: Fix;
  /** Metres a tick after the last update. */
  #vx = 0;
  #vz = 0;
  /** What is left of the difference between what was seen and what became known later. */
  #lagX = 0;
  #lagY = 0;
  #lagZ = 0;

  constructor(slot: number, fix: Fix, state: number) {
    this.slot = slot;
    this.state = state;
    this.drawn = { ...fix };
    this.#ideal = { ...fix };
    this.#fixes.push(fix);
  }

  get last(): Readonly<Fix> {
    return this.#fixes[this.#fixes.length - 1]!;
  }

  /** A new update. `playTick` is the moment drawn last. */
  add(fix: Fix, state: number, playTick: number): void {
    const last = this.last;
    if (fix.tick < last.tick) return;
    this.state = state;
    const far = Math.hypot(fix.x - last.x, fix.y - last.y, fix.z - last.z) > SNAP_M;
    if (far || !this.present) return this.#appear(fix);
    this.#pace(last, fix);
    if (last.tick === fix.tick) this.#fixes.pop();
    this.#fixes.push(fix);
    if (this.#fixes.length > DEPTH) this.#fixes.shift();
    // The past is known better now; the figure does not jump to it.
    this.#place(playTick);
    this.#lagX = this.drawn.x - this.#ideal.x;
    this.#lagY = this.drawn.y - this.#ideal.y;
    this.#lagZ = this.drawn.z - this.#ideal.z;
  }

  /** Again in the interest set, unchanged since it was last written. */
  back(tick: number): void {
    if (this.present) return;
    this.present = true;
    this.#appear({ ...this.last, tick });
  }

  /** Moves `drawn` to the moment `playTick`; `dtS` since the last call. */
  play(playTick: number, dtS: number): void {
    const { x, z } = this.drawn;
    const keep = Math.exp(-dtS / GLIDE_S);
    this.#lagX *= keep;
    this.#lagY *= keep;
    this.#lagZ *= keep;
    this.#place(playTick);
    this.drawn.tick = playTick;
    this.drawn.x = this.#ideal.x + this.#lagX;
    this.drawn.y = this.#ideal.y + this.#lagY;
    this.drawn.z = this.#ideal.z + this.#lagZ;
    this.drawn.yaw = mixAngle(this.drawn.yaw, this.#ideal.yaw, 1 - keep * keep);
    if (dtS <= 0) return;
    const speed = Math.min(8, Math.hypot(this.drawn.x - x, this.drawn.z - z) / dtS);
    this.speed += (speed - this.speed) * (1 - Math.exp(-dtS / 0.12));
  }

  #appear(fix: Fix): void {
    this.#fixes.length = 0;
    this.#fixes.push(fix);
    Object.assign(this.drawn, fix);
    Object.assign(this.#ideal, fix);
    this.#vx = this.#vz = this.#lagX = this.#lagY = this.#lagZ = this.speed = 0;
  }

  #pace(last: Readonly<Fix>, fix: Fix): void {
    const span = fix.tick - last.tick;
    const motion = motionOf(this.state);
    if (span > MOST_SPAN || (motion !== WALKING && motion !== RUNNING)) this.#vx = this.#vz = 0;
    else if (span > 0) {
      const pace = Math.hypot(fix.x - last.x, fix.z - last.z) / span;
      const share = pace > FASTEST_M_TICK ? FASTEST_M_TICK / pace : 1;
      this.#vx = ((fix.x - last.x) / span) * share;
      this.#vz = ((fix.z - last.z) / span) * share;
    }
  }

  /** Into `#ideal`: between two updates, or beyond the last one a little at its pace. */
  #place(playTick: number): void {
    const fixes = this.#fixes;
    let i = fixes.length - 1;
    while (i > 0 && fixes[i]!.tick > playTick) i--;
    const from = fixes[i]!;
    const to = fixes[i + 1];
    if (to !== undefined && playTick > from.tick) {
      blend(this.#ideal, from, to, (playTick - from.tick) / (to.tick - from.tick));
      return;
    }
    blend(this.#ideal, from, from, 0);
    if (to !== undefined) return;
    const ahead = Math.max(0, Math.min(MOST_AHEAD, playTick - from.tick));
    this.#ideal.x += this.#vx * ahead;
    this.#ideal.z += this.#vz * ahead;
  }
}

function blend(out: Fix, from: Fix, to: Fix, t: number): void {
  out.x = from.x + (to.x - from.x) * t;
  out.y = from.y + (to.y - from.y) * t;
  out.z = from.z + (to.z - from.z) * t;
  out.yaw = from === to ? wrap(from.yaw) : mixAngle(from.yaw, to.yaw, t);
}
