import { describe, expect, it } from "vitest";
import { dbOfByte, levelByte, loudnessOf, Meter, meterOf, VoiceActivity } from "./loudness";

describe("loudness", () => {
  it("is measured in dBov and travels as a byte", () => {
    expect(loudnessOf(new Float32Array(960))).toBe(-127);
    expect(loudnessOf(new Float32Array(960).fill(1))).toBe(0);
    expect(loudnessOf(new Float32Array(960).fill(0.1))).toBeCloseTo(-20, 5);
    expect([levelByte(-127), levelByte(-20), levelByte(0)]).toEqual([0, 107, 127]);
    expect(dbOfByte(107)).toBe(-20);
  });

  it("is shown from silence to loud", () => {
    expect([meterOf(-90), meterOf(-33), meterOf(0)]).toEqual([0, 0.5, 1]);
    const meter = new Meter();
    expect(meter.push(-6, 0)).toBe(1);
    expect(meter.value(200)).toBeCloseTo(0.7);
    expect(meter.push(-60, 400)).toBeCloseTo(0.4);
    expect(meter.value(2_000)).toBe(0);
  });
});

describe("voice activity", () => {
  it("hears speech over a room, with the ends of words, and falls silent", () => {
    const activity = new VoiceActivity();
    let now = 0;
    const run = (db: number, ms: number): boolean => {
      let speaking = false;
      for (const end = now + ms; now < end; now += 20) speaking = activity.push(db, now);
      return speaking;
    };
    expect(run(-55, 3_000)).toBe(false);
    expect(run(-35, 200)).toBe(true);
    expect(run(-55, 300)).toBe(true);
    expect(run(-55, 300)).toBe(false);
  });

  it("gets used to a steady noise, but not to loud speech", () => {
    const activity = new VoiceActivity();
    let speaking = true;
    for (let now = 0; now < 10_000; now += 20) speaking = activity.push(-45, now);
    expect(speaking).toBe(false);
    for (let now = 10_000; now < 20_000; now += 20) speaking = activity.push(-25, now);
    expect(speaking).toBe(true);
  });
});
