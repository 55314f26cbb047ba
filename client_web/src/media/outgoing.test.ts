import { beforeEach, describe, expect, it } from "vitest";
import { ManualClock } from "../core/clock";
import { readHead } from "../core/media/frame_head";
import { Outgoing, type Sending } from "./outgoing";
import { FakeMediaConnection, refusal, settle } from "./testing";

let clock: ManualClock;
let line: FakeMediaConnection & { connected: boolean };
let keysAsked: number;
let outgoing: Outgoing;

beforeEach(() => {
  clock = new ManualClock();
  line = Object.assign(new FakeMediaConnection({} as never, {} as never), { connected: true });
  keysAsked = 0;
  const what = { source: "camera", media: "video", codec: "vp8" } as const;
  outgoing = new Outgoing(
    clock,
    line,
    what,
    () => undefined,
    () => void keysAsked++,
  );
});

const sending = (more: Partial<Sending>): Sending => ({
  key: false,
  layer: 0,
  discardable: false,
  time: 0,
  duration: 333,
  level: 0,
  ...more,
});
const send = (more: Partial<Sending>, bytes = 10): boolean => outgoing.send(new Uint8Array(bytes), sending(more));
const numbers = (): [number, number, number][] =>
  line.sent.map((piece) => readHead(piece)).map(({ group, frame, time }) => [group, frame, time]);

async function open(): Promise<void> {
  void outgoing.open();
  await settle();
}

describe("outgoing track", () => {
  it("numbers groups and frames, from a key on", async () => {
    await open();
    expect(outgoing.phase).toBe("live");
    expect(keysAsked).toBe(1);
    expect(send({ time: 1 })).toBe(false);
    expect([send({ key: true, time: 2 }), send({ time: 3 }), send({ key: true, time: 4 })]).toEqual([true, true, true]);
    expect(numbers()).toEqual([
      [0, 0, 2],
      [0, 1, 3],
      [1, 0, 4],
    ]);
    expect([outgoing.framesSent, outgoing.keys, outgoing.dropped]).toEqual([3, 2, 1]);
  });

  it("cuts large frames, and begins a group after one that is too large", async () => {
    await open();
    send({ key: true }, 40_000);
    expect(line.sent.length).toBe(3);
    expect(send({}, 2_000_000)).toBe(false);
    expect(send({})).toBe(false);
    expect(send({ key: true })).toBe(true);
  });

  it("never lets time run backwards", async () => {
    await open();
    send({ key: true, time: 100 });
    send({ time: 50 });
    expect(numbers().map(([, , time]) => time)).toEqual([100, 100]);
  });

  it("sends nothing while the line is away, and publishes again after it", async () => {
    await open();
    send({ key: true });
    outgoing.lost();
    expect(outgoing.phase).toBe("waiting");
    expect(send({})).toBe(false);
    await open();
    expect(line.said("publish").length).toBe(2);
    expect(send({})).toBe(false);
    expect(send({ key: true })).toBe(true);
    expect(readHead(line.sent.at(-1)!)).toMatchObject({ track: 1, group: 0, frame: 0 });
  });

  it("stops when it is refused, says why, and can be tried again", async () => {
    line.answers = { publish: refusal("not_on_air") };
    await open();
    expect([outgoing.phase, outgoing.code, outgoing.message]).toEqual([
      "refused",
      "not_on_air",
      "Because of not_on_air.",
    ]);
    outgoing.lost();
    expect(outgoing.phase).toBe("refused");
    line.answers = {};
    await open();
    expect(outgoing.phase).toBe("live");
    outgoing.refused({ track: 0, code: "muted", message: "You were muted." });
    expect([outgoing.phase, outgoing.message, send({ key: true })]).toEqual(["refused", "You were muted.", false]);
  });

  it("begins a new group when frames went wrong, and a new track when the server knows it no more", async () => {
    await open();
    send({ key: true });
    outgoing.refused({ track: 0, code: "order", message: "" });
    expect(outgoing.phase).toBe("live");
    expect([send({}), send({ key: true })]).toEqual([false, true]);
    outgoing.refused({ track: 0, code: "unknown_track", message: "" });
    await settle();
    expect(line.said("publish").length).toBe(2);
    expect(outgoing.track).toBe(1);
  });

  it("tries again by itself what passes by itself", async () => {
    line.answers = { publish: refusal("too_many_tracks", true) };
    await open();
    expect(outgoing.phase).toBe("waiting");
    line.answers = {};
    clock.advance(2_000);
    await settle();
    expect(outgoing.phase).toBe("live");
  });

  it("unpublishes when it is over, also what was still on its way", async () => {
    void outgoing.open();
    outgoing.close();
    await settle();
    expect(line.said("unpublish")).toEqual([{ track: 0 }]);
    await open();
    expect(line.said("publish").length).toBe(1);
  });
});
