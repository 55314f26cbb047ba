/**
 * The skeleton of every figure: 19 bones, and forward kinematics into a row of the bone texture.
 *
 * The figure stands at the origin, 1.70 m tall, looks along -Z, its right is +X. In the rest pose every bone has the
 * identity rotation, so a bone's skin matrix is its parent's times "turn about the joint"; no inverse bind is needed.
 */

export const ROOT = 0;
export const HIPS = 1;
export const CHEST = 2;
export const HEAD = 3;
export const UPPER_ARM_L = 4;
export const LOWER_ARM_L = 5;
export const HAND_L = 6;
export const UPPER_ARM_R = 7;
export const LOWER_ARM_R = 8;
export const HAND_R = 9;
export const UPPER_LEG_L = 10;
export const LOWER_LEG_L = 11;
export const FOOT_L = 12;
export const UPPER_LEG_R = 13;
export const LOWER_LEG_R = 14;
export const FOOT_R = 15;
export const WHEEL = 16;
export const FINGERS_L = 17;
export const FINGERS_R = 18;
export const BONES = 19;

/** Parent of each bone; parents come first. */
export const PARENT = Int8Array.of(-1, 0, 1, 2, 2, 4, 5, 2, 7, 8, 1, 10, 11, 1, 13, 14, 0, 6, 9);

/** Rest position of each joint, metres, x y z per bone. */
// prettier-ignore
export const JOINT = Float32Array.of(
  0, 0, 0,            0, 0.9, 0,          0, 1.02, 0.01,      0, 1.385, 0.012,
  -0.192, 1.3, 0.008,  -0.232, 1.06, 0.01, -0.25, 0.84, 0,
  0.192, 1.3, 0.008,   0.232, 1.06, 0.01,  0.25, 0.84, 0,
  -0.09, 0.86, 0,     -0.098, 0.47, -0.005, -0.102, 0.085, 0.01,
  0.09, 0.86, 0,      0.098, 0.47, -0.005,  0.102, 0.085, 0.01,
  0, 0.29, 0.06,      -0.254, 0.775, 0,   0.254, 0.775, 0,
);

/** Layout of a figure's row in the bone texture, in RGBA texels: three per bone, then the colours, then variants. */
export const COLOUR_TEXEL = BONES * 3;
export const COLOURS = 8;
export const VARIANT_TEXEL = COLOUR_TEXEL + COLOURS;
export const ROW_TEXELS = VARIANT_TEXEL + 1;
export const ROW_FLOATS = ROW_TEXELS * 4;

/** A pose: Euler angles (x, then y, then z; radians) per bone and how far the hips moved from rest (metres). */
export class Pose {
  readonly angles = new Float32Array(BONES * 3);
  readonly hips = new Float32Array(3);

  clear(): void {
    this.angles.fill(0);
    this.hips.fill(0);
  }

  set(bone: number, x: number, y = 0, z = 0): void {
    const i = bone * 3;
    this.angles[i] = x;
    this.angles[i + 1] = y;
    this.angles[i + 2] = z;
  }

  /** Moves a bone towards the given angles by weight 0 to 1. */
  blend(bone: number, weight: number, x: number, y = 0, z = 0): void {
    const i = bone * 3;
    const a = this.angles;
    a[i] = a[i]! + (x - a[i]!) * weight;
    a[i + 1] = a[i + 1]! + (y - a[i + 1]!) * weight;
    a[i + 2] = a[i + 2]! + (z - a[i + 2]!) * weight;
  }
}

/** Where a figure stands and how big it is: scale across (x and z) and along y. */
export interface Stance {
  x: number;
  y: number;
  z: number;
  yaw: number;
  width: number;
  height: number;
}

/** Writes the skin matrices of a pose, 3 x 4 row-major per bone, into `out` from float index `at`. */
export function writeBones(out: Float32Array, at: number, pose: Pose, stance: Stance): void {
  writeRoot(out, at, stance);
  const angles = pose.angles;
  for (let bone = 1; bone < BONES; bone++) {
    const i = bone * 3;
    const rx = angles[i]!;
    const ry = angles[i + 1]!;
    const rz = angles[i + 2]!;
    const parent = at + PARENT[bone]! * 12;
    const target = at + bone * 12;
    const moved = bone === HIPS;
    if (rx === 0 && ry === 0 && rz === 0 && !moved) {
      out.copyWithin(target, parent, parent + 12);
      continue;
    }
    const cx = Math.cos(rx);
    const sx = Math.sin(rx);
    const cy = Math.cos(ry);
    const sy = Math.sin(ry);
    const cz = Math.cos(rz);
    const sz = Math.sin(rz);
    const m00 = cz * cy;
    const m01 = cz * sy * sx - sz * cx;
    const m02 = cz * sy * cx + sz * sx;
    const m10 = sz * cy;
    const m11 = sz * sy * sx + cz * cx;
    const m12 = sz * sy * cx - cz * sx;
    const m20 = -sy;
    const m21 = cy * sx;
    const m22 = cy * cx;
    const jx = JOINT[i]!;
    const jy = JOINT[i + 1]!;
    const jz = JOINT[i + 2]!;
    const tx = jx - (m00 * jx + m01 * jy + m02 * jz) + (moved ? pose.hips[0]! : 0);
    const ty = jy - (m10 * jx + m11 * jy + m12 * jz) + (moved ? pose.hips[1]! : 0);
    const tz = jz - (m20 * jx + m21 * jy + m22 * jz) + (moved ? pose.hips[2]! : 0);
    for (let row = 0; row < 3; row++) {
      const p = parent + row * 4;
      const a = out[p]!;
      const b = out[p + 1]!;
      const c = out[p + 2]!;
      const o = target + row * 4;
      out[o] = a * m00 + b * m10 + c * m20;
      out[o + 1] = a * m01 + b * m11 + c * m21;
      out[o + 2] = a * m02 + b * m12 + c * m22;
      out[o + 3] = a * tx + b * ty + c * tz + out[p + 3]!;
    }
  }
}

function writeRoot(out: Float32Array, at: number, stance: Stance): void {
  const c = Math.cos(stance.yaw);
  const s = Math.sin(stance.yaw);
  const { width, height } = stance;
  out[at] = c * width;
  out[at + 1] = 0;
  out[at + 2] = s * width;
  out[at + 3] = stance.x;
  out[at + 4] = 0;
  out[at + 5] = height;
  out[at + 6] = 0;
  out[at + 7] = stance.y;
  out[at + 8] = -s * width;
  out[at + 9] = 0;
  out[at + 10] = c * width;
  out[at + 11] = stance.z;
}
