import { describe, expect, it } from "vitest";
import { AdaptiveRatio, LEVELS } from "../../src/render/quality";

const feed = (ratio: AdaptiveRatio, ms: number, frames: number): number => {
  let changes = 0;
  for (let i = 0; i < frames; i++) if (ratio.take(ms)) changes++;
  return changes;
};

describe("LEVELS", () => {
  it("ask for less from level to level", () => {
    const order = [LEVELS.high, LEVELS.medium, LEVELS.low, LEVELS.potato];
    for (let i = 1; i < order.length; i++) {
      expect(order[i]!.lod.near).toBeLessThan(order[i - 1]!.lod.near);
      expect(order[i]!.lod.mid).toBeLessThan(order[i - 1]!.lod.mid);
      expect(order[i]!.mostRatio).toBeLessThan(order[i - 1]!.mostRatio);
      expect(order[i]!.sight).toBeLessThan(order[i - 1]!.sight);
    }
  });
});

describe("AdaptiveRatio", () => {
  it("stays while frames are quick", () => {
    const ratio = new AdaptiveRatio(LEVELS.high);
    expect(feed(ratio, 16, 2000)).toBe(0);
    expect(ratio.ratio(2)).toBe(2);
  });

  it("sinks step by step while frames are slow, to its floor", () => {
    const ratio = new AdaptiveRatio(LEVELS.low);
    expect(feed(ratio, 90, 400)).toBeGreaterThan(2);
    expect(ratio.ratio(1)).toBeCloseTo(LEVELS.low.leastRatio, 6);
    expect(ratio.exhausted).toBe(true);
  });

  it("does not mind a single long frame", () => {
    const ratio = new AdaptiveRatio(LEVELS.high);
    feed(ratio, 16, 100);
    expect(feed(ratio, 3000, 1)).toBe(0);
    expect(feed(ratio, 16, 100)).toBe(0);
  });

  it("rises again after a while, and waits longer each time", () => {
    const ratio = new AdaptiveRatio(LEVELS.high);
    feed(ratio, 60, 60);
    const low = ratio.ratio(2);
    expect(low).toBeLessThan(2);
    expect(feed(ratio, 16, 600)).toBeGreaterThan(0);
    expect(ratio.ratio(2)).toBeGreaterThan(low);
  });

  it("never asks for more than the screen has", () => {
    expect(new AdaptiveRatio(LEVELS.high).ratio(1)).toBe(1);
  });
});
