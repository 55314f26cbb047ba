import { describe, expect, it } from "vitest";
import type { Polygon } from "../../core/venue";
import { SMALL_VENUE } from "../testing/small_venue";
import {
  contains,
  fitLabel,
  fitView,
  labelLines,
  labelPlace,
  localView,
  pathOf,
  planRooms,
  roomAt,
  signedArea,
  toMetres,
  toPixels,
} from "./plan";

const SQUARE: Polygon = [
  [0, 0],
  [0, 10],
  [10, 10],
  [10, 0],
];
/** A "U": its centroid lies outside of it. */
const BENT: Polygon = [
  [0, 0],
  [0, 10],
  [10, 10],
  [10, 0],
  [8, 0],
  [8, 8],
  [2, 8],
  [2, 0],
];

describe("polygons", () => {
  it("have an area and an inside", () => {
    expect(Math.abs(signedArea(SQUARE))).toBe(100);
    expect(contains(SQUARE, 5, 5)).toBe(true);
    expect(contains(SQUARE, 11, 5)).toBe(false);
    expect(contains(BENT, 5, 4)).toBe(false);
  });

  it("carry their label inside, also when they are bent", () => {
    for (const polygon of [SQUARE, BENT]) {
      const { centre, breadth } = labelPlace(polygon);
      expect(contains(polygon, ...centre)).toBe(true);
      expect(breadth).toBeGreaterThan(1);
    }
    expect(labelPlace(SQUARE).centre).toEqual([5, 5]);
  });

  it("become paths; less than three corners are nothing", () => {
    expect(pathOf(SQUARE)).toBe("M0 0L0 10L10 10L10 0Z");
    expect(pathOf([[1, 1]])).toBe("");
  });
});

describe("rooms of a storey", () => {
  it("leave out other storeys and rooms without outline, large ones first", () => {
    expect(planRooms(SMALL_VENUE, 0).map((plan) => plan.room.id)).toEqual(["hall", "shaft", "booth"]);
    expect(planRooms(SMALL_VENUE, 1).map((plan) => plan.room.id)).toEqual(["upstairs"]);
  });

  it("are hit where they are smallest", () => {
    const rooms = planRooms(SMALL_VENUE, 0);
    expect(roomAt(rooms, 2, 2)).toBe(2);
    expect(roomAt(rooms, 6, 6)).toBe(1);
    expect(roomAt(rooms, 30, 30)).toBeNull();
  });
});

describe("views", () => {
  it("fit a storey into the picture with its margin", () => {
    const view = fitView(planRooms(SMALL_VENUE, 0), 300, 200, 10);
    const [left] = toPixels(view, 0, 0);
    const [right] = toPixels(view, 14, 10);
    expect(left).toBeGreaterThanOrEqual(9.99);
    expect(right).toBeLessThanOrEqual(290.01);
  });

  it("show oneself outside of the building too", () => {
    const rooms = planRooms(SMALL_VENUE, 0);
    const inside = fitView(rooms, 300, 200, 10, { x: 5, z: 5 });
    expect(inside).toEqual(fitView(rooms, 300, 200, 10));
    const [x, y] = toPixels(fitView(rooms, 300, 200, 10, { x: 33, z: 5 }), 33, 5);
    expect(Math.min(x, y, 300 - x, 200 - y)).toBeGreaterThanOrEqual(9.99);
  });

  it("show something finite without any room", () => {
    expect(fitView([], 300, 200)).toEqual({ cx: 0, cz: 0, scale: 1, width: 300, height: 200, turned: false });
  });

  it("turn metres to pixels and back, north up", () => {
    const view = localView(3, 4, 50, 200, 100);
    expect(toPixels(view, 3, 4)).toEqual([100, 50]);
    expect(toPixels(view, 3, 0)[1]).toBeLessThan(50);
    const [x, z] = toMetres(view, ...toPixels(view, -7.5, 12.25));
    expect([x, z]).toEqual([-7.5, 12.25]);
  });

  it("turn a long building by a quarter where the picture is wide: north left, east up", () => {
    const long: Polygon = [
      [0, 0],
      [20, 0],
      [20, 80],
      [0, 80],
    ];
    const rooms = planRooms(SMALL_VENUE, 0).map((plan) => ({ ...plan, room: { ...plan.room, polygon: long } }));
    const view = fitView(rooms, 500, 200, 10);
    expect(view).toMatchObject({ turned: true, scale: 6 });
    const [x, y] = toPixels(view, 10, 40);
    expect([x, y]).toEqual([250, 100]);
    expect(toPixels(view, 10, 0)[0]).toBeLessThan(x);
    expect(toPixels(view, 20, 40)[1]).toBeLessThan(y);
    expect(toMetres(view, ...toPixels(view, 3, 70))).toEqual([3, 70]);
    expect(fitView(rooms, 200, 500, 10).turned).toBe(false);
  });

  it("have a place for the label along the text, turned or not", () => {
    const [plan] = planRooms(SMALL_VENUE, 0);
    for (const place of [plan!.label, plan!.turnedLabel])
      expect(contains(plan!.room.polygon, ...place.centre)).toBe(true);
  });
});

describe("labels", () => {
  it("break into two lines, become smaller, or are left out", () => {
    expect(labelLines("Main hall", 200, 12)).toEqual(["Main hall"]);
    expect(labelLines("Seminar room", 60, 12)).toEqual(["Seminar", "room"]);
    expect(labelLines("Seminar room", 20, 12)).toEqual([]);
    expect(fitLabel("Auditorium", 66, 12)).toEqual({ lines: ["Auditorium"], size: 12 * 0.82 });
    expect(fitLabel("Auditorium", 12, 12).lines).toEqual([]);
    expect(fitLabel("Seminar room", 12, 12, true)).toEqual({ lines: ["Seminar", "room"], size: 12 * 0.82 });
  });
});
