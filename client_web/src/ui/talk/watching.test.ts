import { expect, it } from "vitest";
import { keepOpening, keepWatching, keptWatching, takeOpening, type TabStorage } from "./watching";

function storage(): TabStorage {
  const kept = new Map<string, string>();
  return {
    getItem: (key) => kept.get(key) ?? null,
    setItem: (key, value) => void kept.set(key, value),
    removeItem: (key) => void kept.delete(key),
  };
}

it("keeps the room that is watched, the one where one is included, until the player closes", () => {
  const tab = storage();
  expect(keptWatching(tab)).toBeNull();
  keepWatching(tab, "plenary");
  expect(keptWatching(tab)).toBe("plenary");
  keepWatching(tab, "");
  expect(keptWatching(tab)).toBe("");
  keepWatching(tab, null);
  expect(keptWatching(tab)).toBeNull();
});

it("does without where the browser keeps nothing", () => {
  const full: TabStorage = {
    ...storage(),
    getItem: () => {
      throw new Error("blocked");
    },
    setItem: () => {
      throw new Error("full");
    },
  };
  for (const none of [full, null]) {
    keepWatching(none, "plenary");
    expect(keptWatching(none)).toBeNull();
    keepOpening(none, { room: "plenary", tab: "desk" });
    expect(takeOpening(none)).toBeNull();
  }
});

it("opens once what was chosen before, and nothing that it does not know", () => {
  const tab = storage();
  expect(takeOpening(tab)).toBeNull();
  keepOpening(tab, { room: "plenary", tab: "slides" });
  expect(takeOpening(tab)).toEqual({ room: "plenary", tab: "slides" });
  expect(takeOpening(tab)).toBeNull();
  tab.setItem("turia.opening", "door plenary");
  expect(takeOpening(tab)).toBeNull();
});
