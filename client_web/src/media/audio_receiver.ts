/** One track of sound: packets in, decoded into the player of the audio thread. */

import { CatchingUp } from "../core/media/catching_up";
import { dbOfByte, Meter, VoiceActivity } from "../core/media/loudness";
import { Mean } from "../core/media/meters";
import type { Frame } from "../core/media/pieces";
import type { PlayoutClock } from "../core/media/playout_clock";
import type { TrackLevel } from "./api";
import { decodeOpus, type OpusDecoding } from "./opus_decoding";
import type { FromPlayer, ToPlayer } from "./player_messages";

/** A player of the sound graph. */
export interface Player {
  post(message: ToPlayer): void;
  onReport(run: (report: FromPlayer) => void): void;
  end(): void;
}

/** When, on the page's clock, what is rendered at a context time is heard; milliseconds and seconds. */
export interface Ears {
  heardAt(contextTime: number): number;
  readonly contextTime: number;
  /** From rendering to the ear, milliseconds. */
  readonly latencyMs: number;
}

/** Peaks of half a second are what tests and meters ask for. */
const PEAK_MS = 500;
/** A report older than this says nothing of what plays now. */
const FRESH_MS = 300;

export class AudioReceiver {
  readonly #clock: PlayoutClock;
  readonly #failed: (error: unknown) => void;
  readonly #channels: number;
  readonly #meter = new Meter();
  readonly #activity = new VoiceActivity();
  readonly #catching = new CatchingUp();
  /** Milliseconds behind the fastest frame. */
  readonly late = new Mean();
  #decoding: OpusDecoding | null = null;
  #player: Player | null = null;
  #latencyMs = 0;
  #now: () => number = () => 0;
  #group = -1;
  #frame = -1;
  #report: (FromPlayer & { readonly heardAt: number; readonly now: number }) | null = null;
  #peaks: { readonly at: number; readonly peak: number }[] = [];
  decoded = 0;
  dropped = 0;

  constructor(channels: number, clock: PlayoutClock, failed: (error: unknown) => void) {
    this.#channels = Math.max(1, Math.min(2, channels));
    this.#clock = clock;
    this.#failed = failed;
  }

  get channels(): number {
    return this.#channels;
  }

  get playing(): boolean {
    return this.#player !== null;
  }

  /** Where it is heard; null: nowhere (no context yet, or the browser waits for a click): nothing is decoded then. */
  playBy(player: Player | null, ears: Ears | null, now: () => number): void {
    this.#player?.end();
    this.#player = player;
    this.#now = now;
    this.#report = null;
    if (player === null) {
      this.#decoding?.close();
      this.#decoding = null;
      return;
    }
    player.onReport((report) => {
      const at = now();
      this.#report = { ...report, heardAt: ears!.heardAt(report.at), now: at };
      this.#peaks.push({ at, peak: report.peak });
      while (this.#peaks.length > 0 && this.#peaks[0]!.at < at - PEAK_MS) this.#peaks.shift();
    });
  }

  take(frame: Frame, now: number, latencyMs: number): void {
    if (frame.group < this.#group || (frame.group === this.#group && frame.frame <= this.#frame)) return;
    this.#group = frame.group;
    this.#frame = frame.frame;
    const db = dbOfByte(frame.level);
    this.#meter.push(db, now);
    this.#activity.push(db, now);
    this.#latencyMs = latencyMs;
    if (this.#player === null) {
      this.dropped++;
      return this.#note(frame.time / 1000, now);
    }
    this.#decoding ??= decodeOpus(this.#channels, (sound) => this.#sound(sound), this.#failed);
    this.#decoding.decode(frame.time, frame.payload);
  }

  /** A few times a second: where the sound should be. */
  steer(ears: Ears): void {
    if (this.#player === null || !this.#clock.ready) return;
    const at = ears.contextTime;
    this.#player.post({ kind: "line", time: this.#clock.timeAt(ears.heardAt(at)), at });
  }

  /** Capture time that is heard at `now`, milliseconds; null when nothing is. */
  heardTime(now: number): number | null {
    const report = this.#report;
    if (report === null || Number.isNaN(report.time) || now - report.now > FRESH_MS) return null;
    return report.time + (now - report.heardAt);
  }

  level(now: number): TrackLevel {
    return { level: this.#meter.value(now), speaking: this.#activity.speaking(now) };
  }

  /** Loudest sample of the last half second that was played. */
  heard(now: number): number {
    return this.#peaks.reduce((most, { at, peak }) => (at < now - PEAK_MS ? most : Math.max(most, peak)), 0);
  }

  /** For whoever looks for the cause of silence. */
  get player(): Readonly<FromPlayer & { heardAt: number }> | null {
    return this.#report;
  }

  close(): void {
    this.playBy(null, null, () => 0);
  }

  /** Once it is decoded: a busy machine's decoder is late, too, and what comes later than its moment is not heard. */
  #note(time: number, now: number): void {
    const ready = now + this.#latencyMs;
    if (this.#catching.take(now - time)) this.#clock.seen(time, ready);
    else this.late.add(this.#clock.arrived("audio", time, ready));
  }

  #sound({ time, channels }: { time: number; channels: Float32Array[] }): void {
    this.decoded++;
    this.#note(time / 1000, this.#now());
    this.#player?.post({ kind: "sound", time: time / 1000, channels });
  }
}
