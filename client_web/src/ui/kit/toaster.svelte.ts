/** Short messages over a page, with an undo where the act can be taken back. Errors stay until they are dismissed. */

import type { Cancel, Clock } from "../../core/clock";

export interface ToastItem {
  readonly id: number;
  readonly kind: "info" | "success" | "warning" | "error";
  readonly text: string;
  /** A button beside the text: "Undo". */
  readonly action?: { readonly label: string; readonly run: () => void } | undefined;
}

/** Long enough to read twice, and longer where there is something to press. */
const READ_MS = 7_000;
const UNDO_MS = 15_000;
const MOST = 4;

export class Toaster {
  items = $state.raw<readonly ToastItem[]>([]);
  readonly #clock: Pick<Clock, "after">;
  readonly #say: (text: string) => void;
  readonly #timers = new Map<number, Cancel>();
  #next = 1;
  #held = false;

  /** `say`: the polite live region, so that nobody has to look. */
  constructor(clock: Pick<Clock, "after">, say: (text: string) => void) {
    this.#clock = clock;
    this.#say = say;
  }

  show(kind: ToastItem["kind"], text: string, action?: ToastItem["action"]): void {
    const item: ToastItem = { id: this.#next++, kind, text, action };
    this.items = [...this.items.filter((other) => other.text !== text), item].slice(-MOST);
    this.#say(action ? `${text} ${action.label} is in the messages.` : text);
    if (kind !== "error") this.#arm(item);
  }

  done(text: string, undo?: () => void): void {
    this.show("success", text, undo && { label: "Undo", run: undo });
  }

  error(text: string): void {
    this.show("error", text);
  }

  act(item: ToastItem): void {
    this.dismiss(item.id);
    item.action?.run();
  }

  dismiss(id: number): void {
    this.#timers.get(id)?.();
    this.#timers.delete(id);
    this.items = this.items.filter((item) => item.id !== id);
  }

  /** Nothing goes while somebody points at the messages or has the focus in them. */
  hold(on: boolean): void {
    if (this.#held === on) return;
    this.#held = on;
    for (const cancel of this.#timers.values()) cancel();
    this.#timers.clear();
    if (!on) for (const item of this.items) if (item.kind !== "error") this.#arm(item);
  }

  #arm(item: ToastItem): void {
    if (this.#held) return;
    this.#timers.set(
      item.id,
      this.#clock.after(item.action ? UNDO_MS : READ_MS, () => this.dismiss(item.id)),
    );
  }
}
