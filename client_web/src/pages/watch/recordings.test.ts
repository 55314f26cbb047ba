import { expect, it } from "vitest";
import { fileTitle, lastBegun, position, search, type Cue } from "./recordings";

const cue = (start: number, text: string, speaker = ""): Cue => ({ start, end: start + 1_000, text, speaker });
const CUES = [cue(0, "Good morning, València."), cue(2_000, "The river was moved.", "Ana"), cue(4_000, "Why?", "Ben")];

it("finds what is on at a moment", () => {
  const begins = [0, 2_000, 2_000, 5_000];
  expect([-1, 0, 1_999, 2_000, 4_999, 9_000].map((at) => lastBegun(begins, at))).toEqual([-1, 0, 0, 2, 2, 3]);
  expect(lastBegun([], 5)).toBe(-1);
});

it.each([
  ["", 3],
  ["valencia", 1],
  ["MOVED river", 1],
  ["ana", 1],
  ["river why", 0],
])("searches for %s", (wanted, found) => {
  expect(search(CUES, wanted)).toHaveLength(found);
});

it("tells times as people do", () => {
  expect([0, 61_500, 3_600_000 + 125_000].map(position)).toEqual(["0:00", "1:01", "1:02:05"]);
});

it("names files by what they are and who is in them", () => {
  const file = { address: "", mime: "", bytes: 1, people: ["Ana", "Ben"] };
  expect(fileTitle({ ...file, kind: "main" })).toBe("Picture and sound");
  expect(fileTitle({ ...file, kind: "sound" })).toBe("More sound (Ana, Ben)");
});
