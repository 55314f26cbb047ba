/** Toasts that go by themselves, and sentences for the live region. */

import type { Clock } from "../core/clock";
import type { Toast } from "./ports";
import type { Stores } from "./stores";

/** Long enough to read a sentence twice. */
const SHOWN_MS: Readonly<Record<Toast["kind"], number>> = { info: 6000, success: 5000, warning: 9000, error: 12000 };
const MOST = 4;

export class Messages {
  readonly #stores: Pick<Stores, "toasts" | "announcement">;
  readonly #clock: Clock;
  #next = 1;

  constructor(stores: Pick<Stores, "toasts" | "announcement">, clock: Clock) {
    this.#stores = stores;
    this.#clock = clock;
  }

  /** The same sentence twice is shown once. */
  toast(kind: Toast["kind"], text: string, shownMs = SHOWN_MS[kind]): void {
    const shown = this.#stores.toasts.get();
    if (shown.some((toast) => toast.text === text)) return;
    const id = this.#next++;
    this.#stores.toasts.set([...shown, { id, kind, text }].slice(-MOST));
    this.#clock.after(shownMs, () => this.dismiss(id));
    this.announce(text);
  }

  /** For screen readers, without a picture. */
  announce(text: string): void {
    // A live region speaks when its text changes: the same sentence again needs a difference nobody hears.
    const repeated = this.#stores.announcement.get() === text;
    this.#stores.announcement.set(repeated ? `${text}\u00a0` : text);
  }

  dismiss(id: number): void {
    this.#stores.toasts.update((toasts) => toasts.filter((toast) => toast.id !== id));
  }
}
