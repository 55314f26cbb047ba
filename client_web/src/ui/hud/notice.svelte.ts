/** The organiser's notice over the page: shown until it is dismissed, once in the life of a tab. */

import type { KeyValue } from "../settings/appearance.svelte";

const KEY = "turia.notice";

export class Notice {
  #dismissed = $state("");
  readonly #storage: KeyValue | null;

  /** `storage` lives as long as the tab. */
  constructor(storage: KeyValue | null) {
    this.#storage = storage;
    try {
      this.#dismissed = storage?.getItem(KEY) ?? "";
    } catch {
      this.#dismissed = "";
    }
  }

  /** Another text shows again. */
  shows(text: string): boolean {
    return text !== "" && text !== this.#dismissed;
  }

  dismiss(text: string): void {
    this.#dismissed = text;
    try {
      this.#storage?.setItem(KEY, text);
    } catch {
      // Full or forbidden: it stays away until the page closes.
    }
  }
}

/** sessionStorage, or null where the browser forbids it. */
export function tabStorage(): KeyValue | null {
  try {
    return window.sessionStorage;
  } catch {
    return null;
  }
}
