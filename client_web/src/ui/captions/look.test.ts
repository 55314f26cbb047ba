import { describe, expect, it } from "vitest";
import { FIRST_LOOK, ground, LEAST_GROUND, PALETTES, readLook } from "./look";

type Rgb = readonly number[];
const parse = (hex: string): Rgb => [1, 3, 5].map((at) => Number.parseInt(hex.slice(at, at + 2), 16));
function luminance(rgb: Rgb): number {
  const [r, g, b] = rgb.map((each) =>
    each / 255 <= 0.04045 ? each / 255 / 12.92 : ((each / 255 + 0.055) / 1.055) ** 2.4,
  );
  return 0.2126 * r! + 0.7152 * g! + 0.0722 * b!;
}
function contrast(a: Rgb, b: Rgb): number {
  const [light, dark] = [luminance(a), luminance(b)].sort((x, y) => y - x);
  return (light! + 0.05) / (dark! + 0.05);
}

describe("colours", () => {
  it.each(Object.entries(PALETTES))("%s can be read on any picture", (_name, { text, speaker, ground }) => {
    for (const picture of [
      [0, 0, 0],
      [255, 255, 255],
    ]) {
      const seen = ground.map((each, index) => each * LEAST_GROUND + picture[index]! * (1 - LEAST_GROUND));
      for (const colour of [text, speaker]) expect(contrast(parse(colour), seen)).toBeGreaterThanOrEqual(7);
    }
  });

  it("is solid where that is chosen", () => {
    expect(ground({ colours: "yellow", solid: true })).toBe("rgba(0, 0, 0, 1)");
    expect(ground({ colours: "yellow", solid: false })).toBe("rgba(0, 0, 0, 0.88)");
  });
});

describe("readLook", () => {
  it("takes what is valid and leaves the rest as for somebody new", () => {
    const chosen = {
      size: 200,
      colours: "sunny",
      solid: true,
      position: "top",
      lines: 4,
      announce: "message",
      page: false,
    };
    expect(readLook(JSON.stringify(chosen))).toEqual(chosen);
    expect(readLook(JSON.stringify({ size: 9_000, colours: "mud", position: 1, lines: "2", announce: null }))).toEqual(
      FIRST_LOOK,
    );
    for (const broken of [null, "", "{", "null", "7"]) expect(readLook(broken)).toEqual(FIRST_LOOK);
  });
});
