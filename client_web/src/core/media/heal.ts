/**
 * When frames that should come do not: asks for the track anew, less and less often. Every live track sends something at
 * least twice a second (silence, or the last picture again), so that quiet is never mistaken for a broken line.
 */

/** Without a frame for this long, a track is asked for anew; milliseconds. */
export const QUIET_MS = { audio: 1_000, video: 2_000 } as const;
/** A key is missing for this long although frames come: ask for one. */
const ASK_KEY_EVERY_MS = 1_000;
const MOST_MS = 16_000;

export type Need = "nothing" | "restart" | "key";

export class Healing {
  readonly #quietMs: number;
  #at: number;
  #wait: number;
  #keyAt = -Infinity;
  #needsKey = false;
  /** How often it was asked for anew. */
  count = 0;
  #healing = false;

  constructor(media: "audio" | "video", now: number) {
    this.#quietMs = QUIET_MS[media];
    this.#wait = this.#quietMs;
    this.#at = now;
  }

  /** A frame came; `usable`: it can be decoded. True when this ends a time of healing. */
  came(now: number, usable: boolean): boolean {
    this.#at = now;
    this.#wait = this.#quietMs;
    this.#needsKey = !usable;
    if (!usable) return false;
    const healed = this.#healing;
    this.#healing = false;
    return healed;
  }

  /** The server said that it leaves frames out: it knows, and asking would only add to the load. */
  excused(now: number): void {
    this.#at = Math.max(this.#at, now);
  }

  get healing(): boolean {
    return this.#healing;
  }

  check(now: number): Need {
    if (now - this.#at >= this.#wait) {
      this.#at = now;
      this.#wait = Math.min(MOST_MS, this.#wait * 2);
      this.#healing = true;
      this.count++;
      return "restart";
    }
    if (this.#needsKey && now - this.#keyAt >= ASK_KEY_EVERY_MS) {
      this.#keyAt = now;
      return "key";
    }
    return "nothing";
  }
}
