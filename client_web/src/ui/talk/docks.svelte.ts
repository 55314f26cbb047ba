/** Windows of talks that stand at the top of an upright phone: one below the other, none over another. */

import { SvelteMap } from "svelte/reactivity";

const GAP = 6;

export class Docks {
  readonly #heights = new SvelteMap<string, number>();

  /** It stands there, so high (CSS pixels); returns how to take it away. */
  put(name: string, height: number): () => void {
    this.#heights.set(name, height);
    return () => void this.#heights.delete(name);
  }

  /** How far below the first place it stands, CSS pixels. By name, so that none jumps when another one comes. */
  above(name: string): number {
    let sum = 0;
    for (const [other, height] of this.#heights) if (other < name) sum += height + GAP;
    return sum;
  }
}

export const docks = new Docks();
