import { beforeEach, expect, it } from "vitest";
import { PointerInput } from "./pointer";

let events: (string | number)[][];
let pointer: PointerInput;

beforeEach(() => {
  events = [];
  pointer = new PointerInput({
    onLook: (dx, dy) => events.push(["look", dx, dy]),
    onPoint: (x, y, double) => events.push([double ? "double" : "point", x, y]),
    onHover: (x, y) => events.push(["hover", x, y]),
    onZoom: (steps) => events.push(["zoom", Math.round(steps * 10) / 10]),
    onKind: () => undefined,
  });
});

it("tells a click from a drag", () => {
  pointer.down(1, 10, 10, 0, false);
  pointer.move(1, 12, 10, 50, false);
  pointer.up(1, 100, true);
  pointer.down(1, 10, 10, 1000, false);
  pointer.move(1, 30, 10, 1050, false);
  pointer.move(1, 35, 8, 1060, false);
  pointer.up(1, 1100, true);
  expect(events).toEqual([
    ["point", 12, 10],
    ["look", 20, 0],
    ["look", 5, -2],
  ]);
});

it("knows a double click, and that a third is none", () => {
  for (const now of [0, 200, 400]) {
    pointer.down(1, 10, 10, now, true);
    pointer.up(1, now + 50, true);
  }
  expect(events.map(([kind]) => kind)).toEqual(["point", "double", "point"]);
});

it("does not take a long press or the second button for a click", () => {
  pointer.down(1, 10, 10, 0, true);
  pointer.up(1, 900, true);
  pointer.down(1, 10, 10, 2000, false);
  pointer.up(1, 2050, false);
  pointer.down(1, 10, 10, 3000, false);
  pointer.cancel(1);
  pointer.up(1, 3050, true);
  expect(events).toEqual([]);
});

it("pinches with two fingers without looking round or clicking", () => {
  pointer.down(1, 0, 0, 0, true);
  pointer.down(2, 100, 0, 10, true);
  pointer.move(2, 180, 0, 20, true);
  pointer.up(1, 30, true);
  pointer.up(2, 40, true);
  expect(events).toEqual([["zoom", 2]]);
});

it("hovers now and then, with a mouse only", () => {
  pointer.move(9, 1, 1, 0, false);
  pointer.move(9, 2, 2, 10, false);
  pointer.move(9, 3, 3, 200, true);
  pointer.move(9, 4, 4, 300, false);
  expect(events).toEqual([
    ["hover", 1, 1],
    ["hover", 4, 4],
  ]);
});
