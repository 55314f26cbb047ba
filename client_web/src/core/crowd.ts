/** The crowd layer: everybody's place once a second, drawn as a steady walk between the frames. */

import { yawOf } from "./angles";
import type { CrowdFrame } from "./frames";
import { type CrowdAvatars, MAX_CROWD } from "./types";

/** A frame a second; a little more, so that nobody stops before the next one comes. */
const PERIOD_MS = 1050;
const FORGET_MS = 3000;
const SNAP_M = 8;
const MOVED_M = 0.15;

interface Member {
  slot: number;
  fromX: number;
  fromZ: number;
  x: number;
  z: number;
  y: number;
  yaw: number;
  moving: boolean;
  seenAt: number;
}

/** Height of the ground at a point for a slot, metres: the frames carry none. */
export type HeightAt = (slot: number, x: number, z: number, before: number | null) => number;

export class Crowd {
  readonly out: CrowdAvatars = {
    count: 0,
    slot: new Uint16Array(MAX_CROWD),
    x: new Float32Array(MAX_CROWD),
    y: new Float32Array(MAX_CROWD),
    z: new Float32Array(MAX_CROWD),
    yaw: new Float32Array(MAX_CROWD),
    moving: new Uint8Array(MAX_CROWD),
    age: new Float32Array(MAX_CROWD),
  };
  readonly #members = new Map<number, Member>();
  readonly #heightAt: HeightAt;

  constructor(heightAt: HeightAt) {
    this.#heightAt = heightAt;
  }

  clear(): void {
    this.#members.clear();
    this.out.count = 0;
  }

  get size(): number {
    return this.#members.size;
  }

  take(frame: CrowdFrame, now: number): void {
    for (let i = 0; i < frame.slot.length; i++) this.#move(frame.slot[i]!, frame.x[i]!, frame.z[i]!, now);
    for (const member of this.#members.values()) {
      if (now - member.seenAt > FORGET_MS) this.#members.delete(member.slot);
    }
  }

  /** Into `out`, without the slots for which `skip` says true. */
  play(now: number, skip: (slot: number) => boolean): void {
    const out = this.out;
    let i = 0;
    for (const member of this.#members.values()) {
      if (i === MAX_CROWD) break;
      if (skip(member.slot)) continue;
      const t = Math.min(1, (now - member.seenAt) / PERIOD_MS);
      out.slot[i] = member.slot;
      out.x[i] = member.fromX + (member.x - member.fromX) * t;
      out.z[i] = member.fromZ + (member.z - member.fromZ) * t;
      out.y[i] = member.y;
      out.yaw[i] = member.yaw;
      out.moving[i] = member.moving && t < 1 ? 1 : 0;
      out.age[i] = Math.min(3, (now - member.seenAt) / 1000);
      i++;
    }
    out.count = i;
  }

  /** x, z pairs of everybody, for the map. */
  places(skip: (slot: number) => boolean): number[] {
    const out: number[] = [];
    for (const member of this.#members.values()) if (!skip(member.slot)) out.push(member.x, member.z);
    return out;
  }

  #move(slot: number, x: number, z: number, now: number): void {
    const member = this.#members.get(slot);
    if (member === undefined) {
      const y = this.#heightAt(slot, x, z, null);
      this.#members.set(slot, { slot, fromX: x, fromZ: z, x, z, y, yaw: 0, moving: false, seenAt: now });
      return;
    }
    const t = Math.min(1, (now - member.seenAt) / PERIOD_MS);
    member.fromX += (member.x - member.fromX) * t;
    member.fromZ += (member.z - member.fromZ) * t;
    const dx = x - member.fromX;
    const dz = z - member.fromZ;
    const far = Math.hypot(dx, dz);
    member.moving = far > MOVED_M && far < SNAP_M;
    if (far >= SNAP_M) {
      member.fromX = x;
      member.fromZ = z;
    }
    if (member.moving) member.yaw = yawOf(dx, dz);
    if (member.x !== x || member.z !== z) member.y = this.#heightAt(slot, x, z, member.y);
    member.x = x;
    member.z = z;
    member.seenAt = now;
  }
}
