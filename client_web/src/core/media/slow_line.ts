/**
 * Whether this line is too slow for the better pictures, by what the server left out for it. Trying again costs a moment
 * of standing pictures when it is in vain, so each time that was so the next try waits twice as long.
 */

const FIRST_MS = 15_000;
const MOST_MS = 120_000;
/** A try that went well for so long was not in vain. */
const PROVEN_MS = 30_000;

export class SlowLine {
  #slow = false;
  #droppedAt = -Infinity;
  #backAt = -Infinity;
  #wait = FIRST_MS;

  get slow(): boolean {
    return this.#slow;
  }

  /** Something was left out because the line did not take it. True when it counts as slow from now on. */
  dropped(now: number): boolean {
    this.#droppedAt = now;
    if (this.#slow) return false;
    this.#wait = now - this.#backAt < PROVEN_MS ? Math.min(MOST_MS, this.#wait * 2) : FIRST_MS;
    this.#slow = true;
    return true;
  }

  /** Often. True when the better pictures may be tried again from now on. */
  tick(now: number): boolean {
    if (!this.#slow || now - this.#droppedAt <= this.#wait) return false;
    this.#slow = false;
    this.#backAt = now;
    return true;
  }
}
