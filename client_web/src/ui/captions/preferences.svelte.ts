/** How I see captions, and a captioner's short forms: kept in this browser, like all my settings. */

import { type KeyValue, safeStorage } from "../settings/appearance.svelte";
import { type CaptionLook, FIRST_LOOK, readLook } from "./look";

const KEY = "turia.captions";
const FORMS_KEY = "turia.captions.forms";

export class CaptionPreferences {
  look = $state.raw<CaptionLook>(FIRST_LOOK);
  /** Short forms as they were written down: "tu = Turia", one a line. */
  forms = $state("");
  readonly #storage: KeyValue | null;

  constructor(storage: KeyValue | null) {
    this.#storage = storage;
    try {
      this.look = readLook(storage?.getItem(KEY) ?? null);
      this.forms = storage?.getItem(FORMS_KEY) ?? "";
    } catch {
      // Forbidden: as for somebody new.
    }
  }

  set(change: Partial<CaptionLook>): void {
    this.look = { ...this.look, ...change };
    this.#keep(KEY, JSON.stringify(this.look));
  }

  setForms(forms: string): void {
    this.forms = forms;
    this.#keep(FORMS_KEY, forms);
  }

  reset(): void {
    this.set(FIRST_LOOK);
  }

  #keep(key: string, value: string): void {
    try {
      this.#storage?.setItem(key, value);
    } catch {
      // Full or forbidden: it holds until the page closes.
    }
  }
}

export const captionPreferences = new CaptionPreferences(safeStorage());
