import { expect, it } from "vitest";
import { MOVES, type RecordingState, STANDINGS } from "./moves";

it.each<[RecordingState, readonly string[]]>([
  ["off", ["recording.arm"]],
  ["armed", ["recording.disarm"]],
  ["recording", ["recording.pause", "recording.stop"]],
  ["paused", ["recording.resume", "recording.stop"]],
  ["processing", []],
  ["ready", ["recording.arm"]],
  ["failed", ["recording.arm"]],
  ["deleted", ["recording.arm"]],
])("offers for %s what the server's table has", (state, commands) => {
  expect(MOVES[state].map(({ command }) => command)).toEqual(commands);
});

it("tells everybody while something is recorded, or is about to be", () => {
  const told = Object.entries(STANDINGS).filter(([, { notice }]) => notice !== "");
  expect(told.map(([state]) => state)).toEqual(["armed", "recording", "paused"]);
});
