import { describe, expect, it } from "vitest";
import { CaptureClock } from "./capture_clock";

describe("capture clock", () => {
  it("goes by the frame that came fastest", () => {
    const clock = new CaptureClock();
    const late = [9, 3, 0, 7, 4];
    const times = late.map((ms, i) => clock.map(5_000 + i * 20_000, 1_000 + i * 20 + ms));
    expect(times.slice(2)).toEqual([1_040_000, expect.closeTo(1_060_000, -3), expect.closeTo(1_080_000, -3)]);
  });

  it("never runs backwards, not even when the device begins anew", () => {
    const clock = new CaptureClock();
    const first = clock.map(9_000_000, 50);
    expect(first).toBe(50_000);
    expect(clock.map(0, 60)).toBe(60_000);
    expect(clock.map(100, 40)).toBeGreaterThanOrEqual(60_000);
  });

  it("follows a device that is slow by a little", () => {
    const clock = new CaptureClock();
    let time = 0;
    for (let now = 0; now <= 60_000; now += 20) time = clock.map(now * 1000 * 0.9995, now);
    expect(Math.abs(time - 60_000_000)).toBeLessThan(5_000);
  });
});
