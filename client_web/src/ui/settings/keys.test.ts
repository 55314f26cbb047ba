import { expect, it } from "vitest";
import { DEFAULT_KEYS } from "../../core/settings";
import { bind, conflictsOf, isReserved, resolve, unbind } from "./keys";

it("has no conflicts at first", () => {
  for (const action of Object.keys(DEFAULT_KEYS) as (keyof typeof DEFAULT_KEYS)[])
    expect(conflictsOf(DEFAULT_KEYS, action), action).toEqual([]);
});

it("changes the first key, keeps the others, doubles none", () => {
  expect(bind(DEFAULT_KEYS, "forward", "KeyI").forward).toEqual(["KeyI", "ArrowUp"]);
  expect(bind(DEFAULT_KEYS, "forward", "ArrowUp").forward).toEqual(["ArrowUp"]);
  expect(DEFAULT_KEYS.forward).toEqual(["KeyW", "ArrowUp"]);
});

it("shows conflicts on both sides and solves them for one", () => {
  const keys = bind(DEFAULT_KEYS, "wave", "KeyX");
  expect(conflictsOf(keys, "wave")).toEqual(["sit"]);
  expect(conflictsOf(keys, "sit")).toEqual(["wave"]);
  const solved = resolve(keys, "wave");
  expect(conflictsOf(solved, "wave")).toEqual([]);
  expect(solved.sit).toEqual([]);
  expect(solved.wave).toEqual(["KeyX"]);
});

it("takes keys away and knows those that stay with the page", () => {
  expect(unbind(DEFAULT_KEYS, "sit").sit).toEqual([]);
  expect(["Escape", "Tab", "Enter"].every(isReserved)).toBe(true);
  expect(isReserved("KeyA")).toBe(false);
});
