import { expect, it } from "vitest";
import type { Session } from "../../net/event.gen";
import { ownSessions } from "./own_sessions";

const session = (start: number, more: Partial<Session>): Session =>
  ({
    title: "T",
    start,
    end: start + 10,
    room: "hall",
    speakers: [],
    chairs: [],
    cancelled: false,
    ...more,
  }) as Session;

const speakers = new Map([
  ["s1", { person: "me" }],
  ["s2", { person: "ben" }],
  ["s3", { person: "" }],
]);

const keys = (sessions: [string, Session][], person = "me", now = 100): string[] =>
  ownSessions({ sessions: new Map(sessions), speakers }, person, now).map(({ key, as }) => `${key} ${as}`);

it("has what one speaks in or chairs and is not over, the next one first", () => {
  expect(
    keys([
      ["late", session(300, { speakers: ["s2", "s1"] })],
      ["on", session(95, { speakers: ["s1"], chairs: ["me"] })],
      ["chaired", session(200, { chairs: ["me"] })],
      ["over", session(90, { speakers: ["s1"] })],
      ["other", session(200, { speakers: ["s2"] })],
      ["off", session(200, { speakers: ["s1"], cancelled: true })],
    ]),
  ).toEqual(["on speaker", "chaired chair", "late speaker"]);
});

it("gives nobody the sessions of speakers without a registration", () => {
  expect(keys([["a", session(200, { speakers: ["s3"] })]], "")).toEqual([]);
});
