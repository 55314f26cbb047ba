/** An answer that is asked for again: after one's own acts, and every so often while somebody looks. */

import { onDestroy } from "svelte";
import { sentenceOf } from "../site.svelte";

const EVERY_MS = 10_000;

export class Refreshed<T> {
  value = $state.raw<T | null>(null);
  problem = $state("");
  loading = $state(false);
  readonly #ask: () => Promise<T>;
  #turn = 0;

  /** For components: `ask` is called at once and then every ten seconds while the page is seen. */
  constructor(ask: () => Promise<T>) {
    this.#ask = ask;
    const timer = setInterval(() => document.visibilityState === "visible" && void this.refresh(), EVERY_MS);
    onDestroy(() => clearInterval(timer));
  }

  async refresh(): Promise<void> {
    const turn = ++this.#turn;
    this.loading = this.value === null;
    try {
      const value = await this.#ask();
      if (turn !== this.#turn) return;
      this.value = value;
      this.problem = "";
    } catch (error) {
      // What is there stays: an answer of ten seconds ago is better than none.
      if (turn === this.#turn) this.problem = sentenceOf(error);
    } finally {
      if (turn === this.#turn) this.loading = false;
    }
  }
}
