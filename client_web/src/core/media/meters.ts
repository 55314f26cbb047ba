/** Counting what passes in a second. */

interface Passed {
  readonly at: number;
  readonly amount: number;
}

/** The mean since it was last asked for. */
export class Mean {
  #sum = 0;
  #count = 0;

  add(value: number): void {
    this.#sum += value;
    this.#count++;
  }

  /** 0 when there was nothing. */
  take(): number {
    const mean = this.#count === 0 ? 0 : this.#sum / this.#count;
    this.#sum = this.#count = 0;
    return mean;
  }
}

/** How much passed in the last `windowMs`. */
export class Recent {
  readonly #windowMs: number;
  #passed: Passed[] = [];
  #sum = 0;

  constructor(windowMs = 1_000) {
    this.#windowMs = windowMs;
  }

  add(amount: number, now: number): void {
    this.#passed.push({ at: now, amount });
    this.#sum += amount;
    this.#forget(now);
  }

  /** Per second. */
  perSecond(now: number): number {
    this.#forget(now);
    return (this.#sum * 1000) / this.#windowMs;
  }

  #forget(now: number): void {
    let gone = 0;
    while (gone < this.#passed.length && this.#passed[gone]!.at <= now - this.#windowMs)
      this.#sum -= this.#passed[gone++]!.amount;
    if (gone > 0) this.#passed = this.#passed.slice(gone);
  }
}
