import { expect, it } from "vitest";
import { type Device, judge, qualityOf } from "./preflight";

const good: Device = {
  gpu: "ANGLE (NVIDIA GeForce RTX 3060)",
  secure: true,
  local: false,
  webSocket: true,
  memoryGb: 8,
  cores: 8,
  touch: false,
  roundTripMs: 30,
};

it("finds nothing wrong with a good device", () => {
  const found = judge(good);
  expect(found).toMatchObject({ done: true, quality: "high", can3d: true, roundTripMs: 30 });
  expect(found.items.filter((item) => !item.ok)).toEqual([]);
});

it("lowers the quality for weak devices", () => {
  expect(qualityOf({ ...good, gpu: "Google SwiftShader" })).toBe("low");
  expect(qualityOf({ ...good, gpu: "Mali-400 MP" })).toBe("low");
  expect(qualityOf({ ...good, memoryGb: 2 })).toBe("low");
  expect(qualityOf({ ...good, cores: 2 })).toBe("low");
  expect(qualityOf({ ...good, touch: true })).toBe("medium");
  expect(qualityOf({ ...good, memoryGb: null })).toBe("high");
});

it("says what is missing and what to do", () => {
  const found = judge({ ...good, gpu: null, secure: false, webSocket: false, memoryGb: 0.5, roundTripMs: null });
  expect(found.can3d).toBe(false);
  expect(found.items.every((item) => !item.ok && item.text.length > 20)).toBe(true);
  expect(judge({ ...good, roundTripMs: 900 }).items.find((item) => item.id === "network")?.ok).toBe(false);
});

it("says what is true of the way to the venue", () => {
  const text = (more: Partial<Device>): string =>
    judge({ ...good, ...more }).items.find((item) => item.id === "secure")!.text;
  expect(text({})).toContain("encrypted");
  expect(text({ local: true })).toContain("on this machine");
  expect(text({ secure: false })).toContain("not on a secure address");
});
