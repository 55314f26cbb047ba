/** Poses, worked out from what a figure is doing: no clips. Angles as in skeleton.ts. Pure. */

import {
  CHEST,
  FINGERS_L,
  FINGERS_R,
  FOOT_L,
  FOOT_R,
  HAND_R,
  HEAD,
  HIPS,
  LOWER_ARM_L,
  LOWER_ARM_R,
  LOWER_LEG_L,
  LOWER_LEG_R,
  type Pose,
  UPPER_ARM_L,
  UPPER_ARM_R,
  UPPER_LEG_L,
  UPPER_LEG_R,
  WHEEL,
} from "./skeleton";

/** Index = the emote's number on the wire (core/types.ts EMOTES). */
export const WAVE = 1;
export const CLAP = 2;
export const THUMBS_UP = 3;
export const NOD = 4;
export const HEART = 5;

/** What a figure is doing; weights run 0 to 1. */
export interface Doing {
  /** Seconds, for idle movement; shifted per person so that a crowd does not breathe as one. */
  time: number;
  /** Turns of the walking cycle (one turn: two steps). */
  phase: number;
  walk: number;
  run: number;
  sit: number;
  hand: number;
  speak: number;
  /** Emote number and its weight and seconds since its start. */
  emote: number;
  emoteWeight: number;
  emoteTime: number;
  /** Height of the seat's surface, metres. */
  hip: number;
  wheelchair: boolean;
  /** 1 with idle sway and breathing, 0 without (reduced motion). */
  sway: number;
}

const TURN = Math.PI * 2;

/** Metres a figure covers in one turn of the walking cycle at this speed: longer strides when faster. */
export function stride(speed: number): number {
  return Math.min(3.4, 0.75 + 0.52 * speed);
}

/** How much of the running pose shows at a speed: 0 up to a brisk walk, 1 at a jog. */
export function runWeight(speed: number): number {
  return Math.min(1, Math.max(0, (speed - 2.7) / 1.1));
}

export function applyPose(pose: Pose, d: Doing): void {
  pose.clear();
  idle(pose, d);
  if (d.wheelchair) roll(pose, d);
  else {
    if (d.walk > 0.001 && d.sit < 0.999) gait(pose, d);
    if (d.sit > 0.001) sit(pose, d.sit, d.hip - 0.45);
  }
  if (d.speak > 0.001) speak(pose, d);
  if (d.hand > 0.001) raiseHand(pose, d);
  if (d.emoteWeight > 0.001) emote(pose, d);
}

function idle(pose: Pose, d: Doing): void {
  const t = d.time;
  const breath = Math.sin(t * 1.7) * d.sway;
  const shift = Math.sin(t * 0.43) * d.sway;
  pose.hips[0] = shift * 0.012;
  pose.hips[1] = -0.004 + breath * 0.0015;
  pose.set(HIPS, 0, shift * 0.03, -shift * 0.018);
  pose.set(CHEST, 0.01 + breath * 0.012, shift * 0.03, shift * 0.022);
  pose.set(HEAD, breath * -0.008 + Math.sin(t * 0.61) * 0.035 * d.sway, Math.sin(t * 0.37) * 0.16 * d.sway, 0);
  pose.set(UPPER_ARM_L, 0.03 + breath * 0.01, 0, -0.06 - breath * 0.01);
  pose.set(UPPER_ARM_R, 0.03 - breath * 0.01, 0, 0.06 + breath * 0.01);
  pose.set(LOWER_ARM_L, 0.2, 0, 0.04);
  pose.set(LOWER_ARM_R, 0.2, 0, -0.04);
  pose.set(FINGERS_L, 0.1, 0, 0.22);
  pose.set(FINGERS_R, 0.1, 0, -0.22);
  pose.set(UPPER_LEG_L, 0.02, 0, -0.035 + shift * 0.018);
  pose.set(UPPER_LEG_R, 0.02, 0, 0.035 + shift * 0.018);
  pose.set(LOWER_LEG_L, -0.04, 0, 0.02);
  pose.set(LOWER_LEG_R, -0.04, 0, -0.02);
  pose.set(FOOT_L, 0.02, 0.12, 0);
  pose.set(FOOT_R, 0.02, -0.12, 0);
}

/** Lengths of thigh and shin, metres. */
const THIGH = 0.39;
const SHIN = 0.385;

