/** Time as an argument: core never asks the browser what time it is. */

export type Cancel = () => void;

/** Milliseconds on a monotonic clock, and calls in the future. */
export interface Clock {
  now(): number;
  /** Calls `run` once, `ms` from now, unless cancelled. */
  after(ms: number, run: () => void): Cancel;
}

/** Random numbers in [0, 1). */
export type Random = () => number;

/** A clock that tests move by hand; timers run in order of their time. */
export class ManualClock implements Clock {
  #now: number;
  #next = 1;
  #timers = new Map<number, { at: number; run: () => void }>();

  constructor(start = 0) {
    this.#now = start;
  }

  now(): number {
    return this.#now;
  }

  after(ms: number, run: () => void): Cancel {
    const id = this.#next++;
    this.#timers.set(id, { at: this.#now + Math.max(0, ms), run });
    return () => void this.#timers.delete(id);
  }

  /** Moves time on, running what falls due at its own moment. */
  advance(ms: number): void {
    const end = this.#now + ms;
    for (;;) {
      let due: [number, { at: number; run: () => void }] | null = null;
      for (const timer of this.#timers) {
        if (timer[1].at <= end && (due === null || timer[1].at < due[1].at)) due = timer;
      }
      if (due === null) break;
      this.#timers.delete(due[0]);
      this.#now = due[1].at;
      due[1].run();
    }
    this.#now = end;
  }

  /** Timers that wait. */
  get pending(): number {
    return this.#timers.size;
  }
}
