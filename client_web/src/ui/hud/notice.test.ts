// @vitest-environment happy-dom
import { expect, it } from "vitest";
import { Notice } from "./notice.svelte";

it("stays away in this tab once dismissed, until another text comes", () => {
  const map = new Map<string, string>();
  const storage = {
    getItem: (key: string) => map.get(key) ?? null,
    setItem: (key: string, value: string) => void map.set(key, value),
  };
  const notice = new Notice(storage);
  expect(notice.shows("")).toBe(false);
  expect(notice.shows("A rehearsal.")).toBe(true);
  notice.dismiss("A rehearsal.");
  expect(notice.shows("A rehearsal.")).toBe(false);
  const again = new Notice(storage);
  expect(again.shows("A rehearsal.")).toBe(false);
  expect(again.shows("Doors close at six.")).toBe(true);
});

it("works where storage is forbidden", () => {
  const forbidden = {
    getItem: (): string => {
      throw new Error("SecurityError");
    },
    setItem: (): void => {
      throw new Error("SecurityError");
    },
  };
  const notice = new Notice(forbidden);
  expect(notice.shows("A rehearsal.")).toBe(true);
  notice.dismiss("A rehearsal.");
  expect(notice.shows("A rehearsal.")).toBe(false);
});
