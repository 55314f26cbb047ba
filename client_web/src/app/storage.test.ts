import { beforeEach, expect, it } from "vitest";
import { lookFromSeed } from "../core/look";
import { DEFAULT_SETTINGS } from "../core/settings";
import { type Shelf, Storage } from "./storage";

let kept: Map<string, string>;
const shelf = (): Shelf => ({
  getItem: (key) => kept.get(key) ?? null,
  setItem: (key, value) => void kept.set(key, value),
  removeItem: (key) => void kept.delete(key),
});

beforeEach(() => {
  kept = new Map();
});

it("keeps settings, profile and ticket", () => {
  const storage = new Storage(shelf, shelf);
  storage.keepSettings({ ...DEFAULT_SETTINGS, fov: 75 });
  storage.keepProfile({ name: "Ana", affiliation: "UV", look: [1, 2, 3, 4, 5, 6, 7, 8] });
  storage.ticket = "signed";
  const again = new Storage(shelf, shelf);
  expect(again.settings().fov).toBe(75);
  expect(again.profile(Math.random)).toEqual({ name: "Ana", affiliation: "UV", look: [1, 2, 3, 4, 5, 6, 7, 8] });
  expect(again.ticket).toBe("signed");
  again.ticket = null;
  again.forgetSettings();
  expect(again.ticket).toBeNull();
  expect(again.settings()).toEqual(DEFAULT_SETTINGS);
});

it("knows after a reload whether the tab was inside, unless coming back failed just now", () => {
  const storage = new Storage(shelf, shelf);
  expect(storage.wasInside).toBe(false);
  storage.ticket = "signed";
  expect(storage.wasInside).toBe(true);
  storage.comingBack = true;
  expect(new Storage(shelf, shelf).wasInside).toBe(false);
  storage.comingBack = false;
  expect(storage.wasInside).toBe(true);
  storage.ticket = null;
});

it("survives damaged contents", () => {
  kept.set("turia.settings", "{");
  kept.set("turia.profile", '{"name":7,"look":[1,2]}');
  const storage = new Storage(shelf, shelf);
  expect(storage.settings()).toEqual(DEFAULT_SETTINGS);
  const [mine, other] = [storage.profile(() => 0.1), storage.profile(() => 0.2)];
  expect([mine.name, mine.affiliation]).toEqual(["", ""]);
  expect(mine.look).toEqual(lookFromSeed(Math.floor(0.1 * 2 ** 32)));
  expect(mine.look).not.toEqual(other.look);
});

it("works where storage is forbidden or full", () => {
  const forbidden = (): Shelf => {
    throw new Error("SecurityError");
  };
  const storage = new Storage(forbidden, forbidden);
  storage.ticket = "x";
  expect(storage.ticket).toBeNull();
  const full = (): Shelf => ({
    ...shelf(),
    setItem: () => {
      throw new Error("QuotaExceededError");
    },
  });
  expect(() => new Storage(full, full).keepSettings(DEFAULT_SETTINGS)).not.toThrow();
});

it("tells a thing once in the life of a browser", () => {
  expect(new Storage(shelf, shelf).tellOnce("low quality")).toBe(true);
  expect(new Storage(shelf, shelf).tellOnce("low quality")).toBe(false);
  expect(new Storage(shelf, shelf).tellOnce("something else")).toBe(true);
});
