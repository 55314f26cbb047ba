/** How I watch talks: kept in this browser. */

import { safeStorage } from "../settings/appearance.svelte";
import type { LayoutName } from "./layout";

const KEY = "turia.talks";

interface Kept {
  readonly layout: LayoutName | null;
  readonly captions: boolean;
  readonly signs: boolean;
}

const FIRST: Kept = { layout: null, captions: true, signs: true };

class Choices {
  /** My own layout; null: the room's. */
  layout = $state<LayoutName | null>(FIRST.layout);
  captions = $state(FIRST.captions);
  /** The window of the sign-language interpreter, where there is one. */
  signs = $state(FIRST.signs);
  statistics = $state(false);

  constructor() {
    try {
      const kept = JSON.parse(safeStorage()?.getItem(KEY) ?? "{}") as Partial<Kept>;
      this.layout = kept.layout ?? FIRST.layout;
      this.captions = kept.captions ?? FIRST.captions;
      this.signs = kept.signs ?? FIRST.signs;
    } catch {
      // Unreadable: as for somebody new.
    }
  }

  set(change: Partial<Kept>): void {
    Object.assign(this, change);
    const { layout, captions, signs } = this;
    try {
      safeStorage()?.setItem(KEY, JSON.stringify({ layout, captions, signs }));
    } catch {
      // It holds as long as the page.
    }
  }
}

export const choices = new Choices();
