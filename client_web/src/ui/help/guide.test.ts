import { expect, it } from "vitest";
import { DEFAULT_SETTINGS } from "../../core/settings";
import { guideDevice } from "./device";
import { guideSteps } from "./guide";

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

it("names no letters when they are turned off", () => {
  const text = guideSteps("keyboard", { ...DEFAULT_SETTINGS, keysOn: false })
    .map((step) => step.text)
    .join(" ");
  expect(text).not.toMatch(/\b[WASDXQE]\b/);
});
