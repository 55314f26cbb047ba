import { expect, it } from "vitest";
import { get } from "svelte/store";
import { writable } from "./store";

it("behaves like a Svelte store", () => {
  const store = writable(1);
  expect(get(store)).toBe(1);
  const seen: number[] = [];
  const stop = store.subscribe((value) => seen.push(value));
  store.set(2);
  store.set(2);
  store.update((value) => value + 1);
  stop();
  store.set(9);
  expect(seen).toEqual([1, 2, 3]);
  expect(store.get()).toBe(9);
});
