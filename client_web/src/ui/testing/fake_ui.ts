/** A store and actions for component tests: values one can set, calls one can read. */

import { flushSync } from "svelte";
import type { Actions } from "../../app/ports";
import { makeStores, type Stores } from "../../app/stores";
import { DEFAULT_SETTINGS } from "../../core/settings";
import { mountUi } from "../mount";

export type Call = readonly [name: string, ...args: unknown[]];

/** Writable stores; `calls` is filled by the actions, which answer at once. */
export interface FakeUi {
  readonly store: Stores;
  readonly actions: Actions;
  readonly calls: Call[];
  /** The arguments of the last call of this action, or undefined. */
  last(name: keyof Actions): readonly unknown[] | undefined;
}

export function fakeUi(overrides: Partial<Actions> = {}): FakeUi {
  // A common screen, on which all of the bar is shown: tests of small ones say so.
  Object.assign(window, { innerWidth: 1280, innerHeight: 800 });
  const store = makeStores();
  const calls: Call[] = [];
  const record = (name: string, answer: unknown = undefined) =>
    ((...args: unknown[]) => {
      calls.push([name, ...args]);
      return answer;
    }) as never;
  const preview = { setLook: () => undefined, play: () => undefined, dispose: () => undefined };
  const done = Promise.resolve();
  const actions: Actions = {
    enter: record("enter", done),
    leave: record("leave", done),
    backToEntry: record("backToEntry"),
    useHere: record("useHere"),
    reconnectNow: record("reconnectNow"),
    reload: record("reload"),
    whoAmI: record("whoAmI"),
    sit: record("sit", done),
    stand: record("stand", done),
    sitHere: record("sitHere", done),
    emote: record("emote"),
    raiseHand: record("raiseHand"),
    goToPerson: record("goToPerson", done),
    goToPlace: record("goToPlace", done),
    goSafe: record("goSafe", done),
    ride: record("ride", done),
    walkTo: record("walkTo"),
    findPeople: record("findPeople", done),
    setLook: record("setLook", done),
    rename: record("rename", Promise.resolve("")),
    setSetting: (key, value) => {
      calls.push(["setSetting", key, value]);
      store.settings.update((settings) => ({ ...settings, [key]: value }));
    },
    resetSettings: () => {
      calls.push(["resetSettings"]);
      store.settings.set(DEFAULT_SETTINGS);
    },
    setView: record("setView", done),
    closeRefusal: record("closeRefusal"),
    showOnScreen: record("showOnScreen"),
    setCameraMode: record("setCameraMode"),
    resetView: record("resetView"),
    zoom: record("zoom"),
    turn: record("turn"),
    joystick: record("joystick"),
    dismissToast: record("dismissToast"),
    closePicked: record("closePicked"),
    focusScene: record("focusScene"),
    previewAvatar: record("previewAvatar", Promise.resolve(preview)),
    project: record("project", null),
    ...overrides,
  };
  const last = (name: keyof Actions): readonly unknown[] | undefined =>
    calls.findLast(([called]) => called === name)?.slice(1);
  return { store, actions, calls, last };
}

/** Mounts the whole of the panels; the returned function takes them away again. */
export function showUi(fake: FakeUi): () => void {
  const target = document.createElement("div");
  document.body.replaceChildren(target);
  const app = mountUi(target, fake.store, fake.actions);
  flushSync();
  return () => {
    app.destroy();
    flushSync();
    document.body.replaceChildren();
  };
}

/** The visible text without doubled blanks. */
export const textOf = (element: Element | null): string => (element?.textContent ?? "").replace(/\s+/g, " ").trim();

/** The button of this accessible name (aria-label, else its text). Throws when there is none. */
export function button(name: string | RegExp, within: ParentNode = document): HTMLButtonElement {
  const all = [...within.querySelectorAll<HTMLButtonElement>("button")];
  const nameOf = (b: HTMLButtonElement): string => b.getAttribute("aria-label") ?? textOf(b);
  const found = all.find((b) => (typeof name === "string" ? nameOf(b) === name : name.test(nameOf(b))));
  if (found === undefined) throw new Error(`no button ${String(name)} among: ${all.map(nameOf).join(" | ")}`);
  return found;
}

export function press(name: string | RegExp, within: ParentNode = document): void {
  const found = button(name, within);
  found.focus();
  found.click();
  flushSync();
}

export function type(input: HTMLInputElement, value: string): void {
  input.value = value;
  input.dispatchEvent(new Event("input", { bubbles: true }));
  flushSync();
}

export function key(target: EventTarget, code: string, name = code): void {
  target.dispatchEvent(new KeyboardEvent("keydown", { key: name, code, bubbles: true, cancelable: true }));
  flushSync();
}

/** Lets promises and microtasks that are due run, then the effects. */
export async function settle(): Promise<void> {
  for (let i = 0; i < 5; i++) await Promise.resolve();
  flushSync();
}
