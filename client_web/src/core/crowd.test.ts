import { describe, expect, it } from "vitest";
import { Crowd } from "./crowd";
import type { CrowdFrame } from "./frames";

const frame = (people: [number, number, number][]): CrowdFrame => ({
  tick: 0,
  slot: Uint16Array.from(people, (p) => p[0]),
  x: Float32Array.from(people, (p) => p[1]),
  z: Float32Array.from(people, (p) => p[2]),
});
const none = (): boolean => false;

describe("Crowd", () => {
  it("walks steadily from frame to frame and looks where it goes", () => {
    const crowd = new Crowd(() => 1.5);
    crowd.take(frame([[4, 0, 0]]), 0);
    crowd.take(frame([[4, 2, 0]]), 1050);
    crowd.play(1050 + 525, none);
    expect(crowd.out.count).toBe(1);
    expect(crowd.out.x[0]).toBeCloseTo(1);
    expect(crowd.out.y[0]).toBe(1.5);
    expect(crowd.out.yaw[0]).toBeCloseTo(-Math.PI / 2);
    expect(crowd.out.moving[0]).toBe(1);
    crowd.play(3000, none);
    expect(crowd.out.x[0]).toBeCloseTo(2);
    expect(crowd.out.moving[0]).toBe(0);
  });

  it("does not slide across the hall after a jump", () => {
    const crowd = new Crowd(() => 0);
    crowd.take(frame([[4, 0, 0]]), 0);
    crowd.take(frame([[4, 90, 0]]), 1000);
    crowd.play(1001, none);
    expect(crowd.out.x[0]).toBe(90);
    expect(crowd.out.moving[0]).toBe(0);
  });

  it("leaves out those who are drawn already, and forgets those who are gone", () => {
    const crowd = new Crowd(() => 0);
    const pair: [number, number, number][] = [
      [4, 0, 0],
      [5, 1, 1],
    ];
    crowd.take(frame(pair), 0);
    crowd.play(10, (slot) => slot === 4);
    expect([...crowd.out.slot.subarray(0, crowd.out.count)]).toEqual([5]);
    expect(crowd.places((slot) => slot === 5)).toEqual([0, 0]);
    crowd.take(frame([[5, 1, 1]]), 2000);
    crowd.play(2000, none);
    expect(crowd.out.age[0]).toBe(2);
    crowd.take(frame([[5, 1, 1]]), 3100);
    expect(crowd.size).toBe(1);
  });
});
