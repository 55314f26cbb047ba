import { describe, expect, it } from "vitest";
import { TICK_MS } from "../net/protocol.gen";
import { ServerClock } from "./server_clock";

/** Snapshots with a lateness each, frames in between; returns the moments drawn. */
function run(clock: ServerClock, late: (tick: number) => number, ticks: number, every = 1): number[] {
  const played: number[] = [];
  for (let tick = 1; tick <= ticks; tick++) {
    const now = tick * TICK_MS + 5000;
    if (tick % every === 0) clock.snapshot(tick, now + late(tick));
    played.push(clock.playTick(now + 20));
  }
  return played;
}

describe("ServerClock", () => {
  it("draws about 100 ms behind on an even line, at an even pace", () => {
    const clock = new ServerClock();
    const played = run(clock, () => 0, 100);
    expect(clock.delayMs).toBe(100);
    for (let i = 20; i < 100; i++) expect(played[i]! - played[i - 1]!).toBeCloseTo(1, 1);
    expect(played[99]).toBeCloseTo(100 + 20 / TICK_MS - 2, 1);
  });

  it("waits longer on an uneven line", () => {
    const clock = new ServerClock();
    run(clock, (tick) => (tick % 7 === 0 ? 90 : 0), 300);
    expect(clock.delayMs).toBeGreaterThan(140);
    expect(clock.delayMs).toBeLessThan(200);
  });

  it("is not moved by one very late packet", () => {
    const clock = new ServerClock();
    const played = run(clock, (tick) => (tick === 50 ? 900 : 0), 100);
    for (let i = 20; i < 100; i++) expect(played[i]! - played[i - 1]!).toBeCloseTo(1, 1);
  });

  it("follows the sparse snapshots of the light tier", () => {
    const clock = new ServerClock();
    run(clock, () => 0, 300, 2);
    expect(clock.delayMs).toBeGreaterThan(120);
  });

  it("keeps behind a server that ticks slower under load", () => {
    const clock = new ServerClock();
    run(clock, () => 0, 60);
    let now = 60 * TICK_MS + 5000;
    for (let tick = 61; tick < 160; tick++) {
      now += 1.5 * TICK_MS;
      clock.snapshot(tick, now);
      if (tick > 120) expect(clock.playTick(now)).toBeLessThan(tick + 6);
      else clock.playTick(now);
    }
  });

  it("starts a new time line after a restart of the server", () => {
    const clock = new ServerClock();
    run(clock, () => 0, 100);
    clock.snapshot(3, 60_000);
    expect(clock.playTick(60_000)).toBeCloseTo(3 - clock.delayMs / TICK_MS, 1);
  });

  it("measures the round trip and can start from it", () => {
    const clock = new ServerClock();
    expect(clock.ready).toBe(false);
    clock.synced(1000, 1080, 500);
    expect(clock.roundTripMs).toBe(80);
    expect(clock.ready).toBe(true);
    clock.synced(2000, 2180, 520);
    expect(clock.roundTripMs).toBeCloseTo(110);
  });
});
