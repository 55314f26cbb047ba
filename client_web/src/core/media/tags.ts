/**
 * What belongs to each packet in a coder that gives one out for each that goes in. Browsers count samples instead of keeping
 * the times of sound: after a pause, what comes out would be as much too early as the pause was long.
 */

export class Tags<T extends { readonly time: number } = { readonly time: number }> {
  #waiting: T[] = [];

  push(tag: T): void {
    this.#waiting.push(tag);
  }

  /** The tag of what came out with `time`: the one that says so, or the oldest. */
  take(time: number): T | undefined {
    const exact = this.#waiting.findIndex((tag) => tag.time === time);
    if (exact > 0) this.#waiting.splice(0, exact);
    return this.#waiting.shift();
  }

  clear(): void {
    this.#waiting = [];
  }
}
