import { describe, expect, it } from "vitest";
import type { Polygon } from "../../core/venue";
import { SMALL_VENUE } from "../testing/small_venue";
import {
  contains,
  fitLabel,
  fitView,
  heightFor,
  labelLines,
  labelPlace,
  localView,
  pathOf,
  planLabels,
  planRooms,
  type PlanLabel,
  roomAt,
  roomNear,
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

describe("labels of a plan", () => {
  const crowded = ["Exhibition hall", "Plenary auditorium", "Auditorium 2", "Green room", "Backstage ramp"].map(
    (title, i) => {
      const polygon: Polygon = [
        [0, i * 7],
        [9, i * 7],
        [9, i * 7 + 6],
        [0, i * 7 + 6],
      ];
      const kind = i === 4 ? "service" : "auditorium";
      const room = { ...SMALL_VENUE.rooms[1]!, id: title, title, kind, polygon };
      return { index: i + 1, room, path: "", area: 54, label: labelPlace(polygon), turnedLabel: labelPlace(polygon) };
    },
  );
  const boxOf = ({ x, y, size, lines }: PlanLabel): [number, number, number, number] => {
    const [w, h] = [
      (Math.max(...lines.map((line) => line.length)) * size * 0.56) / 2,
      (lines.length * size * 1.15) / 2,
    ];
    return [x - w, y - h, x + w, y + h];
  };

  it("never lie over each other, and the room one is in has its name", () => {
    for (const scale of [1, 1.7, 3, 6])
      for (const here of [null, 5]) {
        const view = { cx: 5, cz: 17, scale, width: 300, height: 240, turned: false };
        const labels = planLabels(crowded, view, 12, true, here);
        if (here !== null) expect(labels.map((label) => label.index)).toContain(here);
        const boxes = labels.map(boxOf);
        boxes.forEach(([ax0, ay0, ax1, ay1], i) =>
          boxes.slice(i + 1).forEach(([bx0, by0, bx1, by1]) => {
            expect(ax1 <= bx0 || bx1 <= ax0 || ay1 <= by0 + 0.01 || by1 <= ay0 + 0.01).toBe(true);
          }),
        );
      }
  });

  it("leave out ways and service rooms first", () => {
    const view = { cx: 5, cz: 17, scale: 1, width: 300, height: 240, turned: false };
    const shown = planLabels(crowded, view, 12, true).map((label) => label.index);
    expect(shown).toContain(1);
    expect(shown).not.toContain(5);
  });

  it("stand clear of smaller rooms within", () => {
    const rooms = planRooms(SMALL_VENUE, 0);
    const [hall] = rooms;
    expect(roomAt(rooms, ...hall!.label.centre)).toBe(1);
    expect(
      labelPlace(SQUARE, [
        [
          [0, 2],
          [0, 9],
          [10, 9],
          [10, 2],
        ],
      ]).centre[1],
    ).toSatisfy((z: number) => z <= 2 || z >= 9);
  });

  it("put the name of a room whose middle is out of the picture below oneself", () => {
    const rooms = planRooms(SMALL_VENUE, 0);
    const view = localView(9.5, 9.5, 6, 200, 150);
    const label = planLabels(rooms, view, 11, false, 1, { x: 9.5, z: 9.5 }).find((each) => each.index === 1)!;
    const [x0, y0, x1, y1] = boxOf(label);
    expect(Math.min(x0, y0, 200 - x1, 150 - y1)).toBeGreaterThanOrEqual(-0.01);
    expect(label.y).toBeGreaterThan(75);
  });
});

it("takes a tap just beside a small room for the room", () => {
  const rooms = planRooms(SMALL_VENUE, 0);
  expect(roomNear(rooms, 11.2, 1, 1)).toBe(4);
  expect(roomNear(rooms, 11.2, 1, 0.5)).toBeNull();
  expect(roomNear(rooms, 2, 2, 1)).toBe(2);
});

it("knows how high a picture must be for a plan as wide as it", () => {
  const rooms = planRooms(SMALL_VENUE, 0);
  const height = heightFor(rooms, 340, 16);
  expect(fitView(rooms, 340, height).scale).toBeCloseTo(308 / 14);
});
