import { expect, it } from "vitest";
import { takers } from "./people";

const row = (person: string, room: string, affiliation = "") => ({
  person,
  name: person.toUpperCase(),
  room,
  affiliation,
});

it("lists hands first, then people in the room, then others, each once and nobody who has it", () => {
  const hands = [
    { person: "z", name: "Zoe", since: 1 },
    { person: "y", name: "Yan", since: 2 },
  ];
  const rows = [
    row("far", "lab"),
    row("near", "hall", "City of Basel"),
    row("z", "hall"),
    row("has", "hall"),
    row("", "hall"),
  ];
  expect(takers(hands, rows, "hall", (person) => person === "has")).toEqual([
    { value: "z", label: "Zoe", note: "Hand up" },
    { value: "y", label: "Yan", note: "Hand up" },
    { value: "near", label: "NEAR", words: "City of Basel", note: "City of Basel" },
    { value: "far", label: "FAR", words: "", note: "not in this room" },
  ]);
});
