import { describe, expect, it } from "vitest";
import { Tags } from "./tags";

describe("tags", () => {
  it("belong to what comes out in order, whatever time it says", () => {
    const tags = new Tags<{ time: number }>();
    for (const time of [0, 20, 1_500]) tags.push({ time });
    expect([0, 20, 40].map((time) => tags.take(time)?.time)).toEqual([0, 20, 1_500]);
    expect(tags.take(60)).toBeUndefined();
  });

  it("find their packet again when one was swallowed", () => {
    const tags = new Tags<{ time: number }>();
    for (const time of [0, 20, 40]) tags.push({ time });
    expect(tags.take(20)?.time).toBe(20);
    expect(tags.take(40)?.time).toBe(40);
    tags.push({ time: 60 });
    tags.clear();
    expect(tags.take(60)).toBeUndefined();
  });
});
