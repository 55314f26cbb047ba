import { expect, it } from "vitest";
import { airRule } from "./rules";

const LIVE = { phase: "live", rule: "timetable", called: false, directs: false } as const;

it("lets speakers go on air as soon as the session is live", () => {
  expect(airRule(LIVE)).toEqual({ may: true, why: "" });
  for (const phase of ["planned", "open", "paused", "ended", ""])
    expect(airRule({ ...LIVE, phase })).toEqual({ may: false, why: expect.stringMatching(/session/) as string });
});

it("waits for the chair's call where that is the rule, but not for the chair", () => {
  expect(airRule({ ...LIVE, rule: "chair" })).toMatchObject({ may: false });
  expect(airRule({ ...LIVE, rule: "chair", called: true }).may).toBe(true);
  expect(airRule({ ...LIVE, rule: "chair", directs: true }).may).toBe(true);
});
