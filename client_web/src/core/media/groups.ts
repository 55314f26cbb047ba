/**
 * Which frames of a video track can be decoded. The server leaves out upper layers, then the rest of a group; what comes
 * after a hole must not reach the decoder, or the picture smears until the next keyframe.
 */

import { isKey, layerOf } from "./frame_head";

/** What groups need to know of a frame. */
export interface Numbered {
  readonly flags: number;
  readonly group: number;
  readonly frame: number;
}

/** `skip`: cannot be decoded, or was seen before; `need_key`: the same, and no key has come since. */
export type Verdict = "decode" | "skip" | "need_key";

export class Groups {
  readonly #layers: number;
  #group = -1;
  #frame = -1;
  #broken = true;
  #hole = false;
  /** Groups of which the end, or all, did not come. */
  lost = 0;

  /** `layers`: temporal layers of the track; with one, every missing frame breaks the group. */
  constructor(layers: number) {
    this.#layers = layers;
  }

  take(frame: Numbered): Verdict {
    if (frame.group < this.#group || (frame.group === this.#group && frame.frame <= this.#frame)) return "skip";
    if (frame.group > this.#group) return this.#begin(frame);
    const missing = frame.frame !== this.#frame + 1;
    this.#frame = frame.frame;
    if (this.#broken && isKey(frame.flags)) return this.#begin(frame);
    if (this.#broken) return "need_key";
    if (missing && this.#layers <= 1) return this.#break();
    if (missing) this.#hole = true;
    // What is missing was of an upper layer (the server leaves out whole ones). A frame of the base needs none of them.
    if (layerOf(frame.flags) === 0) this.#hole = false;
    return this.#hole ? "skip" : "decode";
  }

  /** The decoder failed: nothing is any good until the next key. */
  broken(): void {
    this.#broken = true;
  }

  /** Subscribed anew: the cached group may come again from its start. */
  restart(): void {
    if (this.#broken) this.#frame = -1;
  }

  get waitsForKey(): boolean {
    return this.#broken;
  }

  #begin(frame: Numbered): Verdict {
    if (this.#group >= 0 && frame.group > this.#group + 1) this.lost += frame.group - this.#group - 1;
    this.#group = frame.group;
    this.#frame = frame.frame;
    this.#hole = false;
    if (!isKey(frame.flags)) return this.#break();
    this.#broken = false;
    return "decode";
  }

  #break(): Verdict {
    this.#broken = true;
    this.lost++;
    return "need_key";
  }
}
