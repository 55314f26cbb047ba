import { describe, expect, it } from "vitest";
import {
  type Choices,
  countriesFor,
  type Draft,
  EMPTY,
  fieldOf,
  PALESTINE,
  problems,
  recall,
  remember,
  withCategory,
  withCountry,
} from "./form";

const CHOICES: Choices = {
  categories: [
    ["member_state", "Member State of ITU"],
    ["individual", "Individual"],
    [PALESTINE, "State of Palestine"],
  ],
  scopes: [],
  audiences: [],
  attendances: [],
  countries: [
    { code: "AQ", name: "Antarctica", member: false, takesPart: false },
    { code: "ES", name: "Spain", member: true, takesPart: true },
    { code: "GL", name: "Greenland", member: false, takesPart: true },
    { code: "PS", name: "State of Palestine", member: false, takesPart: true },
  ],
  dated: "2025-10-01",
  source: "test",
};
const GOOD: Draft = {
  ...EMPTY,
  name: "Ana García",
  email: "ana@example.org",
  category: "individual",
  country: "ES",
  contribute: true,
};
const codes = (category: string): string[] => countriesFor(category, CHOICES).map(({ value }) => value);

describe("what is missing", () => {
  it("is nothing for a whole form", () => expect(problems(GOOD, CHOICES, true)).toEqual({}));

  it("is said for each field of an empty form at once", () => {
    expect(Object.keys(problems(EMPTY, CHOICES, false)).sort()).toEqual(["category", "email", "name", "privacy"]);
  });

  it.each([
    [{ name: " .. " }, "name"],
    [{ name: "x".repeat(49) }, "name"],
    [{ email: "ana@" }, "email"],
    [{ email: "ana@example" }, "email"],
    [{ email: "ana b@example.org" }, "email"],
    [{ country: "" }, "country"],
    [{ country: "AQ" }, "country"],
    [{ contribute: false }, "contribute"],
    [{ affiliation: "x".repeat(81) }, "affiliation"],
    [{ category: "member_state", country: "GL", contribute: false }, "country"],
  ])("%j", (change, field) => {
    expect(Object.keys(problems({ ...GOOD, ...change }, CHOICES, true))).toEqual([field]);
  });

  it("counts characters as people do", () => {
    expect(problems({ ...GOOD, name: "👩‍🚀a" }, CHOICES, true)).toEqual({});
  });
});

describe("category and country", () => {
  it("offers Member States, and in other categories everybody who takes part", () => {
    expect(codes("member_state")).toEqual(["ES", "PS"]);
    expect(codes("individual")).toEqual(["ES", "GL", "PS"]);
    expect(codes("academia")).toEqual(["AQ", "ES", "GL", "PS"]);
  });

  it("calls the State of Palestine by its name, and leads from the Member States to its own entry", () => {
    expect(countriesFor("member_state", CHOICES).at(-1)).toMatchObject({ label: "State of Palestine" });
    const draft = withCountry({ ...GOOD, category: "member_state", contribute: false }, "PS");
    expect(draft).toMatchObject({ category: PALESTINE, country: "PS" });
    expect(problems(draft, CHOICES, true)).toEqual({});
    expect(withCountry(GOOD, "PS")).toMatchObject({ category: "individual", country: "PS" });
  });

  it("forgets what does not belong to the new category, and keeps the rest", () => {
    expect(withCategory(GOOD, "academia")).toMatchObject({ country: "ES", contribute: false, name: "Ana García" });
    expect(withCategory(withCategory(GOOD, PALESTINE), "member_state").country).toBe("");
  });
});

it("finds the field of a refusal", () => {
  expect(["name_too_long", "address_bad", "not_a_member", "consent_stale", "registration_closed"].map(fieldOf)).toEqual(
    ["name", "email", "country", "privacy", null],
  );
});

describe("what was typed", () => {
  const shelf = (kept: string | null = null) => ({
    getItem: () => kept,
    setItem: (_: string, text: string) => void (kept = text),
  });
  it("is there after a reload", () => {
    const storage = shelf();
    remember(storage, GOOD);
    expect(recall(storage)).toEqual(GOOD);
  });
  it.each(["", "{", "null", "[1]", '{"name":5,"evil":"x","contribute":"yes"}'])("survives %j", (kept) => {
    expect(recall(shelf(kept))).toEqual(EMPTY);
  });
});
