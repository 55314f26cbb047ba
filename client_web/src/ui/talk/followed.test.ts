import { expect, it } from "vitest";
import type { SessionRun } from "../../net/event.gen";
import { followed } from "./followed";

const run = (phase: SessionRun["phase"], since: number, live_at = since): SessionRun => ({
  phase,
  since,
  live_at,
  start: 0,
  shift_ms: 0,
  by_timetable: false,
});

it("follows what is on, whatever was there before", () => {
  const over = run("ended", 9);
  for (const phase of ["open", "live", "paused"] as const)
    expect(
      followed(
        new Map([
          ["a", over],
          ["b", run(phase, 5)],
          ["c", over],
        ]),
      ),
    ).toEqual({ session: "b", runs: true });
});

it("stays with what was live last, and with nothing that never was", () => {
  const runs = new Map([
    ["a", run("ended", 3)],
    ["b", run("ended", 5)],
    ["passed", run("ended", 9, 0)],
    ["cancelled", run("cancelled", 9)],
  ]);
  expect(followed(runs)).toEqual({ session: "b", runs: false });
  expect(followed(new Map([["passed", run("ended", 9, 0)]]))).toEqual({ session: "", runs: false });
});
