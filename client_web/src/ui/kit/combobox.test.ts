import { expect, it } from "vitest";
import { found, plain } from "./combobox";

const COUNTRIES = [
  { value: "CI", label: "Côte d'Ivoire", words: "Ivory Coast CIV" },
  { value: "ES", label: "Spain", words: "ESP" },
  { value: "PS", label: "State of Palestine", words: "PSE" },
  { value: "GB", label: "United Kingdom", words: "Great Britain" },
  { value: "PK", label: "Pakistan" },
];
const labels = (text: string): string[] => found(COUNTRIES, text).map(({ value }) => value);

it("finds without accents and punctuation", () => {
  expect(plain("  Côte  d'Ivoire ")).toBe("cote d ivoire");
  expect(labels("cote d'iv")).toEqual(["CI"]);
});

it("puts the beginning of the name before beginnings of words, other names and middles", () => {
  expect(labels("pa")).toEqual(["PK", "PS", "ES"]);
  expect(labels("king")).toEqual(["GB"]);
  expect(labels("ivory")).toEqual(["CI"]);
});

it("shows all for nothing, and nothing for what fits none", () => {
  expect(labels(" ")).toHaveLength(5);
  expect(labels("zzz")).toEqual([]);
});
