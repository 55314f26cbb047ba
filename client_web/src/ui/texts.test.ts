import { expect, it } from "vitest";
import { badgeText, formatBytes, formatMetres, hereText, keyName, plural } from "./texts";

it("names keys as they are printed", () => {
  expect(["KeyW", "Digit1", "ArrowUp", "ShiftLeft", "Numpad5", "F4", "Space"].map(keyName)).toEqual([
    "W",
    "1",
    "Up arrow",
    "Left Shift",
    "Numpad 5",
    "F4",
    "Space",
  ]);
});

it("says numbers for people", () => {
  expect(plural(1, "person", "people")).toBe("1 person");
  expect(plural(1500, "person", "people")).toBe("1,500 people");
  expect([0.4, 12.4, 1500, NaN].map(formatMetres)).toEqual(["under 1 m", "12 m", "1.5 km", ""]);
  expect([0, 120, 850_000, 2_240_000].map(formatBytes)).toEqual(["0 kB", "120 bytes", "850 kB", "2.2 MB"]);
});

it("says where somebody is", () => {
  expect(["Foyer", "Outside", "", null].map(hereText)).toEqual(["in Foyer", "outside", "in the venue", "in the venue"]);
});

it("shows badges as words", () => {
  expect(["", "speaker", "juror"].map(badgeText)).toEqual(["", "Speaker", "Juror"]);
});