function gait(pose: Pose, d: Doing): void {
  const w = d.walk * (1 - d.sit);
  const run = d.run;
  const swing = 0.5 + 0.22 * run;
  let reach = 0;
  for (const side of [0, 1] as const) {
    const phase = d.phase * TURN + side * Math.PI;
    const forward = Math.sin(phase);
    // The knee bends while the leg swings forward, and gives a little when it takes the weight.
    const lift = Math.max(0, Math.cos(phase - 0.35));
    const load = Math.max(0, -Math.cos(phase + 0.5));
    const knee = -0.08 - (0.8 + 0.75 * run) * lift * lift - (0.12 + 0.28 * run) * load;
    const thigh = forward * swing + 0.07 + 0.16 * run * (0.6 + 0.4 * forward);
    reach = Math.max(reach, Math.cos(thigh) * THIGH + Math.cos(thigh + knee) * SHIN);
    pose.blend(side ? UPPER_LEG_R : UPPER_LEG_L, w, thigh, 0, side ? 0.015 : -0.015);
    pose.blend(side ? LOWER_LEG_R : LOWER_LEG_L, w, knee, 0, 0);
    pose.blend(side ? FOOT_R : FOOT_L, w, -(thigh + knee) * 0.55 - 0.3 * Math.max(0, -forward) * (1 - lift), 0, 0);
    const arm = -forward * (0.42 + 0.38 * run);
    pose.blend(side ? UPPER_ARM_R : UPPER_ARM_L, w, arm + 0.02, 0, (side ? 1 : -1) * (0.09 + 0.06 * run));
    pose.blend(
      side ? LOWER_ARM_R : LOWER_ARM_L,
      w,
      0.3 + 1.15 * run + Math.max(0, arm) * 0.5,
      0,
      (side ? -1 : 1) * 0.1,
    );
  }
  // The longer leg stands on the ground; a runner leaves it for a moment in the middle of each step.
  const flight = run * 0.045 * (0.5 + 0.5 * Math.cos(d.phase * TURN * 2 + Math.PI));
  pose.hips[0] = pose.hips[0]! * (1 - w) + Math.sin(d.phase * TURN) * 0.014 * w * (1 - run);
  pose.hips[1] = pose.hips[1]! * (1 - w) + (reach - THIGH - SHIN + flight) * w;
  pose.hips[2] = -0.03 * run * w;
  const twist = Math.sin(d.phase * TURN) * (0.09 + 0.06 * run);
  pose.blend(HIPS, w, -0.02 - 0.06 * run, twist * 0.7, 0);
  pose.blend(CHEST, w, -0.03 - 0.1 * run, -twist * 1.6, 0);
  pose.blend(HEAD, w, 0.04 + 0.12 * run, twist * 0.8, 0);
  pose.blend(FINGERS_L, w * run, 1.1);
  pose.blend(FINGERS_R, w * run, 1.1);
}

function sit(pose: Pose, w: number, higher: number): void {
  pose.hips[1] = pose.hips[1]! * (1 - w) + (-0.33 + higher) * w;
  pose.hips[2] = pose.hips[2]! * (1 - w) + 0.06 * w;
  pose.blend(HIPS, w, 0.1, 0, 0);
  pose.blend(CHEST, w, -0.06 + pose.angles[CHEST * 3]! * 0.5, 0, 0);
  for (const side of [-1, 1] as const) {
    const right = side > 0;
    pose.blend(right ? UPPER_LEG_R : UPPER_LEG_L, w, 1.38, 0, side * 0.06);
    pose.blend(right ? LOWER_LEG_R : LOWER_LEG_L, w, -1.46, 0, 0);
    pose.blend(right ? FOOT_R : FOOT_L, w, 0.0, side * -0.1, 0);
    pose.blend(right ? UPPER_ARM_R : UPPER_ARM_L, w, 0.42, 0, side * 0.1);
    pose.blend(right ? LOWER_ARM_R : LOWER_ARM_L, w, 0.95, side * 0.25, 0);
  }
}

function roll(pose: Pose, d: Doing): void {
  sit(pose, 1, 0.07);
  const w = d.walk;
  pose.set(WHEEL, -d.phase * 4.2);
  if (w < 0.001) return;
  const push = Math.sin(d.phase * TURN);
  pose.blend(CHEST, w, -0.12 - 0.08 * push);
  for (const side of [-1, 1] as const) {
    const right = side > 0;
    pose.blend(right ? UPPER_ARM_R : UPPER_ARM_L, w, -0.15 + 0.45 * push, 0, side * 0.26);
    pose.blend(right ? LOWER_ARM_R : LOWER_ARM_L, w, 0.85 - 0.3 * push, 0, 0);
  }
}

