import { beforeEach, describe, expect, it } from "vitest";
import type { Caption } from "../../net/event.gen";
import { Announcer } from "./announcing";
import type { Announce } from "./look";

describe("Announcer", () => {
  let announcer: Announcer;
  let lines: [string, Caption][];
  const say = (text: string, speaker = "Ana"): void =>
    void lines.push([`c${lines.length}`, { text, speaker } as Caption]);
  let session: string;
  const take = (how: Announce, now = 0): string[] => announcer.take(session, lines, how, now);

  beforeEach(() => {
    [announcer, lines, session] = [new Announcer(), [], "talk"];
    say("Long ago.");
    take("line");
  });

  it("says each line, and who speaks when that changes; nothing of what was there before", () => {
    say("Good morning,");
    say("dear guests.");
    say("Thank you", "Ben");
    expect(take("line")).toEqual(["Ana: Good morning,", "dear guests.", "Ben: Thank you"]);
    expect(take("line")).toEqual([]);
  });

  it("says nothing of what comes with the session's lines, however late they come, or of another one", () => {
    [announcer, lines, session] = [new Announcer(), [], ""];
    expect(take("line")).toEqual([]);
    session = "talk";
    say("Said before I came.");
    expect(take("line")).toEqual([]);
    say("Said now.");
    expect(take("line")).toEqual(["Ana: Said now."]);
    session = "next";
    say("The first of the next session.");
    expect(take("line")).toEqual([]);
  });

  it("waits for the end of a message: a full stop, another speaker, or silence", () => {
    say("Good morning,");
    expect(take("message", 0)).toEqual([]);
    say("dear guests.");
    expect(take("message", 500)).toEqual(["Ana: Good morning, dear guests."]);
    say("I would like");
    expect(take("message", 1_000)).toEqual([]);
    say("Yes?", "Ben");
    expect(take("message", 1_500)).toEqual(["I would like", "Ben: Yes?"]);
    say("well", "Ben");
    expect(take("message", 2_000)).toEqual([]);
    expect(take("message", 4_999)).toEqual([]);
    expect(take("message", 5_000)).toEqual(["well"]);
  });

  it("says nothing where that is wished, and does not make up for it later", () => {
    say("Nothing.");
    expect(take("off")).toEqual([]);
    say("Something.");
    expect(take("line")).toEqual(["Ana: Something."]);
  });
});
