/** Awareness of the line: the server sends something at least four times a second; silence means trouble. */

export type Health = "good" | "shaky" | "dead";

const SHAKY_MS = 1_500;
const DEAD_MS = 8_000;
/** Checks come twice a second; a gap like this between two means that the machine slept. */
const SLEPT_MS = 10_000;

export class Liveness {
  #heardAt = 0;
  #checkedAt = 0;

  start(now: number): void {
    this.#heardAt = now;
    this.#checkedAt = now;
  }

  /** Anything came from the server. */
  heard(now: number): void {
    this.#heardAt = now;
  }

  /** `background`: timers of hidden pages run late and the server sends less: only long silence counts. */
  check(now: number, background: boolean): Health {
    const slept = now - this.#checkedAt > SLEPT_MS;
    this.#checkedAt = now;
    const silence = now - this.#heardAt;
    // After a sleep data may be waiting to be read: it gets one more check before the line is called dead.
    if (slept && silence > DEAD_MS) {
      this.#heardAt = now - DEAD_MS + 1_000;
      return "shaky";
    }
    if (silence >= DEAD_MS) return "dead";
    return silence >= SHAKY_MS && !background ? "shaky" : "good";
  }
}
