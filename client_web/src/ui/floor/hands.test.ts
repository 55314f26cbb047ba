import { describe, expect, it } from "vitest";
import { handsText, holds, inOrder, newHands, upFor } from "./hands";

const hand = (since: number, name: string, session = "talk") => ({ session, since, name });

describe("raised hands", () => {
  it("are those of the session, first raised first", () => {
    const hands = new Map([
      ["b", hand(200, "Ben")],
      ["a", hand(100, "Ana")],
      ["c", hand(50, "Cem", "other")],
      ["d", hand(200, "")],
    ]);
    expect(inOrder(hands, "talk").map(({ name }) => name)).toEqual(["Ana", "Ben", "Somebody"]);
    expect(inOrder(hands, "")).toEqual([]);
  });

  it("say for how long they are up", () => {
    expect(upFor(0, 59_000)).toBe("just now");
    expect(upFor(0, 240_000)).toMatch(/^for 4/);
    expect([handsText(1), handsText(2)]).toEqual(["1 hand up", "2 hands up"]);
  });

  it("are told when they go up, not when they go down", () => {
    const now = inOrder(
      new Map([
        ["a", hand(1, "Ana")],
        ["b", hand(2, "Ben")],
      ]),
      "talk",
    );
    expect(newHands(new Set(), now)).toBe("Ana and Ben raised the hand: 2 hands up.");
    expect(newHands(new Set(["a"]), now)).toBe("Ben raised the hand: 2 hands up.");
    expect(newHands(new Set(["a", "b", "c"]), now)).toBe("");
    const many = ["a", "b", "c"].map((person, since) => ({ person, name: person, since }));
    expect(newHands(new Set(), many)).toBe("3 people raised the hand: 3 hands up.");
  });
});

it("a microphone is had until its time, in its session", () => {
  const grant = { session: "talk", since: 0, until: 100, by: "", name: "Ana", recorded: false };
  expect(holds(grant, "talk", 99)).toBe(true);
  expect(holds(grant, "talk", 100)).toBe(false);
  expect(holds({ ...grant, until: 0 }, "talk", 100)).toBe(true);
  expect(holds(grant, "other", 1)).toBe(false);
  expect(holds(null, "talk", 1)).toBe(false);
});
