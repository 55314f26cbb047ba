/** Who is behind the slots: newest revision wins; people are found by slot, id or name. */

import type { Introduction as Wire } from "../net/protocol.gen";
import type { Introduction } from "./types";

export class Introductions {
  /** Counts up with every change. */
  version = 0;
  readonly #bySlot = new Map<number, Introduction>();

  get bySlot(): ReadonlyMap<number, Introduction> {
    return this.#bySlot;
  }

  /** A new connection: slots mean other people, revisions start anew. */
  clear(): void {
    this.#bySlot.clear();
    this.version++;
  }

  take(people: readonly Wire[]): void {
    for (const [slot, revision, person, name, affiliation, badge, look] of people) {
      const known = this.#bySlot.get(slot);
      if (known !== undefined && known.person === person && known.revision >= revision) continue;
      this.#bySlot.set(slot, { slot, revision, person, name, affiliation, badge, look });
      this.version++;
    }
  }

  get(slot: number): Introduction | null {
    return this.#bySlot.get(slot) ?? null;
  }

  slotOf(person: string): number {
    for (const known of this.#bySlot.values()) if (known.person === person) return known.slot;
    return -1;
  }
}
