import { describe, expect, it } from "vitest";
import { endsWord, expandLast, inLines, Pace, readShortForms, readSpeaker } from "./typing";

describe("short forms", () => {
  const forms = readShortForms("tu = Turia\n ww=for what it is worth \nbad\n= nothing\nx =\ntwo words = no");

  it("reads one a line and leaves out what cannot be read", () => {
    expect([...forms]).toEqual([
      ["tu", "Turia"],
      ["ww", "for what it is worth"],
    ]);
  });

  it.each([
    ["We meet in tu", "We meet in Turia"],
    ["Ww", "For what it is worth"],
    ["(see: tu", "(see: Turia"],
    ["tutor", "tutor"],
    ["", ""],
    ["tu ", "tu "],
  ])("writes out the last word of “%s”", (text, long) => {
    expect(expandLast(text, forms)).toBe(long);
  });

  it("knows what ends a word", () => {
    expect([" ", ".", "?", "\n", "a", "Shift", "-"].map(endsWord)).toEqual([
      true,
      true,
      true,
      true,
      false,
      false,
      false,
    ]);
  });
});

describe("inLines", () => {
  it("leaves short text alone, in one line", () => {
    expect(inLines("  Good\n morning. ")).toEqual(["Good morning."]);
    expect(inLines("  ")).toEqual([]);
  });

  it("breaks at sentences, else at commas, else between words", () => {
    expect(inLines("The river is wide here. And so on it flows to the sea", 30)).toEqual([
      "The river is wide here.",
      "And so on it flows to the sea",
    ]);
    expect(inLines("The river is so very wide, and flows", 30)).toEqual(["The river is so very wide,", "and flows"]);
    expect(inLines("one two three four five six seven eight", 12)).toEqual([
      "one two",
      "three four",
      "five six",
      "seven eight",
    ]);
  });

  it("loses no word and makes no line too long, whatever comes", () => {
    const text = `${"word, ".repeat(60)}${"x".repeat(200)} end.`;
    const lines = inLines(text, 40);
    expect(lines.join("").replace(/ /g, "")).toBe(text.replace(/ /g, ""));
    expect(Math.max(...lines.map((line) => line.length))).toBeLessThanOrEqual(40);
  });
});

describe("readSpeaker", () => {
  const names = ["Ana Pérez", "Ben Okri"];
  it.each([
    ["/ana Good morning", 0, "Good morning"],
    ["/pere Yes", 0, "Yes"],
    ["/2 No", 1, "No"],
    ["/ok", 1, ""],
    ["Either/or", null, "Either/or"],
    ["/nobody says", null, "/nobody says"],
    ["/9 x", null, "/9 x"],
    ["/0 x", null, "/0 x"],
  ])("%s", (text, speaker, rest) => {
    expect(readSpeaker(text, names)).toEqual({ speaker, text: rest });
  });
});

describe("Pace", () => {
  it("counts the words of the last minute", () => {
    const pace = new Pace();
    expect(pace.perMinute(0)).toBe(0);
    for (let second = 0; second <= 60; second += 3) pace.add("one two three four five six seven eight", second * 1_000);
    expect(pace.perMinute(60_000)).toBeGreaterThanOrEqual(160);
    expect(pace.perMinute(60_000)).toBeLessThanOrEqual(170);
    expect(pace.perMinute(200_000)).toBe(0);
  });
});
