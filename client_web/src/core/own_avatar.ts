/**
 * One's own avatar, predicted: it moves at once by the same field as the server's, and continues from where the
 * server says when the server says so (`place`). Small corrections are drawn as a short glide, not as a jump.
 */

import { NO_SEAT, type Place, RUN_SPEED_M_S, WALK_SPEED_M_S } from "../net/protocol.gen";
import { fromStep, turnTowards, wrap, yawOf } from "./angles";
import { slide } from "./slide";
import { RUNNING, SEATED, STANDING, WALKING } from "./types";
import { FREE, type Forbidden, type Reason, type WalkField } from "./walkfield";

const SPEED_UP_M_S2 = 14;
const SLOW_DOWN_M_S2 = 22;
const TURN_RAD_S = 10;
/** Feet follow the height of steps with this time constant, seconds. */
const HEIGHT_BLEND_S = 0.07;
/** Blended feet stay this close to the surface: the server allows 0.5 m. */
const MOST_HEIGHT_LAG_M = 0.35;
const GLIDE_S = 0.12;
const MOST_GLIDE_M = 2.5;

/** Where one wants to go: a direction over ground of length 0 to 1 (world axes), and how. */
export interface Wish {
  readonly x: number;
  readonly z: number;
  readonly run: boolean;
  /** Radians: body yaw to keep (first person), or null to look along the way. */
  readonly face: number | null;
}

export class OwnAvatar {
  readonly #field: WalkField;
  x = 0;
  /** Blended height of the feet. */
  y = 0;
  z = 0;
  yaw = 0;
  surface = -1;
  /** Index or -1. */
  seat = -1;
  /** Where it really went in the last step, metres a second. */
  vx = 0;
  vz = 0;
  /** Where it would go were nothing in the way: walls turn steps aside, but do not take the swing. */
  #wantX = 0;
  #wantZ = 0;
  /** What stood in the way in the last step. */
  blocked: Reason = FREE;
  #side = 0;
  #glideX = 0;
  #glideY = 0;
  #glideZ = 0;

  constructor(field: WalkField) {
    this.#field = field;
  }

  get layer(): number {
    return this.surface < 0 ? 0 : this.#field.layerOf(this.surface);
  }

  get speed(): number {
    return this.seat >= 0 ? 0 : Math.hypot(this.vx, this.vz);
  }

  /** Motion bits of the state. */
  get motion(): number {
    if (this.seat >= 0) return SEATED;
    const speed = this.speed;
    if (speed < 0.15) return STANDING;
    return speed > (WALK_SPEED_M_S + RUN_SPEED_M_S) / 2 ? RUNNING : WALKING;
  }

  /** Where it is drawn: the true place plus what is left of the last correction. */
  get drawn(): { x: number; y: number; z: number } {
    return { x: this.x + this.#glideX, y: this.y + this.#glideY, z: this.z + this.#glideZ };
  }

  /** The server's word on where one is. `keepYaw`: a correction does not turn the body. */
  place(place: Place, keepYaw = false): void {
    const before = this.drawn;
    const far = this.surface < 0 || Math.hypot(place.x - before.x, place.z - before.z) > MOST_GLIDE_M;
    const jumpUp = Math.abs(place.y - before.y) > MOST_GLIDE_M;
    this.x = place.x;
    this.y = place.y;
    this.z = place.z;
    this.seat = place.seat === NO_SEAT ? -1 : place.seat;
    this.surface = this.#surfaceAt(place);
    if (!keepYaw) this.yaw = fromStep(place.yaw);
    this.halt();
    this.#glideX = far || jumpUp ? 0 : before.x - this.x;
    this.#glideY = far || jumpUp ? 0 : before.y - this.y;
    this.#glideZ = far || jumpUp ? 0 : before.z - this.z;
  }

  step(dtS: number, wish: Wish, forbidden: Forbidden): void {
    this.#fade(dtS);
    if (this.seat >= 0 || this.surface < 0) {
      this.halt();
      return;
    }
    this.#accelerate(dtS, wish);
    if (dtS > 0) this.#move(dtS, forbidden);
    this.#turn(dtS, wish);
    this.#blendHeight(dtS);
  }

  halt(): void {
    this.vx = this.vz = this.#wantX = this.#wantZ = 0;
  }

  /** The surface below the feet; while seated there may be none: the server knows the place to stand up to. */
  #surfaceAt(place: Place): number {
    const surface = this.#field.locate(place.x, place.z, place.layer);
    if (surface >= 0) return surface;
    return this.#field.nearest(place.x, place.y, place.z, 1.5);
  }

  #accelerate(dtS: number, wish: Wish): void {
    const top = wish.run ? RUN_SPEED_M_S : WALK_SPEED_M_S;
    const length = Math.hypot(wish.x, wish.z);
    const scale = length > 1 ? top / length : top;
    const dx = wish.x * scale - this.#wantX;
    const dz = wish.z * scale - this.#wantZ;
    const difference = Math.hypot(dx, dz);
    const most = (length > 0 ? SPEED_UP_M_S2 : SLOW_DOWN_M_S2) * dtS;
    const part = difference <= most ? 1 : most / difference;
    this.#wantX += dx * part;
    this.#wantZ += dz * part;
  }

  #move(dtS: number, forbidden: Forbidden): void {
    const moved = slide(this.#field, this, this.#wantX * dtS, this.#wantZ * dtS, forbidden, this.#side);
    this.vx = (moved.x - this.x) / dtS;
    this.vz = (moved.z - this.z) / dtS;
    this.blocked = moved.reason;
    this.#side = moved.side;
    this.x = moved.x;
    this.z = moved.z;
    this.surface = moved.surface;
  }

  #turn(dtS: number, wish: Wish): void {
    if (wish.face !== null) this.yaw = wrap(wish.face);
    else if (this.speed > 0.3) this.yaw = turnTowards(this.yaw, yawOf(this.vx, this.vz), TURN_RAD_S * dtS);
  }

  #blendHeight(dtS: number): void {
    const ground = this.#field.heightOf(this.surface);
    const blended = ground + (this.y - ground) * Math.exp(-dtS / HEIGHT_BLEND_S);
    this.y = Math.max(ground - MOST_HEIGHT_LAG_M, Math.min(ground + MOST_HEIGHT_LAG_M, blended));
  }

  #fade(dtS: number): void {
    const keep = Math.exp(-dtS / GLIDE_S);
    this.#glideX *= keep;
    this.#glideY *= keep;
    this.#glideZ *= keep;
  }
}
