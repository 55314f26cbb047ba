import { describe, expect, it } from "vitest";
import { cleanText, directionOf, fitText, graphemes } from "../../../src/render/tags/text";

const perGrapheme = (text: string): number => graphemes(text).length * 10;

describe("cleanText", () => {
  it("drops marks that could turn a name round, and control characters", () => {
    expect(cleanText("Ana\u202Egnp.exe\u0007")).toBe("Anagnp.exe");
    expect(cleanText("\u2067  José \n García \u2069")).toBe("José García");
  });

  it("keeps emoji and the joiners inside them", () => {
    expect(cleanText("Ana 👩‍🔬")).toBe("Ana 👩‍🔬");
  });
});

describe("directionOf", () => {
  it("follows the first letter", () => {
    expect(directionOf("محمد")).toBe("rtl");
    expect(directionOf("דנה Levi")).toBe("rtl");
    expect(directionOf("123 Ana دبي")).toBe("ltr");
    expect(directionOf("🌊")).toBe("ltr");
  });
});

describe("fitText", () => {
  it("leaves what fits", () => {
    expect(fitText("Ana", 100, perGrapheme)).toBe("Ana");
  });

  it("cuts between characters as a reader sees them, with an ellipsis", () => {
    expect(fitText("👩‍🔬👩‍🔬👩‍🔬👩‍🔬", 30, perGrapheme)).toBe("👩‍🔬👩‍🔬…");
    expect(fitText("Ana Maria", 50, perGrapheme)).toBe("Ana…");
  });

  it("fits even a name of ten thousand characters", () => {
    expect(perGrapheme(fitText("x".repeat(10_000), 200, perGrapheme))).toBeLessThanOrEqual(200);
  });
});