function speak(pose: Pose, d: Doing): void {
  const w = d.speak * (1 - 0.6 * d.walk);
  const a = Math.sin(d.time * 2.3) * d.sway;
  const b = Math.sin(d.time * 3.1 + 1) * d.sway;
  pose.blend(HEAD, w, 0.02 + 0.05 * b, pose.angles[HEAD * 3 + 1]! + 0.08 * a, 0.03 * a);
  pose.blend(UPPER_ARM_R, w * 0.9, 0.35 + 0.1 * b, 0, 0.16);
  pose.blend(LOWER_ARM_R, w * 0.9, 1.25 + 0.22 * a, 0.1, 0);
  pose.blend(UPPER_ARM_L, w * 0.6, 0.22 - 0.08 * a, 0, -0.12);
  pose.blend(LOWER_ARM_L, w * 0.6, 0.95 + 0.16 * b, -0.1, 0);
}

function raiseHand(pose: Pose, d: Doing): void {
  const sway = Math.sin(d.time * 1.9) * 0.03 * d.sway;
  pose.blend(UPPER_ARM_R, d.hand, 0.12, 0, 2.86 + sway);
  pose.blend(LOWER_ARM_R, d.hand, 0.1, 0, 0.18);
  pose.blend(HAND_R, d.hand, 0, 0, 0);
  pose.blend(FINGERS_R, d.hand, 0, 0, 0);
}

function emote(pose: Pose, d: Doing): void {
  const w = d.emoteWeight;
  const t = d.emoteTime;
  // With reduced motion the gesture is held instead of repeated.
  const beat = d.sway;
  switch (d.emote) {
    case WAVE: {
      const s = Math.sin(t * 9) * 0.42 * beat;
      pose.blend(UPPER_ARM_R, w, 0.25, 0, 2.05);
      pose.blend(LOWER_ARM_R, w, 0.15, 0, 0.75 + s);
      pose.blend(HAND_R, w, 0, 0, s * 0.4);
      pose.blend(FINGERS_R, w, 0, 0, 0);
      pose.blend(HEAD, w, 0.03, pose.angles[HEAD * 3 + 1]!, -0.09);
      break;
    }
    case CLAP: {
      const s = (0.5 - 0.5 * Math.cos(t * 15)) * beat;
      for (const side of [-1, 1] as const) {
        const right = side > 0;
        pose.blend(right ? UPPER_ARM_R : UPPER_ARM_L, w, 0.62, 0, side * (0.02 + 0.14 * s));
        pose.blend(right ? LOWER_ARM_R : LOWER_ARM_L, w, 1.2, side * (0.62 - 0.4 * s), 0);
        pose.blend(right ? FINGERS_R : FINGERS_L, w, 0, 0, 0);
      }
      break;
    }
    case THUMBS_UP:
      pose.blend(UPPER_ARM_R, w, 0.62, 0, 0.12);
      pose.blend(LOWER_ARM_R, w, 1.1 + Math.sin(t * 5) * 0.08 * beat, 0.1, 0);
      pose.blend(HAND_R, w, 0.05, 0, 0);
      pose.blend(FINGERS_R, w, 0, 0, -1.75);
      pose.blend(HEAD, w, -0.06, pose.angles[HEAD * 3 + 1]! * 0.4, 0.06);
      break;
    case NOD:
      pose.blend(HEAD, w, -0.14 + Math.sin(t * 7) * 0.2 * beat, pose.angles[HEAD * 3 + 1]! * 0.3, 0);
      pose.blend(CHEST, w * 0.5, -0.04, 0, 0);
      break;
    case HEART: {
      const s = Math.sin(t * 5) * 0.05 * beat;
      for (const side of [-1, 1] as const) {
        const right = side > 0;
        pose.blend(right ? UPPER_ARM_R : UPPER_ARM_L, w, 0.72 + s, 0, side * 0.3);
        pose.blend(right ? LOWER_ARM_R : LOWER_ARM_L, w, 1.6, side * 1.0, 0);
        pose.blend(right ? FINGERS_R : FINGERS_L, w, 0.1, 0, side * -0.5);
      }
      pose.blend(HEAD, w, 0.02, 0, 0.12);
      break;
    }
    default:
  }
}
