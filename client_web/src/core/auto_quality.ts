/** Lowers the quality when the picture is too slow for a while; never raises it by itself: switching back and forth is worse. */

import type { Quality } from "./settings";

const TOO_SLOW_FPS = 24;
const PATIENCE_MS = 6_000;
/** The first moments after a change are slow anyway (shaders, uploads). */
const SETTLE_MS = 4_000;
const LOWER: Readonly<Record<Quality, Quality>> = { high: "medium", medium: "low", low: "low" };

export class AutoQuality {
  quality: Quality;
  #slowSince: number | null = null;
  #settledAt = 0;

  constructor(quality: Quality) {
    this.quality = quality;
  }

  /** Begin again, for example after the page was hidden. */
  settle(now: number): void {
    this.#settledAt = now + SETTLE_MS;
    this.#slowSince = null;
  }

  /** True when the quality was lowered. */
  observe(fps: number, now: number): boolean {
    if (now < this.#settledAt || fps >= TOO_SLOW_FPS) {
      this.#slowSince = null;
      return false;
    }
    this.#slowSince ??= now;
    if (now - this.#slowSince < PATIENCE_MS || LOWER[this.quality] === this.quality) return false;
    this.quality = LOWER[this.quality];
    this.settle(now);
    return true;
  }
}
