import { expect, it } from "vitest";
import { isAfter, nextSeq } from "./sequence";

it("counts round the circle", () => {
  expect(nextSeq(65535)).toBe(0);
  expect(isAfter(0, 65535)).toBe(true);
  expect(isAfter(65535, 0)).toBe(false);
  expect(isAfter(5, 5)).toBe(false);
});
