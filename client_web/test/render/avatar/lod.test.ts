import { describe, expect, it } from "vitest";
import { FAR, LodChooser, type LodLimits, MID, NEAR } from "../../../src/render/avatar/lod";

const LIMITS: LodLimits = { near: 2, mid: 2, nearMetres: 10, midMetres: 20 };

function choose(metres: number[], before?: number[], limits = LIMITS): number[] {
  const lod = Int8Array.from(before ?? metres.map(() => -1));
  new LodChooser(64).choose(metres.length, Float32Array.from(metres.map((m) => m * m)), lod, limits);
  return Array.from(lod);
}

describe("LodChooser", () => {
  it("gives the nearest the most detail, in any order", () => {
    expect(choose([15, 3, 30, 5])).toEqual([MID, NEAR, FAR, NEAR]);
  });

  it("keeps to the limits", () => {
    expect(choose([1, 2, 3, 4, 5, 6])).toEqual([NEAR, NEAR, MID, MID, FAR, FAR]);
  });

  it("keeps a detail a little beyond its border", () => {
    expect(choose([10.5], [MID])).toEqual([MID]);
    expect(choose([10.5], [NEAR])).toEqual([NEAR]);
    expect(choose([21.5], [MID])).toEqual([MID]);
    expect(choose([23], [MID])).toEqual([FAR]);
  });

  it("agrees with a full sort for many people, and ranks them", () => {
    const metres = Array.from({ length: 60 }, (_, i) => ((i * 37) % 61) + 0.5);
    const chooser = new LodChooser(64);
    const lod = new Int8Array(60).fill(-1);
    chooser.choose(60, Float32Array.from(metres.map((m) => m * m)), lod, { ...LIMITS, near: 8, mid: 30 });
    const order = metres.map((_, i) => i).sort((a, b) => metres[a]! - metres[b]!);
    expect(order.map((_, rank) => chooser.nearest(rank))).toEqual(order);
    expect(order.filter((i) => lod[i] === NEAR)).toEqual(order.slice(0, 8));
  });
});
