import { expect, it } from "vitest";
import { DEFAULT_SETTINGS } from "../../core/settings";
import { guideDevice } from "./device";
import { done, guideSteps, type Progress } from "./guide";

it("explains the device that is used", () => {
  expect(guideDevice(true, true)).toBe("touch");
  expect(guideDevice(false, true)).toBe("gamepad");
  expect(guideDevice(false, false)).toBe("keyboard");
});

it("has four steps for each device and names the keys of the person", () => {
  for (const device of ["keyboard", "touch", "gamepad"] as const)
    expect(guideSteps(device, DEFAULT_SETTINGS)).toHaveLength(4);
  const keys = { ...DEFAULT_SETTINGS.keys, forward: ["KeyZ"], sit: ["KeyJ"] };
  const [walk, , sit] = guideSteps("keyboard", { ...DEFAULT_SETTINGS, keys });
  expect(walk?.text).toContain("Z A S D or the arrow keys (left and right turn)");
  expect(sit?.text).toContain("press J");
});

it("says where the help is: in the bar, or under More where the bar is short", () => {
  const last = (more: boolean): string => guideSteps("touch", DEFAULT_SETTINGS, more)[3]!.text;
  expect(last(false)).toContain("it is in the bar below");
  expect(last(true)).toContain("it is under More");
});

it("names no letters when they are turned off", () => {
  const text = guideSteps("keyboard", { ...DEFAULT_SETTINGS, keysOn: false })
    .map((step) => step.text)
    .join(" ");
  expect(text).not.toMatch(/\b[WASDXQE]\b/);
});

it("counts each step from when it was begun", () => {
  const since: Progress = { walks: 40, turned: 3, sits: 1, finds: 0 };
  expect(done("walk", since, since)).toBe(false);
  expect(done("walk", since, { ...since, walks: 41 })).toBe(true);
  expect(done("look", since, { ...since, turned: 3.05 })).toBe(false);
  expect(done("look", since, { ...since, turned: 3.2 })).toBe(true);
  expect(done("sit", since, { ...since, sits: 2 })).toBe(true);
  expect(done("find", since, { ...since, walks: 90 })).toBe(false);
  expect(done("find", since, { ...since, finds: 1 })).toBe(true);
});
