import { describe, expect, it } from "vitest";
import type { Session } from "../../net/event.gen";
import {
  ALL,
  type Around,
  byDay,
  clashes,
  fitting,
  nowLine,
  onText,
  type SessionItem,
  standing,
  upNext,
  when,
} from "./agenda";

const session = (key: string, start: number, end: number, more: Partial<Session> = {}): SessionItem =>
  ({
    key,
    at: 0,
    value: {
      title: key,
      subtitle: "",
      abstract: "",
      type: "other",
      room: "",
      track: "",
      speakers: [],
      ...more,
      start,
      end,
    },
  }) as unknown as SessionItem;

const around: Around = {
  rooms: new Map([
    ["big", { title: "Plenary", order: 1 }],
    ["small", { title: "Seminar 1", order: 2 }],
  ]) as never,
  tracks: new Map([["t", { title: "Cities" }]]) as never,
  speakers: new Map([["ana", { name: "Ana García", affiliation: "Test City" }]]) as never,
  stars: new Set(["b"]),
};
const ITEMS = [
  session("c", 20, 30, { room: "small" }),
  session("b", 20, 30, { room: "big", speakers: ["ana"], track: "t" }),
  session("a", 0, 10, { title: "Opening of the day", type: "opening", room: "big" }),
];
const keys = (items: readonly SessionItem[]): string => items.map(({ key }) => key).join("");

describe("what fits", () => {
  it("is ordered by time, then by room", () => {
    expect(keys(fitting(ITEMS, ALL, around))).toBe("abc");
  });
  it.each([
    [{ text: "garcia" }, "b"],
    [{ text: "plenary open" }, "a"],
    [{ text: "cities" }, "b"],
    [{ track: "t" }, "b"],
    [{ room: "small" }, "c"],
    [{ type: "opening" }, "a"],
    [{ starred: true }, "b"],
    [{ text: "zzz" }, ""],
  ])("%j", (wanted, expected) => {
    expect(keys(fitting(ITEMS, { ...ALL, ...wanted }, around))).toBe(expected);
  });
});

it("belongs to the day of its beginning in the zone that is shown", () => {
  const late = [session("x", Date.parse("2025-11-03T23:30:00Z"), 0)];
  expect(byDay(late, "UTC")[0]!.day).toBe("2025-11-03");
  expect(byDay(late, "Europe/Madrid")[0]!.day).toBe("2025-11-04");
});

it("is over, on, or later", () => {
  const { value } = session("x", 10, 20);
  expect([9, 10, 19, 20].map((now) => when(value, now))).toEqual(["later", "now", "now", "over"]);
});

describe("what runs in its room", () => {
  const item = session("x", 10, 20, { room: "big" });
  const runs = (on: string, phase: string, next = "") => new Map([["big", { session: on, phase, next }]]);
  it.each([
    ["ended by its chair", 15, runs("", ""), "over"],
    ["late, nothing is on", 15, runs("", "", "x"), "later"],
    ["late, doors are open", 15, runs("x", "open"), "later"],
    ["late, the former takes its time", 15, runs("y", "live", "x"), "later"],
    ["live after its time", 25, runs("x", "live"), "now"],
    ["begun early", 5, runs("x", "live"), "now"],
    ["in a break", 15, runs("x", "paused"), "now"],
    ["in a room nobody knows of", 15, new Map(), "now"],
  ] as const)("%s", (_, now, known, expected) => {
    expect(standing(item, now, known)).toBe(expected);
  });

  it("does not claim what only the clock says", () => {
    expect(onText(item, null)).toBe("Planned for now");
    expect(onText(item, runs("x", "live"))).toBe("On now");
  });
});

it("draws the present before the first that has not begun, and not once all is over", () => {
  const sorted = fitting(ITEMS, ALL, around);
  expect(nowLine(sorted, 15)).toBe(1);
  expect(nowLine(sorted, 25)).toBe(-1);
  expect(nowLine(sorted, 99)).toBe(-1);
});

it("knows what comes next and leaves out what is cancelled", () => {
  expect(upNext(ITEMS, 5)?.value.start).toBe(20);
  expect(upNext([session("x", 20, 30, { cancelled: true })], 5)).toBeNull();
});

it("finds stars that are on at the same time; one after the other is none", () => {
  const items = [session("a", 0, 10), session("b", 10, 20), session("c", 15, 25), session("d", 5, 30)];
  expect([...clashes(items, new Set(["a", "b"]))]).toEqual([]);
  expect([...clashes(items, new Set(["b", "c"]))]).toEqual(["b", "c"]);
});
