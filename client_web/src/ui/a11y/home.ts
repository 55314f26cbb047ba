/**
 * Where the keyboard belongs after something was done over the picture. Who uses a pointer wants to walk on: the focus
 * goes back to the picture. Who goes through the controls with Tab keeps his place in them (WCAG 2.4.3).
 */

import { on } from "svelte/events";

let keyboard = false;

/** Whether the person goes through the controls by keyboard: Tab was used since the last press of a pointer. */
export const byKeyboard = (): boolean => keyboard;

/** Watches how the controls are used, for as long as the app lives; tells style sheets by the root. Returns the undo. */
export function watchKeyboardUse(target: Window, root: HTMLElement): () => void {
  const abort = new AbortController();
  const options = { signal: abort.signal, capture: true };
  const set = (on: boolean): void => {
    keyboard = on;
    root.toggleAttribute("data-by-keyboard", on);
  };
  target.addEventListener("pointerdown", () => set(false), options);
  target.addEventListener(
    "keydown",
    (event) => {
      if (event.key === "Tab") set(true);
    },
    options,
  );
  set(false);
  return () => {
    abort.abort();
    set(false);
  };
}

/** The picture, while it is shown. */
export const picture = (): HTMLElement | null => document.querySelector<HTMLElement>("#scene:not([hidden])");

export const focusPicture = (): void => picture()?.focus({ preventScroll: true });

/** Gives the keyboard to the picture unless the person works by keyboard. Returns whether it did. */
export function backToPicture(): boolean {
  if (keyboard || picture() === null) return false;
  focusPicture();
  return true;
}

/** After a control over the picture did its work: whatever opened has taken the focus by now, or holds it. */
export function controlUsed(control: HTMLElement): void {
  const active = document.activeElement;
  if (active === null || active === document.body) focusPicture();
  else if (active === control && control.getAttribute("aria-expanded") !== "true") backToPicture();
}

/** Tells whether the keys of the picture work: it, or nothing at all, has the focus. Returns the undo. */
export function watchKeys(page: Document, tell: (work: boolean) => void): () => void {
  const at = (element: EventTarget | null): void =>
    tell(element === null || element === page.body || (element instanceof Element && element.id === "scene"));
  const into = (event: FocusEvent): void => at(event.target);
  const out = (event: FocusEvent): void => at(event.relatedTarget);
  // Svelte's own: what is taken out of the page loses the focus amid a redrawing, where nothing else may change.
  const undo = [on(page, "focusin", into), on(page, "focusout", out)];
  at(page.activeElement);
  return () => {
    for (const off of undo) off();
  };
}
