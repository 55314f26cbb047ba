import { describe, expect, it } from "vitest";
import { Packets, resampled, toChannels } from "./samples";

describe("samples", () => {
  it("are mixed down and doubled", () => {
    const left = Float32Array.of(1, 0);
    const right = Float32Array.of(0, 0.5);
    expect(toChannels([left, right], 1)).toEqual([Float32Array.of(0.5, 0.25)]);
    expect(toChannels([left], 2)).toEqual([left, left]);
    expect(toChannels([], 1)).toEqual([]);
  });

  it("keep their shape at another rate", () => {
    const slow = Float32Array.from({ length: 441 }, (_, i) => Math.sin(i / 20));
    const fast = resampled(slow, 44_100, 48_000);
    expect(fast.length).toBe(480);
    expect(fast[240]).toBeCloseTo(Math.sin((240 * 441) / 480 / 20), 3);
    expect(resampled(slow, 48_000, 48_000)).toBe(slow);
  });

  it("come in packets with the time of their first sample", () => {
    const packets = new Packets(960, 48_000);
    const got: [number, number, number][] = [];
    for (let i = 0; i < 5; i++) {
      const block = Float32Array.from({ length: 480 }, (_, k) => i * 480 + k);
      packets.push(1_000 + i * 10_000, [block], (time, [row]) => got.push([time, row![0]!, row!.at(-1)!]));
    }
    expect(got).toEqual([
      [1_000, 0, 959],
      [21_000, 960, 1919],
    ]);
  });

  it("never reach over a hole", () => {
    const packets = new Packets(960, 48_000);
    const got: number[] = [];
    const push = (time: number): void => packets.push(time, [new Float32Array(480)], (at) => got.push(at));
    push(0);
    push(500_000);
    push(510_000);
    expect(got).toEqual([500_000]);
  });
});
