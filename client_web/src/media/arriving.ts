/** One track that is received: its receiver, whether it needs healing, and what is counted of it. */

import { Healing } from "../core/media/heal";
import { isKey } from "../core/media/frame_head";
import { Recent } from "../core/media/meters";
import type { Frame } from "../core/media/pieces";
import type { PlayoutClock } from "../core/media/playout_clock";
import type { TrackReport } from "../net/media.gen";
import type { Arrival, TrackArrival, TrackStatistics } from "./api";
import { AudioReceiver } from "./audio_receiver";
import type { Known } from "./known";
import { VideoReceiver } from "./video_receiver";

/** What the server left out counts as the reason for so long. */
const HELD_MS = 2_000;
const MESSAGES: Readonly<Record<Arrival, string>> = {
  idle: "",
  waiting: "Waiting for the first picture.",
  arriving: "",
  held: "Your connection is slow: this is left out for a moment.",
  healing: "Nothing comes at the moment. Asking for it again.",
  refused: "",
};

export class Arriving {
  info: Known;
  readonly clock: PlayoutClock;
  readonly audio: AudioReceiver | null;
  readonly video: VideoReceiver | null;
  readonly #bits = new Recent();
  readonly #frames = new Recent();
  #healing: Healing | null = null;
  #wanted = false;
  #refused = "";
  #usableAt = -Infinity;
  #held = { at: -Infinity, frames: 0, reason: "" };
  #reported = { received: 0, decoded: 0, dropped: 0, lost: 0 };
  #lastSecond = { decoded: 0, dropped: 0, shownDecoded: 0, shownDropped: 0 };
  received = 0;

  constructor(info: Known, clock: PlayoutClock, failed: (error: unknown) => void) {
    this.info = info;
    this.clock = clock;
    const { media, codec, layers, channels } = info;
    this.audio = media === "audio" ? new AudioReceiver(channels, clock, failed) : null;
    this.video = media === "video" ? new VideoReceiver({ codec, layers, clock, failed }) : null;
  }

  get wanted(): boolean {
    return this.#wanted;
  }

  get decoded(): number {
    return this.audio?.decoded ?? this.video?.decoded ?? 0;
  }

  get dropped(): number {
    return this.audio?.dropped ?? this.video?.dropped ?? 0;
  }

  get lostGroups(): number {
    return this.video?.lostGroups ?? 0;
  }

  get healed(): number {
    return this.#healing?.count ?? 0;
  }

  want(wanted: boolean, now: number): void {
    if (wanted && !this.#wanted)
      this.#healing = this.info.source === "voice" ? null : new Healing(this.info.media, now);
    if (!wanted && this.#wanted) {
      this.#healing = null;
      this.video?.pause();
    }
    if (!wanted) this.#refused = "";
    this.#wanted = wanted;
  }

  refuse(message: string): void {
    this.#refused = message;
  }

  /** True when it comes again after it was asked for anew. */
  take(frame: Frame, now: number, latencyMs: number): boolean {
    this.received++;
    this.#bits.add(frame.payload.byteLength * 8, now);
    this.#frames.add(1, now);
    this.audio?.take(frame, now, latencyMs);
    const usable = this.video?.take(frame, now) ?? true;
    if (usable) this.#usableAt = now;
    if (isKey(frame.flags)) this.#refused = "";
    return this.#healing?.came(now, usable) ?? false;
  }

  leftOut(frames: number, reason: string, now: number): void {
    this.#held = { at: now, frames, reason };
    this.#healing?.excused(now);
  }

  check(now: number): "nothing" | "restart" | "key" {
    const need = this.#refused === "" ? (this.#healing?.check(now) ?? "nothing") : "nothing";
    if (need === "restart") this.video?.restart();
    return need;
  }

  get healing(): boolean {
    return this.#healing?.healing ?? false;
  }

  arrival(now: number): TrackArrival {
    const arrival = this.#arrival(now);
    const message = arrival === "refused" ? this.#refused : MESSAGES[arrival];
    return {
      track: this.info.track,
      arrival,
      message: this.info.media === "audio" && arrival === "waiting" ? "" : message,
    };
  }

  #arrival(now: number): Arrival {
    if (this.#refused !== "") return "refused";
    if (!this.#wanted && this.info.source !== "voice") return "idle";
    if (now - this.#held.at < HELD_MS && this.#held.reason !== "layers") return "held";
    if (this.healing) return "healing";
    return now - this.#usableAt < HELD_MS ? "arriving" : "waiting";
  }

  /** Since the last one. */
  report(): TrackReport {
    const before = this.#reported;
    const { received, decoded, dropped, lostGroups: lost } = this;
    this.#reported = { received, decoded, dropped, lost };
    return {
      track: this.info.track,
      frames: received - before.received,
      decoded: Math.max(0, decoded - before.decoded),
      dropped: Math.max(0, dropped - before.dropped),
      lost_groups: lost - before.lost,
      late_ms: Math.round(Math.max(0, (this.audio ?? this.video)?.late.take() ?? 0)),
    };
  }

  /** Once a second, before `statistics`. */
  second(): void {
    const { decoded, dropped } = this;
    const last = this.#lastSecond;
    this.#lastSecond = {
      decoded,
      dropped,
      shownDecoded: decoded - last.decoded,
      shownDropped: dropped - last.dropped,
    };
  }

  statistics(now: number): TrackStatistics {
    const held = now - this.#held.at < 1_500;
    const { track, name, source, media, codec, width, height } = this.info;
    return {
      track,
      name,
      source,
      media,
      codec,
      arrival: this.#arrival(now),
      bitRate: Math.round(this.#bits.perSecond(now)),
      frames: Math.round(this.#frames.perSecond(now)),
      decoded: this.#lastSecond.shownDecoded,
      droppedHere: this.#lastSecond.shownDropped,
      droppedThere: held ? this.#held.frames : 0,
      reason: held ? this.#held.reason : "",
      lostGroups: this.lostGroups,
      healed: this.healed,
      jitterMs: Math.round(this.clock.jitterMs),
      delayMs: Math.round(this.clock.delayMs),
      width: this.video?.width || width,
      height: this.video?.height || height,
    };
  }

  close(): void {
    this.audio?.close();
    this.video?.close();
  }
}
