import { describe, expect, it } from "vitest";
import { Pace, SendRate, sizeFor } from "./send_rate";

const CAMERA = { width: 1280, height: 720, frameRate: 30 };

describe("send rate", () => {
  it("falls at once when the line does not follow, and comes back slowly", () => {
    const rate = new SendRate(1_000_000, 0);
    rate.tick(60_000, 1_000_000, false, 250);
    expect(rate.target).toBe(700_000);
    rate.tick(60_000, 700_000, false, 500);
    expect(rate.target).toBe(700_000);
    rate.tick(60_000, 700_000, false, 1_300);
    expect(rate.target).toBe(490_000);
    for (let now = 1_500; now <= 4_250; now += 250) rate.tick(0, 490_000, false, now);
    expect(rate.target).toBe(490_000);
    for (let now = 4_500; now <= 16_000; now += 250) rate.tick(0, 490_000, false, now);
    expect(rate.target).toBe(1_000_000);
  });

  it("never asks less than pictures need, and says when nothing should be encoded", () => {
    const rate = new SendRate(1_000_000, 0);
    for (let now = 0; now < 30_000; now += 1_000) rate.tick(200_000, 100_000, false, now);
    expect(rate.target).toBe(100_000);
    expect(rate.stalled).toBe(true);
    rate.tick(0, 100_000, false, 31_000);
    expect(rate.stalled).toBe(false);
  });

  it("never sends more than the server says that viewers' lines take", () => {
    const rate = new SendRate(1_000_000, 0);
    rate.advise(300_000);
    expect(rate.target).toBe(300_000);
    for (let now = 0; now <= 9_000; now += 250) rate.tick(0, 270_000, false, now);
    expect(rate.target).toBe(300_000);
    rate.advise(10);
    expect(rate.target).toBe(100_000);
    rate.advise(0);
    for (let now = 9_000; now <= 20_000; now += 250) rate.tick(0, 270_000, false, now);
    expect(rate.target).toBeGreaterThan(600_000);
  });

  it("falls when the encoder is behind", () => {
    const rate = new SendRate(1_000_000, 0);
    rate.tick(0, 1_000_000, true, 250);
    expect(rate.target).toBe(500_000);
  });
});

describe("size of a picture", () => {
  it("follows the bit rate, and does not swing", () => {
    expect(sizeFor(1_000_000, CAMERA, 720)).toEqual(CAMERA);
    expect(sizeFor(400_000, CAMERA, 720)).toEqual({ width: 854, height: 480, frameRate: 30 });
    expect(sizeFor(620_000, CAMERA, 480).height).toBe(480);
    expect(sizeFor(800_000, CAMERA, 480).height).toBe(720);
    expect(sizeFor(100_000, CAMERA, 480)).toEqual({ width: 426, height: 240, frameRate: 15 });
  });

  it("is never larger than the camera's", () => {
    expect(sizeFor(4_000_000, { width: 320, height: 240, frameRate: 10 }, 240)).toEqual({
      width: 320,
      height: 240,
      frameRate: 10,
    });
  });
});

describe("pace", () => {
  const through = (every: number, frameRate: number): number => {
    const pace = new Pace();
    let count = 0;
    for (let i = 0; i < Math.round(2_000 / every); i++) if (pace.take(i * every, frameRate)) count++;
    return count;
  };

  it("thins evenly and leaves a camera's own pace alone", () => {
    expect(through(1000 / 30, 30)).toBe(60);
    expect(through(1000 / 30, 15)).toBe(30);
    expect(through(1000 / 60, 24)).toBeGreaterThan(44);
    expect(through(1000 / 60, 24)).toBeLessThan(52);
  });
});
