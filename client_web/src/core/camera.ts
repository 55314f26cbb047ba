/** The camera: third person on a string behind the head, first person in the eyes. Writes a finished CameraState. */

import { mixAngle, wrap } from "./angles";
import type { Sight } from "./sight";
import type { CameraMode, CameraState } from "./types";

const EYE_M = 1.6;
const SEATED_EYE_M = 1.15;
const PIVOT_ABOVE_EYE_M = 0.05;
const LEAST_M = 1.2;
const MOST_M = 14;
const USUAL_M = 4.2;
const USUAL_PITCH = -0.16;
const MOST_PITCH = 1.35;
const LEAST_PITCH = -1.3;
/** The string lengthens slowly and shortens at once. */
const EASE_OUT_S = 0.25;
/** With less room than this behind, the camera looks over the right shoulder, or the left one beside a wall. */
const SHOULDER_FROM_M = 1.6;
const SHOULDER_M = 0.45;
const SHOULDER_S = 0.2;
/** Past one's own shoulder at somebody a step away; less would leave him half hidden. */
const ASIDE_RAD = 0.5;
/** Lengths of the string to try after an arrival. */
const SETTLE_M = [USUAL_M, 3.4, 2.7, 2.1];
const ON_M = 2;
/** Directions beside the middle of the picture that are to be open as far as the carrier stands. */
const BESIDE_RAD = [-0.6, -0.3, 0.3, 0.6];
const FOLLOW_RATE = 1.1;
/** After the person turned the camera it is left alone for this long. */
const LEAVE_ALONE_MS = 2500;

/** Whom the camera belongs to. */
export interface Carrier {
  readonly x: number;
  readonly y: number;
  readonly z: number;
  readonly yaw: number;
  readonly seated: boolean;
  readonly moving: boolean;
}

export class Camera {
  readonly state: CameraState = {
    mode: "third",
    x: 0,
    y: EYE_M,
    z: 0,
    yaw: 0,
    pitch: USUAL_PITCH,
    distance: USUAL_M,
    fov: 60,
  };
  sight: Sight | null = null;
  /** Radians that the person turned it by so far, in whichever direction. */
  turned = 0;
  #wanted = USUAL_M;
  #settled: { readonly x: number; readonly z: number } | null = null;
  #eye = EYE_M;
  #shoulder = 0;
  #touchedAt = -LEAVE_ALONE_MS;

  get mode(): CameraMode {
    return this.state.mode;
  }

  setMode(mode: CameraMode): void {
    this.state.mode = mode;
    if (mode === "first") this.state.pitch = 0;
    else {
      this.#wanted = Math.max(this.#wanted, USUAL_M);
      this.state.pitch = USUAL_PITCH;
    }
  }

  /** Radians; from drag, keys or buttons. */
  turn(yaw: number, pitch: number, now: number): void {
    this.state.yaw = wrap(this.state.yaw + yaw);
    this.state.pitch = Math.max(LEAST_PITCH, Math.min(MOST_PITCH, this.state.pitch + pitch));
    this.turned += Math.abs(yaw) + Math.abs(pitch);
    this.#touchedAt = now;
  }

