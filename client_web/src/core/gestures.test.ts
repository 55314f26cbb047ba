import { expect, it } from "vitest";
import { EMOTE_MS, Gestures } from "./gestures";
import { emoteOf, HAND_UP } from "./types";

it("shows an emote for its time, a hand until it is lowered", () => {
  const gestures = new Gestures();
  gestures.emote("clap", 1000);
  gestures.hand = true;
  expect(emoteOf(gestures.bits(1001))).toBe(2);
  expect(gestures.bits(1001) & HAND_UP).toBe(HAND_UP);
  expect(emoteOf(gestures.bits(1000 + EMOTE_MS.clap))).toBe(0);
  expect(gestures.bits(99_999)).toBe(HAND_UP);
  gestures.emote("heart", 2000);
  gestures.interrupt();
  gestures.hand = false;
  expect(gestures.bits(2001)).toBe(0);
});
