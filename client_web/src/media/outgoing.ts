/** A track on the server: published, published again after the line was away, its frames numbered and cut into pieces. */

import type { Cancel, Clock } from "../core/clock";
import { flagsOf } from "../core/media/frame_head";
import { Recent } from "../core/media/meters";
import { Numbering } from "../core/media/numbering";
import { split } from "../core/media/pieces";
import { CommandError } from "../net/command_error";
import type { MediaClientEvents, Publish, RefusedTrack } from "../net/media.gen";

export interface OutgoingLine {
  readonly connected: boolean;
  send(piece: ArrayBuffer): void;
  command<K extends keyof MediaClientEvents>(
    name: K,
    payload: MediaClientEvents[K]["payload"],
  ): Promise<MediaClientEvents[K]["answer"]>;
}

export type OutgoingPhase = "starting" | "live" | "waiting" | "refused" | "over";

export interface Sending {
  readonly key: boolean;
  readonly layer: number;
  readonly discardable: boolean;
  /** Microseconds. */
  readonly time: number;
  /** Tenths of a millisecond. */
  readonly duration: number;
  readonly level: number;
}

/** Refusals of frames that a new group heals; everything else ends the track. */
const HEALS: ReadonlySet<string> = new Set(["order", "too_much", "time", "no_key", "size", "head"]);
/** The track is not known there (any more): begin again. */
const ANEW: ReadonlySet<string> = new Set(["unknown_track", "ended"]);
const AGAIN_MS = 2_000;

export class Outgoing {
  readonly #clock: Clock;
  readonly #line: OutgoingLine;
  readonly #changed: () => void;
  readonly #askKey: () => void;
  readonly #bits = new Recent();
  readonly #frames = new Recent();
  #what: Publish;
  #numbers = new Numbering();
  #time = 0;
  #attempt = 0;
  /** A frame did not go: the next must begin a group. */
  #broken = true;
  #cancel: Cancel = () => undefined;
  track: number | null = null;
  phase: OutgoingPhase = "starting";
  code = "";
  message = "";
  framesSent = 0;
  keys = 0;
  dropped = 0;
  viewers = 0;
  behind = 0;

  /** `askKey`: a frame that can be decoded alone is needed next. */
  constructor(clock: Clock, line: OutgoingLine, what: Publish, changed: () => void, askKey: () => void) {
    this.#clock = clock;
    this.#line = line;
    this.#what = what;
    this.#changed = changed;
    this.#askKey = askKey;
  }

  get what(): Publish {
    return this.#what;
  }

  /** Also after the line came back, and after a refusal. */
  async open(): Promise<void> {
    this.#cancel();
    if (this.phase === "over") return;
    const attempt = ++this.#attempt;
    this.track = null;
    if (!this.#line.connected) return this.#enter("waiting", "", "");
    this.#enter("starting", "", "");
    try {
      const { track } = await this.#line.command("publish", this.#what);
      if (attempt !== this.#attempt) return void this.#line.command("unpublish", { track }).catch(() => undefined);
      this.track = track;
      this.#numbers = new Numbering();
      this.#broken = true;
      this.#enter("live", "", "");
      this.#askKey();
    } catch (error) {
      if (attempt === this.#attempt) this.#failed(error);
    }
  }

  /** The line is away. */
  lost(): void {
    if (this.phase === "over" || this.phase === "refused") return;
    this.#attempt++;
    this.#cancel();
    this.track = null;
    this.#enter("waiting", "", "");
  }

  refused({ code, message }: RefusedTrack): void {
    if (HEALS.has(code)) {
      this.#broken = true;
      this.#askKey();
    } else if (ANEW.has(code)) void this.open();
    else {
      this.track = null;
      this.#enter("refused", code, message);
    }
  }

  /** Whether it went. */
  send(payload: Uint8Array, { key, layer, discardable, time, duration, level }: Sending): boolean {
    if (this.track === null || this.phase !== "live" || payload.byteLength === 0) return false;
    if (this.#broken && !key) {
      this.#askKey();
      return this.#drop();
    }
    // Times of a track never run backwards, whatever a clock did.
    this.#time = Math.max(this.#time, time);
    const number = this.#numbers.next(key);
    if (number === null) return this.#drop();
    const flags = flagsOf({ key, layer, discardable });
    const pieces = split({ track: this.track, flags, level, duration, ...number, time: this.#time, payload });
    if (pieces.length === 0) return this.#drop();
    this.#broken = false;
    for (const piece of pieces) this.#line.send(piece);
    this.#count(payload.byteLength, key);
    return true;
  }

  /** Whether the next packet of sound begins a group. */
  get audioKey(): boolean {
    return this.#broken || this.#numbers.audioKey;
  }

  bitRate(now: number): number {
    return this.#bits.perSecond(now);
  }

  frameRate(now: number): number {
    return this.#frames.perSecond(now);
  }

  close(): void {
    if (this.phase === "over") return;
    this.#cancel();
    this.#attempt++;
    const { track } = this;
    this.track = null;
    this.#enter("over", "", "");
    if (track !== null && this.#line.connected) this.#line.command("unpublish", { track }).catch(() => undefined);
  }

  #drop(): boolean {
    this.dropped++;
    this.#broken = true;
    return false;
  }

  #count(bytes: number, key: boolean): void {
    const now = this.#clock.now();
    this.framesSent++;
    if (key) this.keys++;
    this.#bits.add(bytes * 8, now);
    this.#frames.add(1, now);
  }

  #failed(error: unknown): void {
    if (!(error instanceof CommandError)) throw error;
    if (!error.retry) return this.#enter("refused", error.code, error.message);
    this.#enter("waiting", error.code, error.message);
    this.#cancel = this.#clock.after(AGAIN_MS, () => void this.open());
  }

  #enter(phase: OutgoingPhase, code: string, message: string): void {
    this.phase = phase;
    this.code = code;
    this.message = message;
    this.#changed();
  }
}
