import { expect, it } from "vitest";
import { aired, clockText } from "./times";

it("says times as clocks do", () => {
  expect([0, 5_999, 245_000, 3_723_000].map(clockText)).toEqual(["0:00", "0:05", "4:05", "1:02:03"]);
});

it("says how long one is on air, what is left, and what is too much", () => {
  expect(aired(1_000, 61_000, 31_000)).toEqual({ elapsed: "0:30 on air", remaining: "0:30 left", over: false });
  expect(aired(1_000, 61_000, 71_000)).toMatchObject({ remaining: "0:10 over time", over: true });
  expect(aired(1_000, 0, 71_000).remaining).toBe("");
  // A clock that was set back: nobody is on air for less than nothing.
  expect(aired(1_000, 0, 0).elapsed).toBe("0:00 on air");
});
