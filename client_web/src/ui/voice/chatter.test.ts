import { expect, it } from "vitest";
import { Chatter, speakText } from "./chatter";

const people = (...names: string[]): Map<string, string> => new Map(names.map((name) => [name.toLowerCase(), name]));

it("names who begins to speak, seldom, and nobody again for minutes", () => {
  const chatter = new Chatter();
  expect(chatter.heard(0, people("Ana"))).toBe("Ana speaks.");
  expect(chatter.heard(5_000, people("Ana", "Ben"))).toBe("");
  expect(chatter.heard(13_000, people("Ana", "Ben"))).toBe("Ben speaks.");
  expect(chatter.heard(60_000, people("Ana", "Ben"))).toBe("");
  expect(chatter.heard(200_000, people("Ana", "Ben"))).toBe("Ana and Ben speak.");
  expect(chatter.heard(300_000, people())).toBe("");
});

it("counts a crowd", () => {
  expect(speakText([])).toBe("");
  expect(speakText(["A", "B", "C", "D"])).toBe("A, B and 2 more speak.");
});
