/**
 * What lies on top of what, for Escape: one stack for dialogs, sheets, menus and banners. Escape closes the topmost
 * layer only; focus goes back to where it was before that layer opened, or to the picture (a11y/home.ts).
 */
import { backToPicture, focusPicture } from "../a11y/home";

export interface Layer {
  close(): void;
}

const stack: Layer[] = [];

/** Opens a layer; the returned function removes it (idempotent). */
export function pushLayer(layer: Layer): () => void {
  stack.push(layer);
  return () => {
    const at = stack.indexOf(layer);
    if (at >= 0) stack.splice(at, 1);
  };
}

/** Whether any layer is open: the game's own keys rest meanwhile only if the layer has the focus. */
export function layerCount(): number {
  return stack.length;
}

/** Closes the topmost layer. Returns false if none was open. */
export function closeTop(): boolean {
  const top = stack.at(-1);
  top?.close();
  return top !== undefined;
}

/** Listens for Escape on `target` for as long as the app lives; returns the undo. */
export function listenForEscape(target: Pick<Window, "addEventListener" | "removeEventListener">): () => void {
  const onKey = (event: KeyboardEvent): void => {
    if (event.key !== "Escape" || event.isComposing || !closeTop()) return;
    event.preventDefault();
    event.stopPropagation();
  };
  target.addEventListener("keydown", onKey, true);
  return () => target.removeEventListener("keydown", onKey, true);
}

/**
 * Remembers the focused element. The returned function focuses it again if it is still in the page, or gives the
 * keyboard back to the picture for whoever uses a pointer.
 */
export function rememberFocus(fallback?: () => HTMLElement | null): () => void {
  const before = document.activeElement;
  return () => {
    // After the layer is gone and what it covered can take the focus again.
    queueMicrotask(() => {
      // Somebody moved the focus on purpose meanwhile ("Go to" leads to the picture): leave it there.
      const active = document.activeElement;
      if (active !== null && active !== document.body && active !== before) return;
      if (backToPicture()) return;
      if (before instanceof HTMLElement && before.isConnected && before !== document.body) before.focus();
      else if (fallback !== undefined) fallback()?.focus();
      else focusPicture();
    });
  };
}

/**
 * Moves the focus from an open menu to the button that opened it, by the menu's id; nothing happens where there is no
 * such menu. To be called before a menu closes and something else opens: that gives the focus back to where it was.
 */
export function focusMenuButton(id: string): void {
  document.querySelector<HTMLElement>(`[aria-controls="${id}"]`)?.focus({ preventScroll: true });
}
