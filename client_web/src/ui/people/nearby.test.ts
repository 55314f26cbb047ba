import { describe, expect, it } from "vitest";
import { HERE, personRow, SMALL_VENUE } from "../testing/small_venue";
import { bearing, filterThings, nearbyThings, sortThings } from "./nearby";

const rows = [personRow(1, { name: "Ana", badge: "speaker", affiliation: "City", metres: 2.4 })];
const things = nearbyThings(SMALL_VENUE, HERE, rows, 1);

describe("nearby things", () => {
  it("are people, free seats of this storey, doors and places", () => {
    expect(things.map((thing) => thing.key)).toEqual([
      "person/p1",
      "seat/0",
      "seat/2",
      "door/door",
      "room/hall",
      "room/booth",
      "landmark/desk",
      "entrance/entrance",
    ]);
  });

  it("say what they are, how far, which way, and what one can do", () => {
    expect(things[0]).toMatchObject({ title: "Ana", detail: "Speaker · City · 2 m", action: "Go to" });
    expect(things[1]).toMatchObject({
      title: "Seat A1",
      detail: "Main hall · 1 m · ahead",
      target: { kind: "seat", seat: 0 },
    });
    expect(things[2]?.title).toBe("Seat 3");
    expect(things[3]).toMatchObject({
      detail: "between Outside and Main hall · 5 m · behind",
      target: { kind: "point", x: 5, z: 10 },
    });
  });

  it("can be filtered and sorted", () => {
    expect(filterThings(things, "seat", "")).toHaveLength(2);
    expect(filterThings(things, "all", "hall a1").map((thing) => thing.key)).toEqual(["seat/0"]);
    expect(sortThings(things, "distance")[0]?.key).toBe("room/hall");
    expect(sortThings(things, "name").map((thing) => thing.title)[0]).toBe("Ana");
  });

  it("list at most a dozen seats of a full hall, the nearest", () => {
    const many = Array.from({ length: 200 }, (_, i) => [5 + i * 0.05, 0, 5] as const);
    const seats = {
      position: many,
      yaw: many.map(() => 0),
      room: many.map(() => 1),
      label: many.map(String),
      hip: 0.45,
    };
    const found = nearbyThings({ ...SMALL_VENUE, seats }, HERE, [], -1).filter((thing) => thing.kind === "seat");
    expect(found).toHaveLength(12);
    expect(found.at(-1)?.metres).toBeLessThan(0.6);
  });
});

it("tells directions as somebody sees them who looks along the yaw", () => {
  expect(bearing(HERE, 5, 0)).toBe("ahead");
  expect(bearing(HERE, 9, 5)).toBe("to the right");
  expect(bearing(HERE, 1, 5)).toBe("to the left");
  // A quarter turn to the left looks along -X.
  expect(bearing({ ...HERE, yaw: Math.PI / 2 }, 0, 5)).toBe("ahead");
  expect(bearing({ ...HERE, yaw: Math.PI / 2 }, 5, 0)).toBe("to the right");
});
