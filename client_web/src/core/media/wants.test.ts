import { describe, expect, it } from "vitest";
import { type Offered, sameWants, type Situation, wantsOf } from "./wants";

const track = (number: number, source: string, more: Partial<Offered> = {}): Offered => ({
  track: number,
  person: "p1",
  source,
  media: source === "microphone" ? "audio" : "video",
  codec: source === "microphone" ? "opus" : "vp8",
  width: 1280,
  quality: 0,
  layers: 2,
  own: false,
  ...more,
});

const OFFERED = [
  track(1, "camera"),
  track(2, "camera", { quality: 1, width: 320 }),
  track(3, "microphone"),
  track(4, "screen"),
];

const situation = (more: Partial<Situation>): Situation => ({
  shown: new Map(),
  pinned: null,
  lowBandwidth: false,
  hidden: false,
  audio: true,
  video: () => true,
  slow: false,
  ...more,
});

const shown = new Map([
  ["p1/camera", 1280],
  ["p1/screen", 1920],
]);

describe("wants", () => {
  it("take all sound and no picture that nobody looks at", () => {
    expect(wantsOf(OFFERED, situation({}))).toEqual([[3, 3]]);
  });

  it("take the quality that the place needs, the largest first", () => {
    expect(wantsOf(OFFERED, situation({ shown }))).toEqual([
      [3, 3],
      [4, 3],
      [1, 3],
    ]);
    expect(wantsOf(OFFERED, situation({ shown: new Map([["p1/camera", 240]]) }))).toEqual([
      [3, 3],
      [2, 3],
    ]);
  });

  it("leave pictures out on 250 kbit/s and in the background, but not the pinned one on a thin line", () => {
    expect(wantsOf(OFFERED, situation({ shown, lowBandwidth: true }))).toEqual([[3, 3]]);
    expect(wantsOf(OFFERED, situation({ shown, lowBandwidth: true, pinned: "p1/camera" }))).toEqual([
      [3, 3],
      [2, 3],
    ]);
    expect(wantsOf(OFFERED, situation({ shown, hidden: true, pinned: "p1/camera" }))).toEqual([[3, 3]]);
  });

  it("ask a slow line for less", () => {
    expect(wantsOf(OFFERED, situation({ shown, slow: true }))).toEqual([
      [3, 3],
      [4, 0],
      [2, 0],
    ]);
  });

  it("never ask for one's own, nor for what cannot be decoded", () => {
    const own = OFFERED.map((each) => ({ ...each, own: true }));
    expect(wantsOf(own, situation({ shown }))).toEqual([]);
    expect(wantsOf(OFFERED, situation({ shown, video: () => false }))).toEqual([[3, 3]]);
    expect(wantsOf(OFFERED, situation({ shown, audio: false, video: () => false }))).toEqual([]);
  });

  it("give up pictures rather than sound when there are too many", () => {
    const many = Array.from({ length: 80 }, (_, i) => track(i, i < 60 ? "microphone" : "camera", { person: `p${i}` }));
    const wants = wantsOf(many, situation({ shown: new Map(many.map(({ person }) => [`${person}/camera`, 600])) }));
    expect(wants.length).toBe(64);
    expect(wants.filter(([number]) => number < 60).length).toBe(60);
  });

  it("can be compared", () => {
    expect(sameWants([[1, 3]], [[1, 3]])).toBe(true);
    expect(sameWants([[1, 3]], [[1, 0]])).toBe(false);
    expect(sameWants([[1, 3]], [])).toBe(false);
  });
});
