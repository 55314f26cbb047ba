import { beforeEach, describe, expect, it } from "vitest";
import { EncoderLoad } from "./encoder_load";

let load: EncoderLoad;

beforeEach(() => {
  load = new EncoderLoad();
});

describe("load of an encoder", () => {
  it("is none while pictures come out soon", () => {
    for (let now = 0; now < 10_000; now += 40) {
      expect(load.full(now)).toBe(false);
      load.begin(now * 1_000, now);
      load.end(now * 1_000, now + 30);
    }
    expect(load.behind(10_000)).toBe(false);
  });

  it("takes no more when one waits for too long, however few there are", () => {
    load.begin(0, 0);
    load.begin(1, 60);
    expect(load.full(300)).toBe(false);
    expect(load.full(301)).toBe(true);
    expect(load.behind(301)).toBe(true);
    load.end(0, 320);
    expect(load.full(320)).toBe(false);
  });

  it("takes no more when many wait", () => {
    for (let i = 0; i < 7; i++) load.begin(i, i);
    expect(load.full(10)).toBe(true);
  });

  it("is too much for a machine on which each takes long", () => {
    for (let i = 0; i < 20; i++) {
      load.begin(i, i * 250);
      load.end(i, i * 250 + 240);
    }
    expect(load.full(5_000)).toBe(false);
    expect(load.behind(5_000)).toBe(true);
  });

  it("does not wait for ever for what the encoder left out", () => {
    for (let i = 0; i < 8; i++) load.begin(i, 0);
    expect(load.full(1_999)).toBe(true);
    expect(load.full(2_000)).toBe(false);
    expect(load.behind(2_000)).toBe(false);
    load.begin(8, 2_000);
    load.begin(9, 2_010);
    load.end(9, 2_030);
    expect(load.full(2_400)).toBe(false);
  });

  it("knows nothing of the encoder before", () => {
    load.begin(0, 0);
    load.clear();
    expect(load.full(1_000)).toBe(false);
  });
});
