import { describe, expect, it } from "vitest";
import { PlayoutClock } from "./playout_clock";

/** Frames every 20 ms, captured on a clock that began elsewhere, each late by what `late` says. */
function feed(
  clock: PlayoutClock,
  from: number,
  to: number,
  late: (at: number) => number,
  media: "audio" | "video" = "audio",
): number {
  let misses = 0;
  for (let at = from; at < to; at += 20) {
    const now = at + 30 + late(at);
    clock.arrived(media, at + 1_000_000, now);
    clock.tick(now);
    if (clock.playAt(at + 1_000_000) < now) misses++;
  }
  return misses;
}

describe("playout clock", () => {
  it("says nothing before something came", () => {
    expect(new PlayoutClock().ready).toBe(false);
    expect(new PlayoutClock().playAt(5)).toBeNaN();
  });

  it("plays at a steady distance and comes closer on a good line", () => {
    const clock = new PlayoutClock();
    feed(clock, 0, 200, () => 0);
    expect(clock.playAt(1_000_000)).toBeCloseTo(30 + clock.delayMs, 3);
    expect(clock.delayMs).toBeGreaterThan(90);
    expect(feed(clock, 200, 8_000, () => 0)).toBe(0);
    expect(clock.delayMs).toBeCloseTo(60, 0);
    expect(clock.timeAt(clock.playAt(1_234_000))).toBeCloseTo(1_234_000, 3);
  });

  it("goes back when frames come late, at once, and misses few", () => {
    const clock = new PlayoutClock();
    const stall = (at: number): number => (at % 400 < 100 ? 180 - (at % 400) : 0);
    feed(clock, 0, 4_000, stall);
    expect(clock.delayMs).toBeGreaterThan(190);
    expect(clock.delayMs).toBeLessThan(230);
    expect(feed(clock, 4_000, 12_000, stall)).toBe(0);
  });

  it("is patient with pictures only so far", () => {
    const clock = new PlayoutClock();
    feed(clock, 0, 3_000, () => 0);
    feed(clock, 3_000, 9_000, () => 700, "video");
    expect(clock.delayMs).toBeLessThanOrEqual(350);
  });

  it("begins anew when the publisher's clock does, but not because of one track that is late", () => {
    const clock = new PlayoutClock();
    feed(clock, 0, 1_000, () => 0);
    for (let at = 1_000; at < 5_000; at += 20) {
      clock.arrived("audio", at + 1_000_000, at + 30);
      clock.arrived("video", at + 1_000_000, at + 4_030);
      clock.tick(at + 30);
    }
    expect(clock.playAt(1_005_000)).toBeLessThan(5_000 + 400);
    expect(feed(clock, 5_000, 8_000, () => 3_600_000)).toBeLessThan(20);
    expect(feed(clock, 8_000, 9_000, () => 3_600_000)).toBe(0);
  });

  it("begins anew when all is later than is ever waited for, as after wrong times of the first frames", () => {
    const clock = new PlayoutClock();
    feed(clock, 0, 100, () => -2_700);
    feed(clock, 100, 2_300, () => 0);
    expect(feed(clock, 2_300, 6_000, () => 0)).toBe(0);
    expect(clock.playAt(1_006_000)).toBeLessThan(6_030 + 120);
  });

  it("comes closer without waiting for what it knew before", () => {
    const clock = new PlayoutClock();
    feed(clock, 0, 100, () => -600);
    feed(clock, 100, 2_000, () => 0);
    const before = clock.playAt(1_002_000) - 2_000;
    let last = before;
    for (let at = 2_000; at < 12_000; at += 500) {
      feed(clock, at, at + 500, () => 0);
      const distance = clock.playAt(at + 1_000_000) - at;
      expect(last - distance).toBeLessThan(30);
      last = distance;
    }
    expect(last).toBeLessThan(30 + 70);
    expect(before).toBeLessThan(30 + 130);
  });

  it("is not misled by one late frame after a pause", () => {
    const clock = new PlayoutClock();
    feed(clock, 0, 10_000, () => 0);
    feed(clock, 25_000, 25_020, () => 300);
    expect(feed(clock, 25_020, 30_000, () => 0)).toBe(0);
    expect(clock.playAt(1_030_000)).toBeLessThan(30_030 + 340);
  });

  it("plays old frames of the cached group at once, and live ones no later for that", () => {
    const clock = new PlayoutClock();
    for (let at = 0; at < 3_000; at += 20) clock.seen(at, 3_000);
    expect(clock.playAt(1_000)).toBeLessThan(3_000);
    feed(clock, 1_003_000, 1_004_000, () => 0);
    expect(clock.delayMs).toBeLessThan(100);
  });

  it("follows a way that became longer without a jump", () => {
    const clock = new PlayoutClock();
    feed(clock, 0, 9_000, () => 0);
    const before = clock.playAt(0);
    feed(clock, 9_000, 9_040, () => 100);
    expect(clock.playAt(0) - before).toBeLessThan(60);
    feed(clock, 9_040, 30_000, () => 100);
    expect(clock.playAt(1_030_000) - 30_000).toBeLessThan(130 + 75);
  });
});
