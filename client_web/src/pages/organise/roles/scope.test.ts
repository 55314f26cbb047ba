import { expect, it } from "vitest";
import { scopeKey, scopeOf, scopeWords, windowWords } from "./scope";

const rooms = new Map([["plenary", { title: "Plenary auditorium" }]]) as never;
const sessions = new Map([["opening", { title: "Opening", room: "plenary" }]]) as never;

it.each([
  ["", { room: "", session: "" }, "whole event"],
  ["room/plenary", { room: "plenary", session: "" }, "Plenary auditorium"],
  ["session/opening", { room: "plenary", session: "opening" }, "session “Opening”"],
])("%s", (key, scope, words) => {
  expect(scopeOf(key, sessions)).toEqual(scope);
  expect(scopeKey(scope)).toBe(key);
  expect(scopeWords(scope, { rooms, sessions })).toBe(words);
});

it("says that something is gone instead of its id", () => {
  expect(scopeWords({ room: "x", session: "" }, { rooms, sessions })).toBe("a room that is gone");
});

it("says when it holds in the event's zone", () => {
  const at = Date.parse("2025-11-03T08:30:00Z");
  expect(windowWords(0, 0, "Europe/Madrid")).toBe("always");
  expect(windowWords(at, 0, "Europe/Madrid")).toBe("from Mon 3 Nov, 09:30");
  expect(windowWords(at, at + 3_600_000, "Europe/Madrid")).toBe("from Mon 3 Nov, 09:30 until Mon 3 Nov, 10:30");
});
