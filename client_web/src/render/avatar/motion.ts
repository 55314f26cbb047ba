/** What each slot is doing, smoothed over frames: turns state bytes and speeds into blended weights. Pure. */

import { emoteOf, HAND_UP, motionOf, SEATED, SPEAKING } from "../../core/types";
import { hash32 } from "../../core/look";
import { type Doing, runWeight, stride } from "./pose";

export interface Motion extends Doing {
  /** Frame number in which this slot was last seen: what is stale is dropped. */
  seen: number;
  speed: number;
  /** 0 to 1 since it appeared. */
  fade: number;
  /** Detail of the last frame, -1 none yet. */
  lod: number;
  /** Smoothed yaw, radians. */
  facing: number;
  /** Smoothed place of the name tag above the head (pixels) and how much of it shows. */
  tagLift: number;
  tagAlpha: number;
}

/** Follows `target` at a rate per second, without overshoot whatever the frame time. */
export function approach(value: number, target: number, rate: number, dt: number): number {
  return value + (target - value) * (1 - Math.exp(-rate * dt));
}

export function newMotion(slot: number): Motion {
  const seed = hash32(slot);
  return {
    time: (seed % 1000) / 10,
    phase: (seed % 97) / 97,
    walk: 0,
    run: 0,
    sit: -1,
    hand: 0,
    speak: 0,
    emote: 0,
    emoteWeight: 0,
    emoteTime: 0,
    hip: 0.45,
    wheelchair: false,
    sway: 1,
    seen: 0,
    speed: 0,
    fade: 0,
    lod: -1,
    facing: 0,
    tagLift: 0,
    tagAlpha: 0,
  };
}

/** One frame of `dt` seconds. */
export function advance(m: Motion, state: number, speed: number, yaw: number, dt: number, still: boolean): void {
  const seated = motionOf(state) === SEATED;
  m.sway = still ? 0 : 1;
  m.time += dt;
  m.fade = Math.min(1, m.fade + dt / 0.35);
  if (m.sit < 0) {
    // First frame: somebody who comes into view seated does not sit down before our eyes.
    m.sit = seated ? 1 : 0;
    m.facing = yaw;
  }
  m.sit = approach(m.sit, seated ? 1 : 0, 7, dt);
  m.speed = seated ? 0 : approach(m.speed, speed, 12, dt);
  m.walk = approach(m.walk, m.speed > 0.15 ? Math.min(1, m.speed / 0.9) : 0, 10, dt);
  m.run = runWeight(m.speed);
  m.phase = (m.phase + (m.speed * dt) / stride(m.speed)) % 1024;
  m.hand = approach(m.hand, state & HAND_UP ? 1 : 0, 9, dt);
  m.speak = approach(m.speak, state & SPEAKING ? 1 : 0, 5, dt);
  advanceEmote(m, emoteOf(state), dt);
  const turn = Math.atan2(Math.sin(yaw - m.facing), Math.cos(yaw - m.facing));
  m.facing = Math.abs(turn) > 2.6 ? yaw : m.facing + turn * (1 - Math.exp(-16 * dt));
}

function advanceEmote(m: Motion, emote: number, dt: number): void {
  if (emote !== 0 && emote !== m.emote) {
    // A new gesture starts at once; the arms come from wherever the last one left them.
    m.emote = emote;
    m.emoteTime = 0;
  }
  m.emoteTime += dt;
  m.emoteWeight = approach(m.emoteWeight, emote === 0 ? 0 : 1, 9, dt);
  if (emote === 0 && m.emoteWeight < 0.01) {
    m.emote = 0;
    m.emoteWeight = 0;
  }
}
