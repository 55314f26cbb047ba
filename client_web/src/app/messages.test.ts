import { expect, it } from "vitest";
import { ManualClock } from "../core/clock";
import { Messages } from "./messages";
import { makeStores } from "./stores";

it("shows a toast for a while, says it aloud, and the same one once", () => {
  const clock = new ManualClock();
  const stores = makeStores();
  const messages = new Messages(stores, clock);
  messages.toast("info", "Hello.");
  messages.toast("info", "Hello.");
  messages.toast("error", "Oh.");
  expect(stores.toasts.get().map((toast) => toast.text)).toEqual(["Hello.", "Oh."]);
  expect(stores.announcement.get()).toBe("Oh.");
  clock.advance(6000);
  expect(stores.toasts.get().map((toast) => toast.text)).toEqual(["Oh."]);
  messages.dismiss(stores.toasts.get()[0]!.id);
  expect(stores.toasts.get()).toEqual([]);
});

it("shows a repeated sentence as long as a new one", () => {
  const clock = new ManualClock();
  const stores = makeStores();
  const messages = new Messages(stores, clock);
  const id = messages.toast("info", "Hello.");
  clock.advance(4000);
  expect(messages.toast("info", "Hello.")).toBe(id);
  clock.advance(4000);
  expect(stores.toasts.get()).toHaveLength(1);
  clock.advance(2000);
  expect(stores.toasts.get()).toHaveLength(0);
});

it("keeps the newest few, and repeats a sentence in a way that is spoken", () => {
  const stores = makeStores();
  const messages = new Messages(stores, new ManualClock());
  for (let i = 0; i < 9; i++) messages.toast("info", `Sentence ${i}.`);
  expect(stores.toasts.get().length).toBe(3);
  messages.announce("Here.");
  const first = stores.announcement.get();
  messages.announce("Here.");
  expect(stores.announcement.get()).not.toBe(first);
  expect(stores.announcement.get().trim()).toBe("Here.");
});
