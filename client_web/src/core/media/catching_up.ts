/**
 * Frames of the cached group, which somebody who arrives gets at once, come much faster than they were captured. They say
 * nothing of how late frames of this line are, and must not make everything play later.
 */

/** Arriving this much faster than captured is no live pace; milliseconds from one frame to the next. */
const FASTER_MS = 4;
/** Live again after so many frames in a row at live pace. */
const FRAMES = 3;

export class CatchingUp {
  #before = NaN;
  #live = 0;

  /** `offset`: arrival minus capture. True while it is still catching up. */
  take(offset: number): boolean {
    if (this.#live >= FRAMES) return false;
    const faster = Number.isNaN(this.#before) || offset < this.#before - FASTER_MS;
    this.#before = offset;
    this.#live = faster ? 0 : this.#live + 1;
    return true;
  }

  /** Subscribed anew. */
  again(): void {
    this.#before = NaN;
    this.#live = 0;
  }
}
