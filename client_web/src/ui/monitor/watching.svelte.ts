/** The overview as it is asked for every few seconds while somebody looks. */

import { onDestroy } from "svelte";
import { type MediaOverview, news, problemsByKey } from "./overview";

const EVERY_MS = 2_500;
/** What is older than this is said to be old. */
const OLD_MS = 8_000;

export class Watching {
  value = $state.raw<MediaOverview | null>(null);
  problem = $state("");
  paused = $state(false);
  /** Seconds since it was true; 0 while it is fresh. */
  oldS = $state(0);
  /** For people who do not see what changes. */
  said = $state("");
  readonly #ask: () => Promise<MediaOverview>;
  readonly #now: () => number;
  #known: ReadonlyMap<string, string> = new Map();
  #cameAt = 0;
  #asking = false;

  /** For components: `ask` is called at once and then while the page is seen, unless it is paused. */
  constructor(ask: () => Promise<MediaOverview>, now: () => number = () => performance.now()) {
    this.#ask = ask;
    this.#now = now;
    const timer = setInterval(() => this.#turn(), EVERY_MS);
    onDestroy(() => clearInterval(timer));
    void this.look();
  }

  pause(paused: boolean): void {
    this.paused = paused;
    if (!paused) void this.look();
  }

  async look(): Promise<void> {
    if (this.#asking) return;
    this.#asking = true;
    try {
      const value = await this.#ask();
      if (this.paused) return;
      this.#cameAt = this.#now();
      this.oldS = 0;
      this.value = value;
      this.problem = "";
      const problems = problemsByKey(value);
      this.said = news(this.#known, problems) || this.said;
      this.#known = problems;
    } catch (error) {
      // What is there stays: figures of a moment ago are better than none.
      this.problem = error instanceof Error ? error.message : "Something went wrong here. Reload the page.";
    } finally {
      this.#asking = false;
    }
  }

  #turn(): void {
    const age = this.#now() - this.#cameAt;
    this.oldS = this.value !== null && age > OLD_MS ? Math.round(age / 1_000) : 0;
    if (!this.paused && document.visibilityState === "visible") void this.look();
  }
}