  /** Positive steps come nearer. Past the nearest, third person becomes first, and the other way round. */
  zoom(steps: number): void {
    if (this.state.mode === "first") {
      if (steps < 0) {
        this.setMode("third");
        this.#wanted = LEAST_M * 1.3;
        this.state.distance = LEAST_M;
      }
      return;
    }
    this.#settled = null;
    this.#wanted = Math.min(MOST_M, this.#wanted * Math.pow(0.85, steps));
    if (this.#wanted < LEAST_M) this.setMode("first");
  }

  /** Behind the carrier at the usual height and distance: after an arrival, and by key. */
  reset(yaw: number): void {
    this.state.yaw = wrap(yaw);
    this.state.pitch = this.state.mode === "first" ? 0 : USUAL_PITCH;
    this.#settled = null;
    this.#wanted = USUAL_M;
  }

  /**
   * After an arrival: nearer to the carrier where a wall or a door post beside the usual place would fill the picture.
   * A few steps on the string is as long as usual again.
   */
  settle({ x, y, z, seated }: Pick<Carrier, "x" | "y" | "z" | "seated">): void {
    if (this.state.mode === "first" || this.sight === null) return;
    const eye = y + (seated ? SEATED_EYE_M : EYE_M) + PIVOT_ABOVE_EYE_M;
    this.#settled = { x, z };
    this.#wanted = SETTLE_M.find((metres) => this.#open(x, eye, z, metres)) ?? SETTLE_M[SETTLE_M.length - 1]!;
    this.state.distance = Math.min(this.state.distance, this.#wanted);
  }

  /** Whether nothing stands close on either side of what is seen from `metres` behind. */
  #open(x: number, y: number, z: number, metres: number): boolean {
    const { yaw, pitch } = this.state;
    const across = Math.cos(pitch);
    const [bx, by, bz] = [Math.sin(yaw) * across, -Math.sin(pitch), Math.cos(yaw) * across];
    const back = this.#free(x, y, z, bx, by, bz, metres);
    if (back < metres - 0.1) return false;
    const [cx, cy, cz] = [x + bx * back, y + by * back, z + bz * back];
    return BESIDE_RAD.every((aside) => {
      const to = yaw + aside;
      return this.#free(cx, cy, cz, -Math.sin(to), 0, -Math.cos(to), metres) > metres * 0.85;
    });
  }

  /** To the right of the line to whom one faces, or to the left if there is more room: else one's own back hides him. */
  aside({ x, y, z }: Pick<Carrier, "x" | "y" | "z">): void {
    if (this.state.mode === "first") return;
    const { yaw } = this.state;
    const room = (to: number): number => this.#free(x, y + EYE_M, z, Math.sin(to), 0, Math.cos(to), USUAL_M);
    const right = room(yaw + ASIDE_RAD) + 0.3 >= room(yaw - ASIDE_RAD);
    this.state.yaw = wrap(yaw + (right ? ASIDE_RAD : -ASIDE_RAD));
  }

  /** `follow`: swing slowly behind somebody who walks by himself (not with reduced motion). */
  update(carrier: Carrier, now: number, dtS: number, follow: boolean): void {
    const eye = carrier.seated ? SEATED_EYE_M : EYE_M;
    this.#eye += (eye - this.#eye) * (1 - Math.exp(-dtS / 0.15));
    if (follow && carrier.moving && this.state.mode === "third" && now - this.#touchedAt > LEAVE_ALONE_MS) {
      this.state.yaw = mixAngle(this.state.yaw, carrier.yaw, 1 - Math.exp(-dtS * FOLLOW_RATE));
    }
    if (this.#settled !== null && Math.hypot(carrier.x - this.#settled.x, carrier.z - this.#settled.z) > ON_M) {
      this.#settled = null;
      this.#wanted = USUAL_M;
    }
    if (this.state.mode === "first") this.#inTheEyes(carrier);
    else this.#behind(carrier, dtS);
  }

  #inTheEyes(carrier: Carrier): void {
    this.state.distance = 0;
    this.state.x = carrier.x;
    this.state.y = carrier.y + this.#eye;
    this.state.z = carrier.z;
  }

  #behind(carrier: Carrier, dtS: number): void {
    const { yaw, pitch } = this.state;
    const across = Math.cos(pitch);
    // Backwards of the direction of view.
    const bx = Math.sin(yaw) * across;
    const by = -Math.sin(pitch);
    const bz = Math.cos(yaw) * across;
    const y = carrier.y + this.#eye + PIVOT_ABOVE_EYE_M;
    // Not below the floor one stands on.
    const most = by < -1e-3 ? Math.min(this.#wanted, (y - carrier.y - 0.2) / -by) : this.#wanted;
    const behind = this.#free(carrier.x, y, carrier.z, bx, by, bz, most);
    this.#lean(carrier, y, yaw, behind, dtS);
    const x = carrier.x + Math.cos(yaw) * this.#shoulder;
    const z = carrier.z - Math.sin(yaw) * this.#shoulder;
    const target = this.#shoulder === 0 ? behind : this.#free(x, y, z, bx, by, bz, most);
    const ease = target < this.state.distance ? 1 : 1 - Math.exp(-dtS / EASE_OUT_S);
    this.state.distance += (target - this.state.distance) * ease;
    this.state.x = x + bx * this.state.distance;
    this.state.y = y + by * this.state.distance;
    this.state.z = z + bz * this.state.distance;
  }

  /** Aside, as far as there is room, when there is none behind: else one's own head would fill the picture. */
  #lean(carrier: Carrier, y: number, yaw: number, behind: number, dtS: number): void {
    const wish = SHOULDER_M * Math.max(0, 1 - behind / SHOULDER_FROM_M);
    if (wish === 0 && Math.abs(this.#shoulder) < 0.01) {
      this.#shoulder = 0;
      return;
    }
    const right = this.#beside(carrier, y, yaw, 1);
    const left = wish > right ? this.#beside(carrier, y, yaw, -1) : 0;
    const side = left > right ? -Math.min(wish, left) : Math.min(wish, right);
    this.#shoulder += (side - this.#shoulder) * (1 - Math.exp(-dtS / SHOULDER_S));
    if (this.#shoulder > right) this.#shoulder = right;
    else if (this.#shoulder < 0) this.#shoulder = Math.max(this.#shoulder, -this.#beside(carrier, y, yaw, -1));
  }

  #beside({ x, z }: Carrier, y: number, yaw: number, side: 1 | -1): number {
    return this.#free(x, y, z, side * Math.cos(yaw), 0, -side * Math.sin(yaw), SHOULDER_M);
  }

  #free(x: number, y: number, z: number, dx: number, dy: number, dz: number, most: number): number {
    return this.sight === null ? most : this.sight.free(x, y, z, dx, dy, dz, most);
  }
}
