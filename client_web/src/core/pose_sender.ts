/**
 * Decides when a pose goes out: at most POSE_HZ a second, only when something changed, once a second as sign of life.
 *
 * The server walks the straight line between the poses it gets. So the sender also keeps the poses *linked*: when the
 * straight line from the last pose sent to the present place would cut a corner that the avatar walked around, the
 * place of the frame before goes out at once.
 */

import { POSE_HZ } from "../net/protocol.gen";
import { toStep } from "./angles";
import { type Pose, toCm } from "./frames";
import { nextSeq } from "./sequence";
import { FREE, type Forbidden, type WalkField } from "./walkfield";

/** Metres and radians. */
export interface Standing {
  readonly x: number;
  readonly y: number;
  readonly z: number;
  readonly yaw: number;
  readonly view: number;
  readonly state: number;
  readonly surface: number;
  readonly seated: boolean;
}

type Body = Omit<Pose, "seq" | "tick">;

/** One frame of 60 Hz of slack: frames never fall exactly on the period. */
const PERIOD_MS = 1000 / POSE_HZ - 1;
const ALIVE_MS = 900;
/** Looking round alone is worth a pose from this many steps on (about 4 degrees). */
const VIEW_STEPS = 3;
const NEVER = -1e9;

export class PoseSender {
  /** Number of the last pose sent. */
  seq = 0;
  readonly #field: WalkField;
  readonly #send: (pose: Pose) => void;
  #sent: Body | null = null;
  #sentAt = NEVER;
  #previous: Body | null = null;
  #paused = false;

  constructor(field: WalkField, send: (pose: Pose) => void) {
    this.#field = field;
    this.#send = send;
  }

  /** While the server is asked to put one elsewhere, poses of the old place would only be refused. */
  pause(): void {
    this.#paused = true;
  }

  /** Go on from a place that the server gave: the next pose is measured from there. */
  restart(standing: Standing): void {
    this.#paused = false;
    this.#sent = this.#quantise(standing, null, null);
    this.#previous = null;
    this.#sentAt = NEVER;
  }

  resume(): void {
    this.#paused = false;
  }

  update(now: number, standing: Standing, tick: number, forbidden: Forbidden): void {
    if (this.#paused) return;
    const body = this.#quantise(standing, this.#sent, forbidden);
    if (this.#sent !== null && this.#previous !== null && !standing.seated) {
      if (!this.#linked(this.#sent, body, forbidden)) this.#out(this.#previous, now, tick);
    }
    this.#previous = body;
    const waited = now - this.#sentAt;
    if (waited < PERIOD_MS) return;
    if (waited >= ALIVE_MS || this.#changed(body)) this.#out(body, now, tick);
  }

  #out(body: Body, now: number, tick: number): void {
    this.seq = nextSeq(this.seq);
    this.#sent = body;
    this.#sentAt = now;
    this.#send({ ...body, seq: this.seq, tick });
  }

  #changed(body: Body): boolean {
    const sent = this.#sent;
    if (sent === null) return true;
    if (body.x !== sent.x || body.y !== sent.y || body.z !== sent.z) return true;
    if (body.yaw !== sent.yaw || body.state !== sent.state || body.layer !== sent.layer) return true;
    const turned = Math.abs(((body.view - sent.view + 128) & 255) - 128);
    return turned >= VIEW_STEPS;
  }

  #linked(from: Body, to: Body, forbidden: Forbidden): boolean {
    const start = this.#field.locate(from.x / 100, from.z / 100, from.layer);
    if (start < 0) return true;
    const swept = this.#field.sweep(start, from.x / 100, from.z / 100, to.x / 100, to.z / 100, forbidden);
    return swept.reason === FREE && this.#field.layerOf(swept.surface) === to.layer;
  }

  /** Rounding to centimetres may fall into the next cell: of the four ways to round, the nearest that is the same surface. */
  #quantise(standing: Standing, from: Body | null, forbidden: Forbidden | null): Body {
    const body: Body = {
      x: toCm(standing.x),
      y: toCm(standing.y),
      z: toCm(standing.z),
      yaw: toStep(standing.yaw),
      view: toStep(standing.view),
      state: standing.state,
      layer: standing.surface < 0 ? 0 : this.#field.layerOf(standing.surface),
    };
    if (standing.seated || standing.surface < 0) return body;
    const fits = (x: number, z: number): boolean =>
      this.#field.locate(x / 100, z / 100, body.layer) === standing.surface &&
      (from === null || forbidden === null || this.#linked(from, { ...body, x, z }, forbidden));
    if (fits(body.x, body.z)) return body;
    const otherX = standing.x * 100 > body.x ? body.x + 1 : body.x - 1;
    const otherZ = standing.z * 100 > body.z ? body.z + 1 : body.z - 1;
    for (const [x, z] of [
      [otherX, body.z],
      [body.x, otherZ],
      [otherX, otherZ],
    ] as const) {
      if (fits(x, z)) return { ...body, x, z };
    }
    return body;
  }
}
