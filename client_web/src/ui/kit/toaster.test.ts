import { beforeEach, expect, it, vi } from "vitest";
import { Toaster } from "./toaster.svelte";

let timers: { ms: number; run: () => void; on: boolean }[];
let said: string[];
let toaster: Toaster;

beforeEach(() => {
  timers = [];
  said = [];
  const clock = {
    after: (ms: number, run: () => void) => {
      const timer = { ms, run, on: true };
      timers.push(timer);
      return () => void (timer.on = false);
    },
  };
  toaster = new Toaster(clock, (text) => said.push(text));
});
const due = (): void => timers.filter((timer) => timer.on).forEach((timer) => timer.run());
const texts = (): string[] => toaster.items.map(({ text }) => text);

it("says each message and takes it away after a while, errors only when dismissed", () => {
  toaster.done("Saved.");
  toaster.error("That did not work.");
  expect(said).toEqual(["Saved.", "That did not work."]);
  due();
  expect(texts()).toEqual(["That did not work."]);
  toaster.dismiss(toaster.items[0]!.id);
  expect(texts()).toEqual([]);
});

it("runs the undo once and gives longer for it", () => {
  const undo = vi.fn();
  toaster.done("Moved.", undo);
  expect(timers[0]!.ms).toBeGreaterThan(10_000);
  toaster.act(toaster.items[0]!);
  expect(undo).toHaveBeenCalledOnce();
  expect(texts()).toEqual([]);
});

it("keeps everything while held, and counts anew afterwards", () => {
  toaster.done("Saved.");
  toaster.hold(true);
  due();
  expect(texts()).toEqual(["Saved."]);
  toaster.hold(false);
  due();
  expect(texts()).toEqual([]);
});

it("shows a sentence once and four at most", () => {
  for (const text of ["1", "2", "2", "3", "4", "5"]) toaster.show("info", text);
  expect(texts()).toEqual(["2", "3", "4", "5"]);
});
