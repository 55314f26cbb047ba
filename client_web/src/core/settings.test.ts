import { expect, it } from "vitest";
import { DEFAULT_SETTINGS, settingsFrom, validSetting } from "./settings";

it("keeps what can be used and replaces what cannot", () => {
  const kept = {
    quality: "ultra",
    fov: 200,
    lookSpeed: "fast",
    nameTags: "off",
    bob: true,
    keys: { forward: ["KeyI"], back: "KeyK", fly: ["KeyF"] },
    unknown: 1,
  };
  const settings = settingsFrom(kept);
  expect(settings).toMatchObject({ quality: "auto", fov: 90, lookSpeed: 1, nameTags: "off", bob: true });
  expect(settings.keys.forward).toEqual(["KeyI"]);
  expect(settings.keys.back).toEqual(DEFAULT_SETTINGS.keys.back);
  expect("unknown" in settings).toBe(false);
  expect("fly" in settings.keys).toBe(false);
});

it("is the defaults for anything else", () => {
  for (const kept of [null, undefined, 7, "x", []]) expect(settingsFrom(kept)).toEqual(DEFAULT_SETTINGS);
});

it("judges single values", () => {
  expect(validSetting("fov", 10)).toBe(45);
  expect(validSetting("fov", NaN)).toBeUndefined();
  expect(validSetting("teleport", "yes")).toBeUndefined();
  expect(validSetting("camera", "first")).toBe("first");
});
