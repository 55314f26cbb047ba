/** Browsers keep sound back until the person does something: then whatever he does lets it go on. */

/** What counts as the person's own doing; keys that only move or modify do no harm. */
const GESTURES = ["pointerdown", "pointerup", "touchend", "click", "keydown"] as const;

export class Waking {
  readonly #target: EventTarget;
  readonly #wake: () => void;
  #on = false;

  /** `wake` is called at every gesture while it listens: not every one of them is good enough for every browser. */
  constructor(target: EventTarget, wake: () => void) {
    this.#target = target;
    this.#wake = () => wake();
  }

  listen(on: boolean): void {
    if (on === this.#on) return;
    this.#on = on;
    // Before any button that stops it: none of them is about sound.
    for (const gesture of GESTURES)
      if (on) this.#target.addEventListener(gesture, this.#wake, { capture: true, passive: true });
      else this.#target.removeEventListener(gesture, this.#wake, { capture: true });
  }
}
