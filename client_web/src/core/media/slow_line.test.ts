import { expect, it } from "vitest";
import { SlowLine } from "./slow_line";

/** Seconds until better pictures are tried again, after drops at `at`. */
function waits(line: SlowLine, at: number): number {
  line.dropped(at);
  for (let now = at; now < at + 300_000; now += 1_000) if (line.tick(now)) return (now - at) / 1_000;
  return Infinity;
}

it("is slow from the first drop until there was none for a while", () => {
  const line = new SlowLine();
  expect(line.slow).toBe(false);
  expect(line.dropped(0)).toBe(true);
  expect(line.dropped(10_000)).toBe(false);
  expect(line.tick(25_000)).toBe(false);
  expect(line.slow).toBe(true);
  expect(line.tick(25_001)).toBe(true);
  expect(line.slow).toBe(false);
  expect(line.tick(60_000)).toBe(false);
});

it("waits longer each time that trying again was in vain, and not when it went well", () => {
  const line = new SlowLine();
  let now = 0;
  const found: number[] = [];
  for (let i = 0; i < 6; i++) {
    const seconds = waits(line, now);
    found.push(seconds);
    now += seconds * 1_000 + 2_000;
  }
  expect(found).toEqual([16, 31, 61, 121, 121, 121]);
  expect(waits(line, now + 60_000)).toBe(16);
});
