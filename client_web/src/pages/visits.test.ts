import { expect, it } from "vitest";
import { isNew, visit } from "./visits";

function shelf(kept: string | null = null): {
  getItem: () => string | null;
  setItem: (_: string, text: string) => void;
} {
  return { getItem: () => kept, setItem: (_, text) => void (kept = text) };
}
const HOUR = 3_600_000;

it("marks nothing on the first visit, and what changed since on the next", () => {
  const storage = shelf();
  expect(visit(storage, 10 * HOUR)).toBe(0);
  expect(visit(storage, 10 * HOUR + 60_000)).toBe(0);
  const before = visit(storage, 20 * HOUR);
  expect(before).toBe(10 * HOUR + 60_000);
  expect(visit(storage, 20 * HOUR + 60_000)).toBe(before);
  expect(isNew(15 * HOUR, before)).toBe(true);
  expect(isNew(9 * HOUR, before)).toBe(false);
  expect(isNew(9 * HOUR, 0)).toBe(false);
});

it.each(["", "null", "{", '{"latest":"x"}', '{"latest":-5,"before":null}', "[]"])("survives %j", (kept) => {
  expect(visit(shelf(kept), 5 * HOUR)).toBe(0);
});

it("works without storage", () => {
  expect(visit(null, HOUR)).toBe(0);
});
