import { describe, expect, it } from "vitest";
import type { Caption } from "../../net/event.gen";
import { Interims, inOrder, shownLines, withNames } from "./shown";

const line = (text: string, at: number, more: Partial<Caption> = {}): Caption => ({
  session: "talk",
  text,
  at,
  end_at: at,
  speaker: "Ana",
  person: "",
  by: "carl",
  source: "human",
  edited: false,
  ...more,
});
const lines = (...all: Caption[]): Map<string, Caption> => new Map(all.map((each, index) => [`c${index}`, each]));

describe("shownLines", () => {
  it("shows the newest, as they were said, until nothing was said for a while", () => {
    const said = lines(line("Two", 2_000), line("One", 1_000), line("Three", 3_000, { end_at: 4_000 }));
    expect(shownLines(said, [], 5_000, 2).map(({ text }) => text)).toEqual(["Two", "Three"]);
    expect(shownLines(said, [], 12_000, 2)).toHaveLength(2);
    expect(shownLines(said, [], 12_001, 2)).toEqual([]);
    expect(inOrder(said).map(([key]) => key)).toEqual(["c1", "c0", "c2"]);
  });

  it("puts what is being written at the end", () => {
    const interim = { room: "hall", session: "talk", text: "And n", speaker: "Ben" };
    expect(shownLines(lines(line("One", 1_000)), [interim], 90_000, 2)).toEqual([
      { key: "c0", speaker: "Ana", text: "One", interim: false },
      { key: "interim human", speaker: "Ben", text: "And n", interim: true },
    ]);
  });
});

describe("Interims", () => {
  const interim = (text: string, source: "human" | "recogniser" = "human") =>
    ({ room: "hall", session: "talk", text, source }) as const;

  it("holds the newest text of each source until its line is there", () => {
    const interims = new Interims();
    const before = lines(line("One", 1_000));
    interims.hear(interim("Tw"), before, 2_000);
    interims.hear(interim("Two m"), before, 2_100);
    interims.hear(interim("to more", "recogniser"), before, 2_100);
    expect(interims.current(before, 2_200).map(({ text }) => text)).toEqual(["Two m", "to more"]);
    const after = lines(line("One", 1_000), line("Two more", 2_000));
    expect(interims.current(after, 2_300).map(({ text }) => text)).toEqual(["to more"]);
    interims.hear(interim("Two mo"), after, 2_400);
    expect(
      interims.current(after, 2_400).map(({ text }) => text),
      "told after its own line",
    ).toEqual(["to more"]);
  });

  it("goes when it is taken away, or when nothing more comes", () => {
    const interims = new Interims();
    interims.hear(interim("Gone"), lines(), 0);
    expect(interims.current(lines(), 8_000)).toHaveLength(1);
    expect(interims.current(lines(), 8_001)).toEqual([]);
    interims.hear(interim("Gone"), lines(), 9_000);
    interims.hear(interim(" "), lines(), 9_000);
    expect(interims.current(lines(), 9_000)).toEqual([]);
  });
});

it("names a speaker once, until somebody else speaks", () => {
  const named = withNames([
    { speaker: "Ana" },
    { speaker: "Ana" },
    { speaker: "" },
    { speaker: "Ana" },
    { speaker: "Ben" },
  ]);
  expect(named.map(({ named }) => named)).toEqual([true, false, false, true, true]);
});
