/** The interest set: takes snapshots, gives interpolated avatars. Keeps the last update of those that left. */

import { fromStep } from "./angles";
import type { Snapshot } from "./frames";
import { Track } from "./track";
import { MAX_NEAR, type NearAvatars } from "./types";

export class Near {
  /** Own slot: never drawn as another one. */
  own = -1;
  readonly out: NearAvatars = {
    count: 0,
    slot: new Uint16Array(MAX_NEAR),
    x: new Float32Array(MAX_NEAR),
    y: new Float32Array(MAX_NEAR),
    z: new Float32Array(MAX_NEAR),
    yaw: new Float32Array(MAX_NEAR),
    state: new Uint8Array(MAX_NEAR),
    speed: new Float32Array(MAX_NEAR),
  };
  readonly #tracks = new Map<number, Track>();
  readonly #present = new Set<Track>();
  #playTick = 0;

  /** Forget everybody: a new connection starts from nothing. */
  clear(): void {
    this.#tracks.clear();
    this.#present.clear();
    this.out.count = 0;
    this.#playTick = 0;
  }

  take(snapshot: Snapshot): void {
    for (let i = 0; i < snapshot.slot.length; i++) this.#update(snapshot, i);
    for (const slot of snapshot.left) this.#leave(slot);
    for (const slot of snapshot.back) this.#back(slot, snapshot.tick);
  }

  has(slot: number): boolean {
    return this.#tracks.get(slot)?.present === true;
  }

  /** Last known height of a slot, metres, or null: the crowd layer carries none. */
  heightOf(slot: number): number | null {
    return this.#tracks.get(slot)?.last.y ?? null;
  }

  /** Where a slot is drawn, or null when it is not in the set. */
  drawn(slot: number): { x: number; y: number; z: number; state: number } | null {
    const track = this.#tracks.get(slot);
    if (track === undefined || !track.present) return null;
    return { x: track.drawn.x, y: track.drawn.y, z: track.drawn.z, state: track.state };
  }

  /** Everybody to the moment `playTick`, into `out`. */
  play(playTick: number, dtS: number): void {
    this.#playTick = playTick;
    const out = this.out;
    let i = 0;
    for (const track of this.#present) {
      track.play(playTick, dtS);
      if (i === MAX_NEAR) continue;
      out.slot[i] = track.slot;
      out.x[i] = track.drawn.x;
      out.y[i] = track.drawn.y;
      out.z[i] = track.drawn.z;
      out.yaw[i] = track.drawn.yaw;
      out.state[i] = track.state;
      out.speed[i] = track.speed;
      i++;
    }
    out.count = i;
  }

  #update(snapshot: Snapshot, i: number): void {
    const slot = snapshot.slot[i]!;
    if (slot === this.own) return;
    const fix = {
      tick: snapshot.tick,
      x: snapshot.x[i]!,
      y: snapshot.y[i]!,
      z: snapshot.z[i]!,
      yaw: fromStep(snapshot.yaw[i]!),
    };
    const state = snapshot.state[i]!;
    let track = this.#tracks.get(slot);
    if (track === undefined) {
      track = new Track(slot, fix, state);
      this.#tracks.set(slot, track);
    } else {
      track.add(fix, state, this.#playTick);
      track.present = true;
    }
    this.#present.add(track);
  }

  #leave(slot: number): void {
    const track = this.#tracks.get(slot);
    if (track === undefined) return;
    track.present = false;
    this.#present.delete(track);
  }

  #back(slot: number, tick: number): void {
    const track = this.#tracks.get(slot);
    if (track === undefined) return;
    track.back(tick);
    this.#present.add(track);
  }
}
