import { expect, it } from "vitest";
import { turnOf } from "./turning";

it("turns by arrows, page keys and clickers, and stays within the deck", () => {
  for (const key of ["ArrowRight", "ArrowDown", "PageDown"]) {
    expect(turnOf(key, 3, 10, false)).toEqual({ page: 4 });
    expect(turnOf(key, 10, 10, false)).toEqual({ page: 10 });
  }
  for (const key of ["ArrowLeft", "ArrowUp", "PageUp"]) {
    expect(turnOf(key, 3, 10, false)).toEqual({ page: 2 });
    expect(turnOf(key, 1, 10, false)).toEqual({ page: 1 });
  }
  expect(turnOf("Home", 7, 10, false)).toEqual({ page: 1 });
  expect(turnOf("End", 7, 10, false)).toEqual({ page: 10 });
});

it("makes the screen dark by B and the point, and leaves all other keys alone", () => {
  for (const key of ["b", "B", "."]) expect(turnOf(key, 1, 10, false)).toBe("black");
  for (const key of ["a", "Enter", " ", "Escape", "Tab"]) expect(turnOf(key, 1, 10, false)).toBeNull();
});

it("never turns while somebody writes notes", () => {
  for (const key of ["ArrowRight", "PageDown", "b", "End"]) expect(turnOf(key, 1, 10, true)).toBeNull();
});
