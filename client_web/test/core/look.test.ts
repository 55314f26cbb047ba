import { describe, expect, it } from "vitest";
import { LOOK_CHOICES, LOOK_FIELDS, LOOK_LABELS, LOOK_SIZES, lookFromSeed, normaliseLook } from "../../src/core/look";

describe("choices of a look", () => {
  it("have an id and words each, no two the same within a field", () => {
    for (const field of LOOK_FIELDS) {
      const choices = LOOK_CHOICES[field];
      expect(LOOK_LABELS[field].length).toBeGreaterThan(0);
      expect(choices.length).toBeGreaterThan(1);
      expect(choices.length).toBeLessThanOrEqual(256);
      expect(new Set(choices.map((choice) => choice.id)).size).toBe(choices.length);
      expect(new Set(choices.map((choice) => choice.label)).size).toBe(choices.length);
    }
  });

  it("have a swatch where they are colours", () => {
    for (const field of ["skin", "hair_colour", "top_colour", "bottom_colour"] as const) {
      for (const choice of LOOK_CHOICES[field]) expect(choice.colour).toMatch(/^#[0-9a-f]{6}$/);
    }
  });
});

describe("normaliseLook", () => {
  it("takes unknown indices modulo the palette", () => {
    expect(normaliseLook([255, 255, 255, 255, 255, 255, 255, 255])).toEqual(LOOK_SIZES.map((size) => 255 % size));
  });

  it("fills what is missing or no number with the first choice", () => {
    expect(normaliseLook([])).toEqual([0, 0, 0, 0, 0, 0, 0, 0]);
    expect(normaliseLook([NaN, -1, 1.9])).toEqual([0, LOOK_SIZES[1]! - 1, 1, 0, 0, 0, 0, 0]);
  });
});

describe("lookFromSeed", () => {
  it("is valid and the same for the same seed", () => {
    for (let seed = 0; seed < 300; seed++) {
      const look = lookFromSeed(seed);
      expect(normaliseLook(look)).toEqual(look);
      expect(lookFromSeed(seed)).toEqual(look);
    }
  });

  it("gives a crowd that differs: every skin tone and every kind of clothes appears", () => {
    const looks = Array.from({ length: 400 }, (_, seed) => lookFromSeed(seed));
    for (const field of [0, 1, 3, 4, 6, 7]) {
      expect(new Set(looks.map((look) => look[field])).size).toBe(LOOK_SIZES[field]);
    }
  });
});
