import { expect, it } from "vitest";
import { nextSort, sorted } from "./table";

const rows = [
  { name: "ben 10", n: 2 },
  { name: "Ana", n: 10 },
  { name: "Ben 9", n: 2 },
];
const by = (sort: string): string[] =>
  sorted(rows, sort, (row, column) => (column === "n" ? row.n : row.name)).map(({ name }) => name);

it("sorts texts as people do and figures as figures, both ways, and keeps equal rows in place", () => {
  expect(by("name")).toEqual(["Ana", "Ben 9", "ben 10"]);
  expect(by("-name")).toEqual(["ben 10", "Ben 9", "Ana"]);
  expect(by("n")).toEqual(["ben 10", "Ben 9", "Ana"]);
  expect(by("-n")).toEqual(["Ana", "ben 10", "Ben 9"]);
  expect(by("")).toEqual(["ben 10", "Ana", "Ben 9"]);
});

it("turns the order round when the same title is pressed again", () => {
  expect(nextSort("", "name")).toBe("name");
  expect(nextSort("name", "name")).toBe("-name");
  expect(nextSort("-name", "name")).toBe("name");
  expect(nextSort("name", "n")).toBe("n");
});
