import { describe, expect, it } from "vitest";
import { EMOTE_SHIFT, EMOTES, HAND_UP, SEATED, STANDING, WALKING } from "../../core/types";
import { SMALL_VENUE } from "../testing/small_venue";
import { doingText, planDoors, planTransform, seatsPath } from "./flat";

describe("what people do, in words", () => {
  it("says what the picture shows", () => {
    expect(doingText(STANDING)).toBe("");
    expect(doingText(WALKING)).toBe("walking");
    expect(doingText(SEATED | HAND_UP)).toBe("seated, hand up");
  });

  it("has a word for every gesture", () => {
    EMOTES.forEach((emote, i) => {
      const text = doingText(STANDING | ((i + 1) << EMOTE_SHIFT));
      expect({ emote, text }).not.toEqual({ emote, text: "" });
      expect(text).not.toContain("_");
    });
  });
});

describe("the plan", () => {
  it("draws doors of the storey along their wall, closed ones marked", () => {
    const [door, ...rest] = planDoors(SMALL_VENUE, 0, new Set([0]));
    expect(rest).toEqual([]);
    expect(door).toEqual({ index: 0, closed: true, path: "M4.00 10.00L6.00 10.00" });
    expect(planDoors(SMALL_VENUE, 1, new Set())).toEqual([]);
  });

  it("draws the seats of the storey", () => {
    expect(seatsPath(SMALL_VENUE, 0)).toBe("M5.00 4.00h0M5.00 2.00h0M9.00 9.00h0");
    expect(seatsPath(SMALL_VENUE, 1)).toBe("M5.00 5.00h0");
  });

  it("lies over the rooms of the map", () => {
    const view = { width: 100, height: 50, scale: 2, cx: 3, cz: 4, turned: false };
    expect(planTransform(view)).toBe("translate(50 25) rotate(0) scale(2) translate(-3 -4)");
  });
});
