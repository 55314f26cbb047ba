/**
 * Whether an encoder keeps up, by what went in and has not come out. A picture that waits is late for everybody who
 * watches: on a machine that is too slow pictures are left out before they are encoded. Times of now are milliseconds.
 */

/** More than this in the encoder, or one that has been there for longer, and the next one is left out. */
const MOST_BEGUN = 6;
const MOST_WAIT_MS = 300;
/** A picture that takes longer to encode comes too late, however few wait: the machine is too slow for this size. */
const SLOW_MS = 200;
/** What has not come out by then was left out by the encoder, and says nothing of the next one. */
const FORGOTTEN_MS = 2_000;

export class EncoderLoad {
  /** When frames went in that have not come out, by their time; the oldest first. */
  readonly #begun = new Map<number, number>();
  #tookMs = 0;

  /** The next one should be left out. */
  full(now: number): boolean {
    for (const [time, begun] of this.#begun) {
      if (now - begun < FORGOTTEN_MS) break;
      this.#begun.delete(time);
    }
    const oldest = this.#begun.values().next();
    return this.#begun.size > MOST_BEGUN || (oldest.done !== true && now - oldest.value > MOST_WAIT_MS);
  }

  /** The machine does not keep up with this size and rate. */
  behind(now: number): boolean {
    return this.full(now) || this.#tookMs > SLOW_MS;
  }

  /** The frame of `time` (any clock) goes in. */
  begin(time: number, now: number): void {
    this.#begun.set(time, now);
  }

  /** It came out. */
  end(time: number, now: number): void {
    const begun = this.#begun.get(time);
    // Whatever went in before and has not come out was left out by the encoder.
    for (const earlier of this.#begun.keys()) if (earlier <= time) this.#begun.delete(earlier);
    // Smoothed, keys left out by that: they always take longer.
    if (begun !== undefined) this.#tookMs = this.#tookMs * 0.8 + (now - begun) * 0.2;
  }

  /** A new encoder. */
  clear(): void {
    this.#begun.clear();
  }
}
