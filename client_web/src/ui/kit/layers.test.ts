// @vitest-environment happy-dom
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { closeTop, focusMenuButton, layerCount, listenForEscape, pushLayer, rememberFocus } from "./layers";

const escape = (): KeyboardEvent => new KeyboardEvent("keydown", { key: "Escape", bubbles: true, cancelable: true });

describe("Escape", () => {
  let stop: () => void;
  beforeEach(() => (stop = listenForEscape(window)));
  afterEach(() => stop());

  it("closes the topmost layer only", () => {
    const closed: string[] = [];
    const popA = pushLayer({ close: () => closed.push("a") });
    const popB = pushLayer({ close: () => closed.push("b") });
    const event = escape();
    document.body.dispatchEvent(event);
    expect(closed).toEqual(["b"]);
    expect(event.defaultPrevented).toBe(true);
    popB();
    document.body.dispatchEvent(escape());
    expect(closed).toEqual(["b", "a"]);
    popA();
    popA();
    expect(layerCount()).toBe(0);
  });

  it("is left to the page when nothing is open", () => {
    const event = escape();
    document.body.dispatchEvent(event);
    expect(event.defaultPrevented).toBe(false);
    expect(closeTop()).toBe(false);
  });
});

describe("focus", () => {
  let before: HTMLButtonElement;
  beforeEach(() => {
    before = document.createElement("button");
    document.body.replaceChildren(before);
    before.focus();
  });

  it("returns to where it was", async () => {
    const restore = rememberFocus();
    before.blur();
    restore();
    await Promise.resolve();
    expect(document.activeElement).toBe(before);
  });

  it("goes to the picture for whoever uses a pointer, also where the dialog itself gave it back", async () => {
    const picture = document.createElement("canvas");
    picture.id = "scene";
    picture.tabIndex = 0;
    document.body.append(picture);
    const restore = rememberFocus();
    restore();
    await Promise.resolve();
    expect(document.activeElement).toBe(picture);
  });

  it("stays where somebody put it on purpose", async () => {
    const restore = rememberFocus();
    const other = document.createElement("button");
    document.body.append(other);
    other.focus();
    restore();
    await Promise.resolve();
    expect(document.activeElement).toBe(other);
  });

  it("returns to the button of a menu that closed when something was opened from it", async () => {
    document.body.innerHTML = `<button aria-controls="more">More</button><div id="more"><button>Rooms</button></div>`;
    const [button, item] = document.querySelectorAll("button");
    item!.focus();
    focusMenuButton("more");
    document.getElementById("more")!.remove();
    const restore = rememberFocus();
    button!.blur();
    restore();
    await Promise.resolve();
    expect(document.activeElement).toBe(button);
    focusMenuButton("no such menu");
    expect(document.activeElement).toBe(button);
  });

  it("goes to the fallback when the old place is gone", async () => {
    const restore = rememberFocus(() => fallback);
    const fallback = document.createElement("button");
    document.body.replaceChildren(fallback);
    restore();
    await Promise.resolve();
    expect(document.activeElement).toBe(fallback);
  });
});
