import { describe, expect, it } from "vitest";
import { countText, doorMark, phaseMark } from "../../../src/render/venue/board_texts";
import { geometryOf } from "../../../src/render/venue/door_signs";
import { type CastRay, signPlaces } from "../../../src/render/venue/sign_places";
import { fittingSize, linesOf } from "../../../src/render/venue/writing";
import type { Venue } from "../../../src/core/venue";

describe("words of boards", () => {
  const on = { title: "Opening", speakers: "", time: "" };

  it("name the phase, and take an unknown one for running", () => {
    expect(phaseMark({ on: null, phase: "live" })).toBeNull();
    expect(phaseMark({ on, phase: "live" })).toMatchObject({ text: "On now" });
    expect(phaseMark({ on, phase: "paused" })).toMatchObject({ text: "Break", tone: "calm" });
    expect(phaseMark({ on, phase: "newer than this page" })?.text).toBe("On now");
  });

  it("say closed rather than full, and nothing of an open door", () => {
    expect(doorMark({ door: "open", full: false })).toBeNull();
    expect(doorMark({ door: "open", full: true })).toEqual({ text: "Full", tone: "stop" });
    expect(doorMark({ door: "locked", full: true })?.text).toBe("Locked");
    expect(doorMark({ door: "invitation", full: false })?.text).toBe("By invitation");
    expect(doorMark({ door: "invitation", full: true })?.text).toBe("Full");
  });

  it("count people", () => {
    expect(countText({ inside: 37, capacity: 250 })).toBe("37 of 250");
    expect(countText({ inside: 1200, capacity: 1463 })).toBe("1,200 of 1,463");
    expect(countText({ inside: 1, capacity: 0 })).toBe("1 person");
    expect(countText({ inside: 0, capacity: 0 })).toBe("0 people");
  });
});

describe("lines of a text", () => {
  const letters = { measureText: (text: string) => ({ width: text.length }) as TextMetrics };

  it("break between words and end in an ellipsis", () => {
    expect(linesOf(letters, "one two three four", 9, 9)).toEqual(["one two", "three", "four"]);
    const cut = linesOf(letters, "one two three four", 9, 2);
    expect(cut).toEqual(["one two", "three…"]);
    expect(linesOf(letters, "", 9, 2)).toEqual([]);
  });

  it("cut a word that is wider than everything", () => {
    const [line] = linesOf(letters, "incomprehensibilities", 8, 1);
    expect(line!.length).toBeLessThanOrEqual(8);
    expect(line).toMatch(/^incom.*…$/);
  });

  it("are as large as they can be without being cut", () => {
    const scaled = {
      font: "",
      measureText(text: string) {
        return { width: text.length * Number(/ (\d+)px/.exec(this.font)![1]) } as TextMetrics;
      },
    };
    const one = { weight: 700, most: 1 };
    expect(fittingSize(scaled, "Plenary auditorium", 500, one, [40, 27, 20])).toBe(27);
    expect(fittingSize(scaled, "Plenary auditorium", 500, { ...one, most: 2 }, [40, 27, 20])).toBe(40);
    expect(fittingSize(scaled, "Plenary auditorium", 100, one, [40, 27, 20])).toBe(20);
  });

  it("never grow wider than they may", () => {
    for (let width = 3; width < 30; width++)
      for (const line of linesOf(letters, "a bb ccc dddd eeeee ffffff ggggggg", width, 3))
        expect(line.length).toBeLessThanOrEqual(width);
  });
});

/** A door in the wall x = 0 from the foyer (east, room 1) into the hall (west, room 2). */
const venue = {
  doors: [{ id: "d", rooms: [1, 2], position: [0, 0, 0], yaw: 64, width: 2, height: 2.2 }],
} as unknown as Venue;

/** Walls x = 0, thick 0.3: seen from the east at 0.15, from the west at -0.15; `from` and `to` bound it along z. */
const wall =
  (from: number, to: number): CastRay =>
  (x, _y, z, dx, _dy, _dz, most) => {
    if (z < from || z > to) return most;
    return Math.min(most, dx < 0 ? x - 0.15 : -0.15 - x);
  };

describe("places of signs", () => {
  it("hang beside the door on the side one comes from, and look that way", () => {
    const [sign, ...rest] = signPlaces(venue, new Set([2]), wall(-9, 9));
    expect(rest).toEqual([]);
    expect(sign).toMatchObject({ room: 2, y: 1.75 });
    expect(sign!.x).toBeCloseTo(0.15 + 0.04);
    expect(sign!.nx).toBeCloseTo(1);
    // Going west, north (-z) is on the right.
    expect(sign!.z).toBeCloseTo(-(1 + 0.3 + 0.6));
  });

  it("serve both sides of a door between two rooms that have boards", () => {
    const signs = signPlaces(venue, new Set([1, 2]), wall(-9, 9));
    expect(signs.map(({ room }) => room)).toEqual([2, 1]);
    expect(signs[1]!.x).toBeCloseTo(-0.19);
    expect(signs[1]!.nx).toBeCloseTo(-1);
  });

  it("take the other side where the wall ends, and none where there is no wall", () => {
    expect(signPlaces(venue, new Set([2]), wall(0, 9))[0]!.z).toBeGreaterThan(1);
    expect(signPlaces(venue, new Set([2]), wall(-1, 1))).toEqual([]);
  });

  it("become one mesh, whose pictures stand upright and are read from the front", () => {
    const signs = signPlaces(venue, new Set([1, 2]), wall(-9, 9));
    const geometry = geometryOf(signs, (room) => [room / 4, 0, (room + 1) / 4, 1]);
    const position = geometry.getAttribute("position");
    const uv = geometry.getAttribute("uv");
    expect(position.count).toBe(8);
    // Who looks west at the first sign has north on the right: u grows towards -z, v (downwards) as y sinks.
    expect(position.getZ(1)).toBeLessThan(position.getZ(0));
    expect(uv.getX(1)).toBeGreaterThan(uv.getX(0));
    expect(position.getY(2)).toBeLessThan(position.getY(1));
    expect(uv.getY(2)).toBeGreaterThan(uv.getY(1));
    const [a, b, c] = [0, 1, 2].map((i) => geometry.index!.getX(i)) as [number, number, number];
    const at = (i: number): [number, number, number] => [position.getX(i), position.getY(i), position.getZ(i)];
    const [p, q, r] = [at(a), at(b), at(c)];
    const u = q.map((value, i) => value - p[i]!);
    const v = r.map((value, i) => value - p[i]!);
    expect(u[1]! * v[2]! - u[2]! * v[1]!).toBeGreaterThan(0);
  });
});
