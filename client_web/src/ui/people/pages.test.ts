import { expect, it } from "vitest";
import { personRow } from "../testing/small_venue";
import { addPage } from "./pages";

const page = (offset: number, ...people: number[]) => ({ offset, rows: people.map((i) => personRow(i)) });
const ids = (rows: readonly { person: string }[]): string[] => rows.map((row) => row.person);

it("starts anew with a first page and adds later ones", () => {
  const first = addPage([personRow(9)], page(0, 1, 2));
  expect(ids(first)).toEqual(["p1", "p2"]);
  expect(ids(addPage(first, page(2, 3)))).toEqual(["p1", "p2", "p3"]);
});

it("shows nobody twice who moved between two pages", () => {
  expect(ids(addPage([personRow(1), personRow(2)], page(2, 2, 3)))).toEqual(["p1", "p2", "p3"]);
});
