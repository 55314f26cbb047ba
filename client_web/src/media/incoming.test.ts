import { beforeEach, describe, expect, it } from "vitest";
import { ManualClock } from "../core/clock";
import { flagsOf } from "../core/media/frame_head";
import { split } from "../core/media/pieces";
import { writable } from "../core/store";
import type { TrackInfo } from "../net/media.gen";
import type { MediaEvent } from "./api";
import { Incoming } from "./incoming";
import { MediaLine } from "./line";
import { Shown } from "./shown";
import { SoundGraph } from "./sound";
import { FakeMediaConnection, settle } from "./testing";

let clock: ManualClock;
let connections: FakeMediaConnection[];
let incoming: Incoming;
let shown: Shown;
let told: MediaEvent[];

const server = (): FakeMediaConnection => connections.at(-1)!;

const info = (track: number, source: string, more: Partial<TrackInfo> = {}): TrackInfo => ({
  track,
  person: "ann",
  name: "Ann",
  source,
  media: source === "camera" ? "video" : "audio",
  codec: source === "camera" ? "vp8" : "opus",
  room: "hall",
  session: "s",
  width: 1280,
  height: 720,
  frame_rate: 30,
  channels: 1,
  layers: 1,
  quality: 0,
  bit_rate: 0,
  slot: 1,
  whole_room: false,
  ...more,
});

function frame(track: number, group: number, number: number): ArrayBuffer {
  const flags = flagsOf({ key: number === 0 });
  const payload = new Uint8Array(50);
  const time = Math.round(clock.now() * 1000);
  return split({ track, flags, level: 100, duration: 200, group, frame: number, time, payload })[0]!;
}

async function advance(ms: number): Promise<void> {
  for (let left = ms; left > 0; left -= 100) {
    clock.advance(Math.min(100, left));
    incoming.tick();
    await settle();
  }
}

beforeEach(async () => {
  clock = new ManualClock(1_000);
  connections = [];
  told = [];
  const line = new MediaLine({
    clock,
    random: () => 0.5,
    open: (auth, events) => connections[connections.push(new FakeMediaConnection(auth, events)) - 1]!,
    pass: async () => "pass",
    up: () => incoming.up(),
    down: () => incoming.down(),
    inside: writable(true),
    frame: (bytes) => incoming.frame(bytes),
    event: (name, payload) => incoming.event(name, payload),
  });
  shown = new Shown(() => incoming.wish());
  incoming = new Incoming({
    clock,
    line,
    sound: new SoundGraph(
      () => clock.now(),
      () => undefined,
    ),
    shown,
    me: () => "me",
    audio: true,
    video: true,
    failed: (error) => {
      throw error;
    },
    tell: (event) => told.push(event),
  });
  line.start();
  await settle();
  server().events.onUp();
  server().answers = {
    follow: ({ rooms }) => ({ rooms: rooms.map((room) => ({ room, tracks: TRACKS })), refused: {} }),
  };
});

const TRACKS = [info(1, "camera"), info(2, "microphone"), info(3, "camera", { person: "me", name: "Me" })];

