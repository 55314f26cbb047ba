import { describe, expect, it } from "vitest";
import type { Snapshot } from "./frames";
import { Near } from "./near";
import { WALKING } from "./types";

interface One {
  slot: number;
  x: number;
  z?: number;
  yaw?: number;
  state?: number;
}

function snapshot(tick: number, updates: One[], left: number[] = [], back: number[] = []): Snapshot {
  return {
    tick,
    seq: 0,
    slot: Uint16Array.from(updates, (u) => u.slot),
    x: Float32Array.from(updates, (u) => u.x),
    y: new Float32Array(updates.length),
    z: Float32Array.from(updates, (u) => u.z ?? 0),
    yaw: Uint8Array.from(updates, (u) => u.yaw ?? 0),
    state: Uint8Array.from(updates, (u) => u.state ?? WALKING),
    left: Uint16Array.from(left),
    back: Uint16Array.from(back),
  };
}

describe("Near", () => {
  it("draws between two updates", () => {
    const near = new Near();
    near.take(snapshot(10, [{ slot: 3, x: 0, yaw: 250 }]));
    near.take(snapshot(11, [{ slot: 3, x: 0.2, yaw: 6 }]));
    near.play(10.5, 1);
    expect(near.out.count).toBe(1);
    expect(near.out.slot[0]).toBe(3);
    expect(near.out.x[0]).toBeCloseTo(0.1);
    expect(near.out.yaw[0]).toBeCloseTo(0);
  });

  it("goes on by itself for a quarter of a second, then waits", () => {
    const near = new Near();
    for (let tick = 10; tick <= 12; tick++) near.take(snapshot(tick, [{ slot: 3, x: (tick - 10) * 0.1 }]));
    near.play(14, 0.016);
    expect(near.out.x[0]).toBeCloseTo(0.4);
    near.play(17, 0.016);
    expect(near.out.x[0]).toBeCloseTo(0.7);
    near.play(60, 0.016);
    expect(near.out.x[0]).toBeCloseTo(0.7);
  });

  it("does not carry on somebody who stopped", () => {
    const near = new Near();
    near.take(snapshot(10, [{ slot: 3, x: 0 }]));
    near.take(snapshot(11, [{ slot: 3, x: 0.1, state: 0 }]));
    near.play(14, 0.016);
    expect(near.out.x[0]).toBeCloseTo(0.1);
  });

  it("starts a walk after standing from what is seen, without a jump", () => {
    const near = new Near();
    near.take(snapshot(10, [{ slot: 3, x: 0, state: 0 }]));
    near.play(98, 0.016);
    near.take(snapshot(100, [{ slot: 3, x: 0.3 }]));
    near.play(98.2, 0.016);
    expect(near.out.x[0]!).toBeLessThan(0.1);
    near.play(100, 1);
    expect(near.out.x[0]).toBeCloseTo(0.3);
  });

  it("moves without jumps when a far figure is updated seldom", () => {
    const near = new Near();
    let before = 0;
    let largest = 0;
    for (let tick = 0; tick <= 100; tick++) {
      if (tick % 7 === 0) near.take(snapshot(tick, [{ slot: 3, x: tick * 0.12 }]));
      near.play(tick - 2.5, 0.05);
      largest = Math.max(largest, Math.abs(near.out.x[0]! - before));
      before = near.out.x[0]!;
    }
    expect(before).toBeGreaterThan(10);
    expect(largest).toBeLessThan(0.5);
  });

  it("never flies off when updates come late and seldom", () => {
    const near = new Near();
    for (let tick = 0; tick < 400; tick += 9) {
      near.take(snapshot(tick, [{ slot: 3, x: Math.sin(tick) }]));
      for (let i = 0; i < 9; i++) {
        near.play(tick + 20 + i, 0.05);
        expect(Math.abs(near.out.x[0]!)).toBeLessThan(4);
      }
    }
  });

  it("is there at once after a jump", () => {
    const near = new Near();
    near.take(snapshot(10, [{ slot: 3, x: 0 }]));
    near.take(snapshot(11, [{ slot: 3, x: 40 }]));
    near.play(10.1, 0.016);
    expect(near.out.x[0]).toBe(40);
  });

  it("takes away who left, and brings back the unchanged where they were", () => {
    const near = new Near();
    near.take(snapshot(10, [{ slot: 3, x: 2, state: 0 }]));
    near.take(snapshot(11, [], [3]));
    near.play(11, 0.016);
    expect(near.out.count).toBe(0);
    expect(near.has(3)).toBe(false);
    near.take(snapshot(400, [], [], [3]));
    near.play(398, 0.016);
    expect(near.out.count).toBe(1);
    expect(near.out.x[0]).toBe(2);
  });

  it("appears where the update says when somebody comes back changed", () => {
    const near = new Near();
    near.take(snapshot(10, [{ slot: 3, x: 0 }]));
    near.take(snapshot(11, [], [3]));
    near.take(snapshot(20, [{ slot: 3, x: 3 }]));
    near.play(18, 0.016);
    expect(near.out.x[0]).toBe(3);
  });

  it("ignores old news, oneself, and unknown slots", () => {
    const near = new Near();
    near.own = 9;
    near.take(
      snapshot(
        10,
        [
          { slot: 3, x: 1 },
          { slot: 9, x: 1 },
        ],
        [77],
        [78],
      ),
    );
    near.take(snapshot(8, [{ slot: 3, x: 0 }]));
    near.play(10, 0.016);
    expect(near.out.count).toBe(1);
    expect(near.out.x[0]).toBe(1);
  });

  it("tells how fast somebody walks", () => {
    const near = new Near();
    for (let tick = 0; tick < 60; tick++) {
      near.take(snapshot(tick, [{ slot: 3, x: tick * 0.12 }]));
      near.play(tick - 2, 0.05);
    }
    expect(near.out.speed[0]).toBeCloseTo(2.4, 1);
  });

  it("forgets everybody on a new connection", () => {
    const near = new Near();
    near.take(snapshot(10, [{ slot: 3, x: 1 }]));
    near.clear();
    near.take(snapshot(20, [], [], [3]));
    near.play(20, 0.016);
    expect(near.out.count).toBe(0);
  });
});
