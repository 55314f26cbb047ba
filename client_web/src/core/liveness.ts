/**
 * Awareness of the line: the server sends something at least four times a second; silence means trouble, unless the
 * page itself did nothing meanwhile (it loads, or draws a long frame): what came is then not yet read.
 */

export type Health = "good" | "shaky" | "dead";

const SHAKY_MS = 1_500;
const DEAD_MS = 8_000;
/** Checks come twice a second; a gap like this between two means that the machine slept. */
const SLEPT_MS = 10_000;
/** Checks later than this were held up by the page itself. */
const BUSY_MS = 900;
/** In the first moments much is loaded and drawn for the first time: no word on the line but that it is dead. */
const FIRST_MS = 10_000;

export class Liveness {
  #heardAt = 0;
  #checkedAt = 0;
  #startedAt: number | null = null;

  start(now: number): void {
    this.#heardAt = now;
    this.#checkedAt = now;
    this.#startedAt ??= now;
  }

  /** Anything came from the server. */
  heard(now: number): void {
    this.#heardAt = now;
  }

  /** `background`: timers of hidden pages run late and the server sends less: only long silence counts. */
  check(now: number, background: boolean): Health {
    const gap = now - this.#checkedAt;
    const slept = gap > SLEPT_MS;
    if (gap > BUSY_MS && !slept && !background) this.#heardAt = Math.min(now, this.#heardAt + gap);
    this.#checkedAt = now;
    const silence = now - this.#heardAt;
    // After a sleep data may be waiting to be read: it gets one more check before the line is called dead.
    if (slept && silence > DEAD_MS) {
      this.#heardAt = now - DEAD_MS + 1_000;
      return "shaky";
    }
    if (silence >= DEAD_MS) return "dead";
    const first = now - (this.#startedAt ?? now) < FIRST_MS;
    return silence >= SHAKY_MS && !background && !first ? "shaky" : "good";
  }
}