describe("incoming", () => {
  it("follows a room, plays its sound, and asks for pictures that somebody looks at", async () => {
    incoming.watch("hall");
    await advance(200);
    const room = incoming.rooms.get().get("hall")!;
    expect(room.pictures.map(({ id, own }) => [id, own])).toEqual([
      ["ann/camera", false],
      ["me/camera", true],
    ]);
    expect(server().said("want")).toEqual([{ tracks: [[2, 3]], restart: [] }]);
    const look = shown.add("ann/camera", () => undefined);
    await advance(200);
    expect(server().said("want").at(-1)).toEqual({
      tracks: [
        [2, 3],
        [1, 3],
      ],
      restart: [],
    });
    look.remove();
    await advance(200);
    expect(server().said("want").at(-1)).toEqual({ tracks: [[2, 3]], restart: [] });
  });

  it("says why a room cannot be followed, and lets the oldest go for a third", async () => {
    server().answers = { follow: ({ rooms }) => ({ rooms: [], refused: { [rooms.at(-1)!]: "It is locked." } }) };
    incoming.watch("a");
    incoming.watch("b");
    incoming.watch("c");
    await settle();
    expect([...incoming.rooms.get().keys()]).toEqual(["b", "c"]);
    expect(incoming.rooms.get().get("c")!.refused).toBe("It is locked.");
  });

  it("asks anew for sound that stays away, says so, and says when it is back", async () => {
    incoming.watch("hall");
    await advance(300);
    for (let i = 0; i < 10; i++) {
      server().events.onFrame(frame(2, 0, i));
      await advance(100);
    }
    expect(incoming.arrivals.get().get(2)!.arrival).toBe("arriving");
    const before = server().said("want").length;
    await advance(1_100);
    expect(server().said("want").slice(before)).toEqual([{ tracks: [[2, 3]], restart: [2] }]);
    expect(incoming.arrivals.get().get(2)!.arrival).toBe("healing");
    server().events.onFrame(frame(2, 0, 10));
    expect(told).toEqual([{ kind: "healed", track: 2, message: "You hear Ann again." }]);
  });

  it("asks for a key when the picture has a hole", async () => {
    incoming.watch("hall");
    await settle();
    shown.add("ann/camera", () => undefined);
    await advance(200);
    server().events.onFrame(frame(1, 0, 0));
    server().events.onFrame(frame(1, 0, 2));
    await advance(100);
    expect(server().said("keyframe")).toEqual([{ track: 1 }]);
    await advance(500);
    expect(server().said("keyframe").length).toBe(1);
  });

  it("asks for less when the line is too slow, and offers to do without pictures when that goes on", async () => {
    const both = [info(1, "camera"), info(4, "camera", { quality: 1, width: 320 }), info(2, "microphone")];
    server().answers = { follow: () => ({ rooms: [{ room: "hall", tracks: both }], refused: {} }) };
    incoming.watch("hall");
    shown.add("ann/camera", () => undefined);
    await advance(300);
    expect(server().said("want").at(-1)!.tracks).toEqual([
      [2, 3],
      [1, 3],
    ]);
    const dropped = { tracks: [{ track: 1, frames: 20, reason: "group" }] };
    server().events.onEvent("dropped", dropped);
    await advance(300);
    expect(server().said("want").at(-1)!.tracks).toEqual([
      [2, 3],
      [4, 3],
    ]);
    for (let i = 0; i < 4; i++) {
      server().events.onEvent("dropped", dropped);
      await advance(1_000);
    }
    expect(incoming.lowBandwidth.get()).toEqual({ on: false, suggested: true });
    expect(told.filter(({ kind }) => kind === "slow_line").length).toBe(1);
    incoming.setLowBandwidth(true);
    await advance(200);
    expect(server().said("want").at(-1)!.tracks).toEqual([[2, 3]]);
    incoming.setLowBandwidth(false);
    await advance(16_000);
    expect(server().said("want").at(-1)!.tracks).toEqual([
      [2, 3],
      [1, 3],
    ]);
  });

  it("hears voices without asking for each, and never its own", async () => {
    incoming.hear(6);
    const voices = [info(7, "voice", { room: "" }), info(8, "voice", { room: "", person: "me" })];
    server().events.onEvent("voices", { voices });
    await advance(300);
    expect(server().said("hear")).toEqual([{ voices: 6 }]);
    expect(incoming.voices.get().map(({ track }) => track)).toEqual([7]);
    expect(server().said("want")).toEqual([]);
    server().events.onFrame(frame(7, 0, 0));
    await advance(5_000);
    expect(server().said("want")).toEqual([]);
    server().events.onEvent("voices", { voices: [] });
    expect(incoming.voices.get()).toEqual([]);
  });

  it("says everything again after the line came back", async () => {
    incoming.watch("hall");
    incoming.hear(3);
    await advance(300);
    server().events.onLost();
    expect(incoming.rooms.get().get("hall")!.tracks).toEqual([]);
    await advance(2_000);
    server().answers = connections[0]!.answers;
    server().events.onUp();
    await advance(300);
    expect(
      server()
        .commands.filter(([name]) => name !== "sync")
        .map(([name]) => name),
    ).toEqual(["hear", "follow", "want"]);
  });
});
