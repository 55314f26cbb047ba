/** Something that changes all the time, to the room: at once, then the newest every so often; nothing is caught up. */

import type { Cancel, Clock } from "../core/clock";

export interface NewestParts<T> {
  readonly clock: Clock;
  readonly everyMs: number;
  /** Whether the line is there; without it nothing is kept. */
  readonly connected: () => boolean;
  readonly send: (newest: T) => Promise<unknown>;
}

export class Newest<T> {
  readonly #parts: NewestParts<T>;
  #waiting: { readonly newest: T } | null = null;
  #cancel: Cancel | null = null;

  constructor(parts: NewestParts<T>) {
    this.#parts = parts;
  }

  write(newest: T): void {
    this.#waiting = { newest };
    if (this.#cancel === null) this.#send();
  }

  stop(): void {
    this.#cancel?.();
    this.#cancel = this.#waiting = null;
  }

  #send(): void {
    this.#cancel = null;
    if (this.#waiting === null) return;
    const { newest } = this.#waiting;
    this.#waiting = null;
    // Refused or lost: what counts comes as a command, and that says what is wrong.
    if (this.#parts.connected()) this.#parts.send(newest).catch(() => undefined);
    this.#cancel = this.#parts.clock.after(this.#parts.everyMs, () => this.#send());
  }
}
