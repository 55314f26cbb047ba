// @vitest-environment happy-dom
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { DEFAULT_SETTINGS, type KeyAction } from "../core/settings";
import { Keyboard } from "./keyboard";

let actions: KeyAction[];
let focused: number;
let elsewhere: string[];
let detach: () => void;
let talks: boolean[];
let keyboard: Keyboard;
let element: HTMLElement;

beforeEach(() => {
  actions = [];
  talks = [];
  focused = 0;
  elsewhere = [];
  keyboard = new Keyboard(DEFAULT_SETTINGS, {
    onControls: () => undefined,
    onAction: (action) => actions.push(action),
    onTalk: (down) => void talks.push(down),
    onFocus: () => void focused++,
    onElsewhere: (key) => void elsewhere.push(key),
  });
  element = document.createElement("div");
  element.tabIndex = 0;
  document.body.replaceChildren(element);
  detach = keyboard.attach(element);
});
afterEach(() => detach());

/** The key of a code: letters and digits write themselves, others have names. */
const keyOf = (code: string): string => /^(?:Key|Digit)(.)$/.exec(code)?.[1]?.toLowerCase() ?? code;

function press(code: string, more: KeyboardEventInit = {}): boolean {
  return element.dispatchEvent(new KeyboardEvent("keydown", { code, key: keyOf(code), cancelable: true, ...more }));
}
const lift = (code: string): boolean => element.dispatchEvent(new KeyboardEvent("keyup", { code }));

describe("Keyboard", () => {
  it("walks, runs and turns while keys are held", () => {
    press("KeyW");
    press("KeyD");
    press("ShiftLeft");
    press("ArrowLeft");
    expect(keyboard.controls).toEqual({ x: 1, y: 1, turn: 1, pitch: 0, run: true });
    lift("KeyW");
    press("ArrowUp");
    press("ArrowDown");
    expect(keyboard.controls.y).toBe(0);
    lift("ArrowDown");
    expect(keyboard.controls.y).toBe(1);
  });

  it("fires actions once a press", () => {
    press("KeyX");
    press("KeyX", { repeat: true });
    press("Digit1");
    press("Equal", { repeat: true });
    expect(actions).toEqual(["sit", "wave", "zoomIn"]);
  });

  it("lets Tab leave, stays with Escape, and leaves the browser its own keys", () => {
    element.focus();
    press("KeyW");
    press("Escape", { key: "Escape" });
    expect(document.activeElement).toBe(element);
    expect(keyboard.controls.y).toBe(0);
    expect(press("Tab", { key: "Tab" })).toBe(true);
    expect(press("KeyR", { ctrlKey: true })).toBe(true);
    expect(actions).toEqual([]);
    expect(press("KeyR")).toBe(false);
  });

  it("stops walking when the focus goes", () => {
    press("KeyW");
    element.dispatchEvent(new FocusEvent("blur"));
    expect(keyboard.controls.y).toBe(0);
    press("KeyW");
    window.dispatchEvent(new Event("blur"));
    expect(keyboard.controls.y).toBe(0);
  });

  it("can be remapped, and letters turned off: arrows and Escape go on", () => {
    keyboard.configure({ keysOn: true, keys: { ...DEFAULT_SETTINGS.keys, forward: ["KeyI"] } });
    press("KeyW");
    expect(keyboard.controls.y).toBe(0);
    press("KeyI");
    expect(keyboard.controls.y).toBe(1);
    keyboard.configure({ ...DEFAULT_SETTINGS, keysOn: false });
    press("KeyW");
    press("Digit1");
    expect(keyboard.controls.y).toBe(0);
    expect(actions).toEqual([]);
    press("ArrowUp");
    expect(keyboard.controls.y).toBe(1);
    press("Escape", { key: "Escape" });
    expect(keyboard.controls.y).toBe(0);
  });

  describe("outside the picture", () => {
    const add = (name: string, where: HTMLElement = document.body): HTMLElement => {
      const made = document.createElement(name);
      where.append(made);
      return made;
    };
    const pressAt = (target: HTMLElement, code: string): boolean =>
      target.dispatchEvent(new KeyboardEvent("keydown", { code, key: keyOf(code), cancelable: true, bubbles: true }));

    it("walks when nothing has the focus, and takes the focus", () => {
      pressAt(document.body, "KeyW");
      expect(keyboard.controls.y).toBe(1);
      expect(document.activeElement).toBe(element);
      lift("KeyW");
      expect(keyboard.controls.y).toBe(0);
    });

    it("does nothing in controls, fields and dialogs, and tells of each letter or digit that does nothing", () => {
      const button = add("button");
      pressAt(button, "KeyW");
      pressAt(button, "KeyX");
      pressAt(button, "Digit1");
      pressAt(button, "ArrowUp");
      pressAt(button, "Enter");
      pressAt(button, "KeyZ");
      pressAt(add("input"), "KeyW");
      const dialog = add("dialog");
      dialog.setAttribute("open", "");
      pressAt(add("button", dialog), "KeyW");
      pressAt(document.body, "KeyW");
      expect([elsewhere, keyboard.controls.y, actions]).toEqual([["W", "X", "1"], 0, []]);
    });

    it("comes back to the picture with Escape, but not out of fields and dialogs", () => {
      const button = add("button");
      const escape = (at: HTMLElement): Element | null => {
        at.focus();
        at.dispatchEvent(new KeyboardEvent("keydown", { code: "Escape", key: "Escape", bubbles: true }));
        return document.activeElement;
      };
      expect(escape(button)).toBe(element);
      expect(focused).toBe(1);
      const field = add("input");
      expect(escape(field)).toBe(field);
      add("dialog").setAttribute("open", "");
      expect(escape(button)).toBe(button);
      expect(focused).toBe(1);
    });

    it("keeps letters off when they are turned off", () => {
      keyboard.configure({ ...DEFAULT_SETTINGS, keysOn: false });
      pressAt(document.body, "KeyW");
      pressAt(add("button"), "KeyW");
      expect([elsewhere, keyboard.controls.y]).toEqual([[], 0]);
      pressAt(document.body, "ArrowUp");
      expect(keyboard.controls.y).toBe(1);
    });
  });

  it("talks while the key is down, and not when the picture lost the keyboard", () => {
    press("KeyV");
    press("KeyV", { repeat: true });
    lift("KeyV");
    expect(talks).toEqual([true, false]);
    press("KeyV");
    element.dispatchEvent(new Event("blur"));
    expect(talks).toEqual([true, false, true, false]);
    expect(actions).toEqual([]);
  });
});
