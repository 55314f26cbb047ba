/** What I am writing, to the room: at once, then the newest text every so often. */

import type { Cancel, Clock } from "../core/clock";
import { INTERIM_EVERY_MS, type Interim } from "../net/media.gen";

export interface InterimLine {
  readonly connected: boolean;
  command(name: "interim", payload: Interim): Promise<unknown>;
}

export class Interims {
  readonly #line: InterimLine;
  readonly #clock: Clock;
  #waiting: Interim | null = null;
  #cancel: Cancel | null = null;

  constructor(line: InterimLine, clock: Clock) {
    this.#line = line;
    this.#clock = clock;
  }

  write(interim: Interim): void {
    this.#waiting = interim;
    if (this.#cancel === null) this.#send();
  }

  stop(): void {
    this.#cancel?.();
    this.#cancel = this.#waiting = null;
  }

  #send(): void {
    this.#cancel = null;
    const interim = this.#waiting;
    if (interim === null) return;
    this.#waiting = null;
    // Refused or lost: the line itself comes as a command, and that says what is wrong.
    if (this.#line.connected) this.#line.command("interim", interim).catch(() => undefined);
    this.#cancel = this.#clock.after(INTERIM_EVERY_MS, () => this.#send());
  }
}
