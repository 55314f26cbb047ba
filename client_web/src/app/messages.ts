/** Toasts that go by themselves, and sentences for the live region. */

import type { Cancel, Clock } from "../core/clock";
import type { Toast } from "./ports";
import type { Stores } from "./stores";

/** Long enough to read a sentence twice. */
const SHOWN_MS: Readonly<Record<Toast["kind"], number>> = { info: 6000, success: 5000, warning: 9000, error: 12000 };
const MOST = 3;

export class Messages {
  readonly #stores: Pick<Stores, "toasts" | "announcement">;
  readonly #clock: Clock;
  readonly #timers = new Map<number, Cancel>();
  #next = 1;

  constructor(stores: Pick<Stores, "toasts" | "announcement">, clock: Clock) {
    this.#stores = stores;
    this.#clock = clock;
  }

  /** The same sentence twice is shown once, and longer. Returns what dismisses it. */
  toast(kind: Toast["kind"], text: string, shownMs = SHOWN_MS[kind]): number {
    const shown = this.#stores.toasts.get();
    const same = shown.find((toast) => toast.text === text);
    const id = same?.id ?? this.#next++;
    this.#timers.get(id)?.();
    this.#timers.set(
      id,
      this.#clock.after(shownMs, () => this.dismiss(id)),
    );
    if (same !== undefined) return id;
    for (const { id: old } of shown.slice(0, -(MOST - 1))) this.dismiss(old);
    this.#stores.toasts.update((toasts) => [...toasts, { id, kind, text }]);
    this.announce(text);
    return id;
  }

  /** For screen readers, without a picture. */
  announce(text: string): void {
    // A live region speaks when its text changes: the same sentence again needs a difference nobody hears.
    const repeated = this.#stores.announcement.get() === text;
    this.#stores.announcement.set(repeated ? `${text}\u00a0` : text);
  }

  /** One that is gone already is nothing to dismiss. */
  dismiss(id: number): void {
    this.#timers.get(id)?.();
    this.#timers.delete(id);
    this.#stores.toasts.update((toasts) => toasts.filter((toast) => toast.id !== id));
  }
}
