import { expect, it } from "vitest";
import { ManualClock } from "../core/clock";
import { Newest } from "./newest";

it("sends the first at once, then the newest every so often, and the last one surely", () => {
  const clock = new ManualClock();
  const sent: number[] = [];
  const newest = new Newest<number>({
    clock,
    everyMs: 66,
    connected: () => true,
    send: (value) => Promise.resolve(sent.push(value)),
  });
  for (let value = 0; value < 100; value++) {
    newest.write(value);
    clock.advance(10);
  }
  clock.advance(100);
  expect(sent[0]).toBe(0);
  expect(sent.at(-1)).toBe(99);
  expect(sent.length).toBeGreaterThan(12);
  expect(sent.length).toBeLessThanOrEqual(17);
});
