/** One track of pictures: frames in, decoded shortly before their moment, shown in it. */

import { CatchingUp } from "../core/media/catching_up";
import { isKey } from "../core/media/frame_head";
import { Groups } from "../core/media/groups";
import { Mean } from "../core/media/meters";
import { PictureQueue } from "../core/media/picture_queue";
import type { Frame } from "../core/media/pieces";
import type { PlayoutClock } from "../core/media/playout_clock";

/** So long before its moment a frame goes to the decoder: decoders are slow to begin, and decoded pictures are large. */
const LEAD_MS = 90;
/** Frames in the decoder at a time: the rest waits here, where it can be left out. */
const MOST_IN_DECODER = 8;
/** A decoder that is so far behind will not catch up: go on with a newer key. Somebody who arrives has a group to catch up. */
const BEHIND_MS = 2_500;
const MOST_WAITING = 1_000;

export interface VideoReceiverParts {
  readonly codec: string;
  readonly layers: number;
  readonly clock: PlayoutClock;
  readonly failed: (error: unknown) => void;
}

export class VideoReceiver {
  readonly #parts: VideoReceiverParts;
  readonly #groups: Groups;
  readonly #queue = new PictureQueue<VideoFrame>((frame) => frame.close());
  readonly #catching = new CatchingUp();
  /** Milliseconds behind the fastest frame. */
  readonly late = new Mean();
  #waiting: Frame[] = [];
  #decoder: VideoDecoder | null = null;
  #shown = -1;
  decoded = 0;
  presented = 0;
  #dropped = 0;
  width = 0;
  height = 0;

  constructor(parts: VideoReceiverParts) {
    this.#parts = parts;
    this.#groups = new Groups(parts.layers);
  }

  get dropped(): number {
    return this.#dropped + this.#queue.dropped;
  }

  get lostGroups(): number {
    return this.#groups.lost;
  }

  /** Capture time of the picture that is shown, milliseconds; -1 none. */
  get shownTime(): number {
    return this.#shown;
  }

  /** Whether the frame is of use. False: a key is needed. */
  take(frame: Frame, now: number): boolean {
    const verdict = this.#groups.take(frame);
    if (verdict === "need_key") return false;
    if (verdict === "skip") return !this.#groups.waitsForKey;
    const { clock } = this.#parts;
    const time = frame.time / 1000;
    if (this.#catching.take(now - time)) clock.seen(time, now);
    else this.late.add(clock.arrived("video", time, now));
    this.#waiting.push(frame);
    const behind = time - this.#waiting[0]!.time / 1000 > BEHIND_MS;
    if (behind && isKey(frame.flags)) this.#jump();
    if (this.#waiting.length > MOST_WAITING) this.#lose();
    // So far behind that only a new key helps.
    return !behind || this.#waiting.length === 1;
  }

  /** Subscribed anew. */
  restart(): void {
    this.#groups.restart();
    this.#catching.again();
  }

  /** Often: what is due soon goes to the decoder. `time`: capture time to be seen now. */
  decode(time: number): void {
    while (this.#waiting.length > 0 && this.#waiting[0]!.time / 1000 <= time + LEAD_MS && !this.#full)
      this.#feed(this.#waiting.shift()!);
  }

  /** The picture to show at capture time `time`, or null. It must be closed. */
  present(time: number): VideoFrame | null {
    const due = this.#queue.due(time);
    if (due === null) return null;
    this.#shown = due.time;
    this.presented++;
    this.width = due.picture.displayWidth;
    this.height = due.picture.displayHeight;
    return due.picture;
  }

  /** Nobody looks: nothing is kept, and the next picture begins with a key. */
  pause(): void {
    this.#waiting = [];
    this.#groups.broken();
    this.#catching.again();
    this.#closeDecoder();
    this.#queue.clear();
  }

  close(): void {
    this.pause();
  }

  #feed(frame: Frame): void {
    try {
      this.#decoder ??= this.#make();
      const type = isKey(frame.flags) ? "key" : "delta";
      this.#decoder.decode(new EncodedVideoChunk({ type, timestamp: frame.time, data: frame.payload }));
    } catch (error) {
      this.#parts.failed(error);
      this.#lose();
    }
  }

  get #full(): boolean {
    return (this.#decoder?.decodeQueueSize ?? 0) >= MOST_IN_DECODER;
  }

  #make(): VideoDecoder {
    const decoder = new VideoDecoder({
      output: (picture) => {
        this.decoded++;
        this.#queue.push(picture.timestamp / 1000, picture);
      },
      error: (error) => {
        this.#parts.failed(error);
        if (this.#decoder === decoder) this.#lose();
      },
    });
    decoder.configure({ codec: this.#parts.codec, optimizeForLatency: true });
    return decoder;
  }

  /** The newest frame is a key: nothing before it matters any more. */
  #jump(): void {
    this.#dropped += this.#waiting.length - 1;
    this.#waiting = this.#waiting.slice(-1);
  }

  #lose(): void {
    const key = this.#waiting.findIndex(({ flags }) => isKey(flags));
    this.#dropped += key < 0 ? this.#waiting.length : key;
    this.#waiting = key < 0 ? [] : this.#waiting.slice(key);
    this.#closeDecoder();
    if (key < 0) this.#groups.broken();
  }

  #closeDecoder(): void {
    if (this.#decoder !== null && this.#decoder.state !== "closed") this.#decoder.close();
    this.#decoder = null;
  }
}
