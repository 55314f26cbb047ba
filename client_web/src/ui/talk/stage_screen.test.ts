// @vitest-environment happy-dom
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { FrameSink, MediaPicture, MediaSession } from "../../media/api";
import { canvasWidth, type Composition, NOTHING_ON, StageScreen } from "./stage_screen";
import { lastLines } from "../captions/strip";
import { tilesOf } from "./layout";

const ANA: MediaPicture = {
  id: "ana/camera",
  person: "ana",
  name: "Ana",
  source: "camera",
  room: "plenary",
  session: "s",
  tracks: [],
  own: false,
};
const FRAME = { displayWidth: 1280, displayHeight: 720 } as VideoFrame;

/** A drawing surface that remembers what was called on it. */
function surface(): { calls: unknown[][]; context: object } {
  const calls: unknown[][] = [];
  const context = new Proxy(
    { measureText: (text: string) => ({ width: text.length * 10 }) },
    {
      get: (known: Record<string, unknown>, name: string) =>
        known[name] ?? ((...args: unknown[]) => void calls.push([name, ...args])),
      set: () => true,
    },
  );
  return { calls, context };
}

let drawn: unknown[][];
let sinks: Map<string, { sink: FrameSink; width: number }>;
let now: number;
const media = {
  onFrame: (picture: MediaPicture, sink: FrameSink, { width = 0 } = {}) => {
    sinks.set(picture.id, { sink, width });
    return () => void sinks.delete(picture.id);
  },
} as unknown as MediaSession;

const onAir = (more: Partial<Composition> = {}): Composition => ({
  ...NOTHING_ON,
  tiles: tilesOf({ layout: null, focus: "", speaking: "", pictures: [ANA], slides: false, people: ["ana"] }),
  pictures: [ANA],
  names: new Map([["ana", "Ana"]]),
  onAir: true,
  ...more,
});

beforeEach(() => {
  const { calls, context } = surface();
  drawn = calls;
  sinks = new Map();
  now = 1_000;
  vi.spyOn(HTMLCanvasElement.prototype, "getContext").mockReturnValue(context as never);
});
afterEach(() => vi.restoreAllMocks());

const texts = (): unknown[] => drawn.filter(([name]) => name === "fillText").map(([, text]) => text);

describe("the screen in the hall", () => {
  it("asks for pictures and draws only while it is seen", () => {
    const screen = new StageScreen(
      () => media,
      () => now,
    );
    screen.show(onAir());
    expect(sinks.size).toBe(0);
    screen.seen(600);
    expect([...sinks.keys()]).toEqual(["ana/camera"]);
    const before = screen.version;
    screen.seen(0);
    expect(sinks.size).toBe(0);
    now += 100;
    screen.show(onAir({ captions: ["Good morning"] }));
    screen.seen(0);
    expect(screen.version).toBe(before);
    screen.seen(600);
    expect(screen.version).toBe(before + 1);
  });

  it("draws again for each new picture, 25 times a second at most, and not without one", () => {
    const screen = new StageScreen(
      () => media,
      () => now,
    );
    screen.show(onAir());
    screen.seen(600);
    const first = screen.version;
    now += 100;
    screen.seen(600);
    expect(screen.version).toBe(first);
    sinks.get("ana/camera")!.sink(FRAME);
    screen.seen(600);
    expect(screen.version).toBe(first + 1);
    now += 10;
    sinks.get("ana/camera")!.sink(FRAME);
    screen.seen(600);
    expect(screen.version).toBe(first + 1);
  });

  it("asks for a picture as large as it is shown", () => {
    const screen = new StageScreen(
      () => media,
      () => now,
    );
    screen.show(onAir());
    screen.seen(200);
    expect(sinks.get("ana/camera")!.width).toBe(640);
    now += 1_000;
    screen.seen(1_500);
    expect(sinks.get("ana/camera")!.width).toBe(1280);
    expect(screen.canvas.width).toBe(1280);
  });

  it("keeps the last picture while it is asked for in another size, and while one looks away for a moment", () => {
    const screen = new StageScreen(
      () => media,
      () => now,
    );
    const named = (): boolean => texts().includes("A");
    screen.show(onAir());
    screen.seen(600);
    expect(named()).toBe(true);
    const step = (ms: number, width: number, more = onAir()): void => {
      now += ms;
      drawn.length = 0;
      screen.show(more);
      screen.seen(width);
    };
    sinks.get("ana/camera")!.sink(FRAME);
    step(100, 1_500);
    expect(sinks.get("ana/camera")!.width).toBe(1280);
    expect(named()).toBe(false);
    step(100, 0);
    expect(sinks.size).toBe(0);
    step(1_000, 1_500);
    expect(sinks.size).toBe(1);
    expect(named()).toBe(false);
    // What is older says nothing of now.
    step(100, 0);
    step(5_000, 1_500);
    expect(named()).toBe(true);
    // Nor does what somebody sent before he took it away.
    sinks.get("ana/camera")!.sink(FRAME);
    step(100, 1_500, onAir({ pictures: [] }));
    step(100, 1_500);
    expect(named()).toBe(true);
  });

  it("writes the name of somebody who is not seen yet, the captions and the light", () => {
    const screen = new StageScreen(
      () => media,
      () => now,
    );
    screen.show(onAir({ captions: ["Good morning,", "dear guests."] }));
    screen.seen(600);
    expect(texts()).toEqual(expect.arrayContaining(["Ana", "Good morning, dear guests.", "ON AIR"]));
  });

  it("keeps its size unless another one fits clearly better", () => {
    expect(canvasWidth(300, 0)).toBe(640);
    expect(canvasWidth(900, 640)).toBe(1024);
    expect(canvasWidth(850, 1024)).toBe(1024);
    expect(canvasWidth(300, 1280)).toBe(640);
    expect(canvasWidth(5_000, 0)).toBe(1280);
  });

  it("shows the end of what was said where it does not fit", () => {
    const fits = (line: string): boolean => line.length <= 10;
    expect(lastLines("one two three four five", fits, 2)).toEqual(["three four", "five"]);
    expect(lastLines("", fits, 2)).toEqual([]);
  });
});
