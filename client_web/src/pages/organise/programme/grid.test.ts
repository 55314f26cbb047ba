import { expect, it } from "vitest";
import type { SessionItem } from "../../programme/agenda";
import { gridOf } from "./grid";

const HOUR = 3_600_000;
const item = (key: string, room: string, start: number, end: number): SessionItem =>
  ({ key, value: { room, start: start * HOUR, end: end * HOUR } }) as unknown as SessionItem;

it("has a column for each room that is used and rows of five minutes from a full hour", () => {
  const grid = gridOf(
    [item("a", "big", 9.5, 10), item("b", "small", 10, 12), item("c", "gone", 9, 9.25)],
    ["big", "empty", "small"],
  );
  expect(grid.rooms).toEqual(["big", "small", ""]);
  expect(grid.from).toBe(9 * HOUR);
  expect(grid.rows).toBe(36);
  expect(grid.hours.map(({ row }) => row)).toEqual([1, 13, 25]);
  expect(grid.cells.map(({ item, row, rows, column }) => [item.key, row, rows, column])).toEqual([
    ["a", 7, 6, 1],
    ["b", 13, 24, 2],
    ["c", 1, 3, 3],
  ]);
});

it("puts what overlaps in one room side by side, and only that", () => {
  const grid = gridOf(
    [item("a", "r", 9, 11), item("b", "r", 10, 12), item("c", "r", 11, 12), item("d", "r", 13, 14)],
    ["r"],
  );
  expect(grid.cells.map(({ item, lane, lanes }) => `${item.key}${lane}/${lanes}`)).toEqual([
    "a0/2",
    "b1/2",
    "c0/2",
    "d0/1",
  ]);
});

it("is empty for an empty day", () => {
  expect(gridOf([], ["r"])).toMatchObject({ rows: 0, cells: [] });
});
