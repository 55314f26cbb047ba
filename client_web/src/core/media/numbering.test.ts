import { describe, expect, it } from "vitest";
import { Numbering } from "./numbering";

describe("numbering", () => {
  it("begins a group with each key, and has no number before the first", () => {
    const numbers = new Numbering();
    expect(numbers.next(false)).toBeNull();
    expect([true, false, false, true].map((key) => numbers.next(key))).toEqual([
      { group: 0, frame: 0 },
      { group: 0, frame: 1 },
      { group: 0, frame: 2 },
      { group: 1, frame: 0 },
    ]);
  });

  it("makes sound groups of fifty", () => {
    const numbers = new Numbering();
    const groups = Array.from({ length: 120 }, () => numbers.next(numbers.audioKey)!);
    expect(groups.filter(({ frame }) => frame === 0).length).toBe(3);
    expect(groups[49]).toEqual({ group: 0, frame: 49 });
    expect(groups[50]).toEqual({ group: 1, frame: 0 });
  });
});
