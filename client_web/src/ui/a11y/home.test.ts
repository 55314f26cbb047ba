// @vitest-environment happy-dom
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { backToPicture, byKeyboard, controlUsed, watchKeyboardUse, watchKeys } from "./home";

let stop: () => void;
let picture: HTMLElement;
let control: HTMLButtonElement;

beforeEach(() => {
  stop = watchKeyboardUse(window, document.documentElement);
  picture = document.createElement("canvas");
  picture.id = "scene";
  picture.tabIndex = 0;
  control = document.createElement("button");
  document.body.replaceChildren(picture, control);
  control.focus();
});
afterEach(() => stop());

const key = (name: string, from: HTMLElement = control): boolean =>
  from.dispatchEvent(new KeyboardEvent("keydown", { key: name, bubbles: true }));
const point = (): boolean => control.dispatchEvent(new Event("pointerdown", { bubbles: true }));

describe("the keyboard after a control was used", () => {
  it("goes back to the picture for whoever uses a pointer", () => {
    point();
    controlUsed(control);
    expect(document.activeElement).toBe(picture);
  });

  it("stays with whoever came by Tab, until a pointer is used", () => {
    key("Tab");
    expect(document.documentElement.hasAttribute("data-by-keyboard")).toBe(true);
    controlUsed(control);
    expect(document.activeElement).toBe(control);
    point();
    expect(byKeyboard()).toBe(false);
    controlUsed(control);
    expect(document.activeElement).toBe(picture);
  });

  it("does not count Escape, which leads nowhere from the picture", () => {
    key("Escape");
    key("Escape", picture);
    expect(byKeyboard()).toBe(false);
  });

  it("leaves it with what the control opened", () => {
    control.setAttribute("aria-expanded", "true");
    controlUsed(control);
    expect(document.activeElement).toBe(control);
    const other = document.createElement("input");
    document.body.append(other);
    other.focus();
    controlUsed(control);
    expect(document.activeElement).toBe(other);
  });

  it("takes it back by keyboard too when the control is gone, rather than lose it", () => {
    key("Tab");
    control.remove();
    controlUsed(control);
    expect(document.activeElement).toBe(picture);
  });

  it("does nothing where there is no picture", () => {
    picture.hidden = true;
    expect(backToPicture()).toBe(false);
    expect(document.activeElement).toBe(control);
  });
});

it("tells that the keys work while the picture or nothing has the focus", () => {
  let work: boolean | null = null;
  const undo = watchKeys(document, (on) => (work = on));
  expect(work).toBe(false);
  picture.focus();
  expect(work).toBe(true);
  control.focus();
  expect(work).toBe(false);
  control.blur();
  expect(work).toBe(true);
  undo();
  control.focus();
  expect(work).toBe(true);
});
