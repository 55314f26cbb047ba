import { describe, expect, it } from "vitest";
import { HAIR, HEADWEAR, SKIN, TOP } from "../../../src/core/look";
import { HAIRS } from "../../../src/render/avatar/hair";
import { HEADWEARS } from "../../../src/render/avatar/headwear";
import { figureOf, linear } from "../../../src/render/avatar/palette";
import { TOPS } from "../../../src/render/avatar/tops";

const index = (list: readonly { id: string }[], id: string): number => list.findIndex((choice) => choice.id === id);

describe("linear", () => {
  it("keeps black and white and darkens the middle as sRGB says", () => {
    expect(linear("#000000")).toEqual([0, 0, 0]);
    expect(linear("#ffffff")[1]).toBeCloseTo(1, 6);
    expect(linear("#808080")[2]).toBeCloseTo(0.2158, 3);
  });
});

describe("figureOf", () => {
  it("knows geometry for every choice that has some", () => {
    for (const top of TOP) expect(TOPS).toHaveProperty(top.id);
    for (const hair of HAIR) if (hair.id !== "none") expect(HAIRS).toHaveProperty(hair.id);
    for (const worn of HEADWEAR) if (worn.id !== "none") expect(HEADWEARS).toHaveProperty(worn.id);
  });

  it("puts nothing under something that hides it: every combination of hair and headwear exists", () => {
    for (let hair = 0; hair < HAIR.length; hair++) {
      for (let worn = 0; worn < HEADWEAR.length; worn++) {
        const figure = figureOf([0, hair, 0, 0, 0, 0, worn, 0]);
        if (figure.hair !== "none") expect(HAIRS).toHaveProperty(figure.hair);
        if (["headscarf", "turban"].includes(figure.headwear)) expect(figure.hair).toBe("none");
        if (figure.headwear === "none" || figure.headwear === "glasses") expect(figure.hair).toBe(HAIR[hair]!.id);
      }
    }
  });

  it("gives the chosen skin and takes any numbers", () => {
    const figure = figureOf([4, 0, 0, 0, 0, 0, 0, 0]);
    const skin = linear(SKIN[4]!.colour!);
    for (let c = 0; c < 3; c++) expect(figure.colours[c]).toBeCloseTo(skin[c]!, 6);
    expect(figureOf([200, 201, 202, 203, 204, 205, 206, 207]).colours.every(Number.isFinite)).toBe(true);
  });

  it("has a wheelchair user among the builds", () => {
    expect(figureOf([0, 0, 0, 0, 0, 0, 0, 5]).wheelchair).toBe(true);
    expect(index(HEADWEAR, "none")).toBe(0);
  });
});
