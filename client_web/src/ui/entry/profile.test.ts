import { describe, expect, it } from "vitest";
import { LOOK_SIZES } from "../../core/look";
import { affiliationProblem, describeLook, nameProblem, randomLook, tidy } from "./profile";

describe("a name", () => {
  it.each(["Ana", "محمد", "李雷", "Zoë 🦊", "<b>Bob</b>", "O'Neill", "R2"])("%s is taken", (name) =>
    expect(nameProblem(name)).toBeUndefined(),
  );

  it.each(["", "   ", "\t\n", "🦊", "---", "\u200b"])("%j is refused with a sentence", (name) =>
    expect(nameProblem(name)).toMatch(/\.$|others/),
  );

  it("is counted in characters, not in code units", () => {
    expect(nameProblem(`A${"🦊".repeat(47)}`)).toBeUndefined();
    expect(nameProblem(`A${"🦊".repeat(48)}`)).toContain("has 49");
    expect(nameProblem("x".repeat(10_000))).toContain("at most 48");
  });

  it("is tidied to one line", () => expect(tidy("  Ana\r\n\tde  la \u2028 Cruz\u0000 ")).toBe("Ana de la Cruz"));
});

it("an affiliation may be empty but not too long", () => {
  expect(affiliationProblem("")).toBeUndefined();
  expect(affiliationProblem("x".repeat(81))).toContain("at most 80");
});

it("random looks are valid, and looks can be said in words", () => {
  for (let i = 0; i < 50; i++) randomLook().forEach((value, field) => expect(value).toBeLessThan(LOOK_SIZES[field]!));
  expect(describeLook([0, 0, 0, 0, 0, 0, 0, 0])).toContain("Hair: Short");
});
