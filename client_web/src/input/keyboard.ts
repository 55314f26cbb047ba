/**
 * Keys work only while the picture or nothing has the focus (WCAG 2.1.4), can be changed and turned off; Tab always
 * leaves the picture, and Escape comes back to it when nothing is left to close. Keys with Ctrl, Alt or Meta belong to the
 * browser.
 */

import { type Controls, idleControls } from "../core/controls";
import type { KeyAction, Settings } from "../core/settings";

/** Held actions steer; the others fire once a press. */
const HELD: ReadonlySet<KeyAction> = new Set<KeyAction>([
  "forward",
  "back",
  "left",
  "right",
  "turnLeft",
  "turnRight",
  "lookUp",
  "lookDown",
  "run",
]);

export interface KeyboardEvents {
  /** Controls changed. */
  onControls(): void;
  onAction(action: KeyAction): void;
  /** The key for talking went down, or up again (also because the picture lost the keyboard). */
  onTalk(down: boolean): void;
  /** The picture has the keyboard now. */
  onFocus(): void;
  /** A letter or digit that walks or acts was pressed while a control has the focus: `key` as it is written. */
  onElsewhere(key: string): void;
}

/** Here letters write. */
const WRITES = "input, textarea, select, [contenteditable], dialog *";

export class Keyboard {
  readonly controls: Controls = idleControls();
  readonly #events: KeyboardEvents;
  readonly #down = new Set<string>();
  #talking = "";
  #settings: Pick<Settings, "keys" | "keysOn">;
  #byCode = new Map<string, KeyAction>();

  constructor(settings: Pick<Settings, "keys" | "keysOn">, events: KeyboardEvents) {
    this.#events = events;
    this.#settings = settings;
    this.configure(settings);
  }

  configure(settings: Pick<Settings, "keys" | "keysOn">): void {
    this.#settings = settings;
    this.#byCode = new Map();
    for (const [action, codes] of Object.entries(settings.keys) as [KeyAction, readonly string[]][]) {
      for (const code of codes) this.#byCode.set(code, action);
    }
    this.release();
  }

  /** Listens on the element; returns the way to stop. */
  attach(element: HTMLElement): () => void {
    const down = (event: KeyboardEvent): void => this.press(event);
    const up = (event: KeyboardEvent): void => this.lift(event.code);
    const blur = (): void => this.release();
    const focus = (): void => this.#events.onFocus();
    const outside = (event: KeyboardEvent): void => this.#outside(event, element);
    element.addEventListener("keydown", down);
    element.addEventListener("keyup", up);
    element.addEventListener("blur", blur);
    element.addEventListener("focus", focus);
    window.addEventListener("blur", blur);
    document.addEventListener("keydown", outside);
    return () => {
      element.removeEventListener("keydown", down);
      element.removeEventListener("keyup", up);
      element.removeEventListener("blur", blur);
      element.removeEventListener("focus", focus);
      window.removeEventListener("blur", blur);
      document.removeEventListener("keydown", outside);
    };
  }

  /** Nothing has the focus: the picture takes it with the first key that means something to it. */
  #outside(event: KeyboardEvent, element: HTMLElement): void {
    const target = event.target;
    if (!(target instanceof HTMLElement) || target === element) return;
    if (document.querySelector("dialog[open]") !== null) return;
    if (event.key === "Escape" && !event.isComposing && target !== document.body && !target.matches(WRITES))
      return element.focus({ preventScroll: true });
    if (!this.#means(event)) return;
    if (target === document.body) {
      element.focus({ preventScroll: true });
      this.press(event);
    } else if (event.key.length === 1 && event.key !== " " && !target.matches(WRITES))
      this.#events.onElsewhere(event.key.toUpperCase());
  }

  /** Whether a key press is one of the picture's. */
  #means(event: Pick<KeyboardEvent, "code" | "key" | "ctrlKey" | "altKey" | "metaKey">): boolean {
    if (event.key === "Tab" || event.ctrlKey || event.altKey || event.metaKey) return false;
    // Turned off are the keys that write something (WCAG 2.1.4); arrows and the like still walk.
    return (this.#settings.keysOn || event.key.length > 1) && this.#byCode.has(event.code);
  }

  press(
    event: Pick<KeyboardEvent, "code" | "key" | "ctrlKey" | "altKey" | "metaKey" | "repeat" | "preventDefault">,
  ): void {
    if (event.key === "Escape") {
      this.release();
      return;
    }
    if (!this.#means(event)) return;
    const action = this.#byCode.get(event.code)!;
    event.preventDefault();
    if (action === "talk") this.#talk(event.code);
    else if (HELD.has(action)) {
      this.#down.add(event.code);
      this.#steer();
    } else if (!event.repeat || action === "zoomIn" || action === "zoomOut") this.#events.onAction(action);
  }

  #talk(code: string): void {
    if (this.#talking === code) return;
    const before = this.#talking;
    this.#talking = code;
    if (before === "" || code === "") this.#events.onTalk(code !== "");
  }

  lift(code: string): void {
    if (code === this.#talking) this.#talk("");
    if (this.#down.delete(code)) this.#steer();
  }

  /** Nobody walks or talks on because a key-up went elsewhere. */
  release(): void {
    this.#talk("");
    this.#down.clear();
    this.#steer();
  }

  #steer(): void {
    const held = (action: KeyAction): number =>
      [...this.#down].some((code) => this.#byCode.get(code) === action) ? 1 : 0;
    this.controls.x = held("right") - held("left");
    this.controls.y = held("forward") - held("back");
    this.controls.turn = held("turnLeft") - held("turnRight");
    this.controls.pitch = held("lookUp") - held("lookDown");
    this.controls.run = held("run") === 1;
    this.#events.onControls();
  }
}
