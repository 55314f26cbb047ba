import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { ManualClock } from "../core/clock";
import { readHead } from "../core/media/frame_head";
import type { MediaEvent, MediaSource } from "./api";
import { SILENT_PACKET } from "./opus_encoding";
import { SoundPublication } from "./sound_publication";
import type { SoundSink } from "./sound_input";
import { FakeMediaConnection, refusal, settle } from "./testing";

/** One packet of ten bytes for each that goes in, at once, with times that count samples as browsers' do. */
class FakeEncoder {
  state = "configured";
  readonly #output: (chunk: unknown) => void;
  #count = 0;
  constructor({ output }: { output: (chunk: unknown) => void }) {
    this.#output = output;
  }
  configure(): void {}
  close(): void {}
  encode(): void {
    const timestamp = this.#count++ * 20_000;
    this.#output({ byteLength: 10, timestamp, copyTo: (into: Uint8Array) => into.fill(7) });
  }
}

class FakeData {
  close(): void {}
}

let clock: ManualClock;
let line: FakeMediaConnection & { connected: boolean };
let sink: SoundSink;
let events: MediaEvent[];
let ended: number;

beforeEach(() => {
  vi.stubGlobal("AudioEncoder", FakeEncoder);
  vi.stubGlobal("AudioData", FakeData);
  clock = new ManualClock(10_000);
  line = Object.assign(new FakeMediaConnection({} as never, {} as never), { connected: true });
  events = [];
  ended = 0;
});

afterEach(() => vi.unstubAllGlobals());

async function publish(source: MediaSource, byVoice: boolean): Promise<SoundPublication> {
  const parts = {
    clock,
    line,
    failed: (error: unknown) => {
      throw error;
    },
    ended: () => void ended++,
    refused: (_: unknown, code: string, message: string) =>
      void events.push({ kind: "refused", source, code, message }),
  };
  const publication = new SoundPublication({ source, room: "", session: "" }, parts, { channels: 1, byVoice });
  publication.from({
    channels: 1,
    start: (to) => {
      sink = to;
      return () => undefined;
    },
  });
  await settle();
  return publication;
}

function speak(ms: number, loudness: number): void {
  for (const end = clock.now() + ms; clock.now() < end; clock.advance(20))
    sink(clock.now() * 1000, [new Float32Array(960).fill(loudness)]);
}

const sent = (): { time: number; level: number; silent: boolean }[] =>
  line.sent.map((piece) => {
    const { time, level } = readHead(piece);
    return { time: time / 1000, level, silent: piece.byteLength === 20 + SILENT_PACKET.length };
  });

describe("sound publication", () => {
  it("sends a packet every 20 ms with its time and loudness", async () => {
    const publication = await publish("microphone", false);
    speak(1_000, 0.1);
    expect(sent().length).toBe(50);
    expect(sent()[10]).toEqual({ time: 10_200, level: 107, silent: false });
    expect(publication.level.get()).toMatchObject({ speaking: true });
    publication.tick();
    expect(publication.state.get()).toMatchObject({ phase: "live", codec: "opus" });
  });

  it("is silent while muted, but says that it lives, and goes on with the right times", async () => {
    const publication = await publish("microphone", false);
    speak(500, 0.1);
    publication.mute(true);
    const before = sent().length;
    speak(2_000, 0.1);
    const muted = sent().slice(before);
    expect(muted.every(({ silent, level }) => silent && level === 0)).toBe(true);
    expect(muted.length).toBeGreaterThan(3);
    expect(muted.length).toBeLessThan(7);
    expect(publication.state.get().phase).toBe("muted");
    publication.mute(false);
    const back = clock.now();
    speak(40, 0.1);
    expect(sent().at(-2)).toEqual({ time: back, level: 107, silent: false });
  });

  it("says that it lives even when the device gives nothing", async () => {
    const publication = await publish("microphone", false);
    speak(100, 0.1);
    for (let i = 0; i < 20; i++) {
      clock.advance(100);
      publication.tick();
    }
    expect(sent().filter(({ silent }) => silent).length).toBeGreaterThan(3);
  });

  it("sends a voice only while somebody speaks, with the beginning of the word", async () => {
    await publish("voice", true);
    speak(3_000, 0.0005);
    expect(sent()).toEqual([]);
    const begin = clock.now();
    speak(200, 0.1);
    expect(sent().length).toBe(15);
    expect(sent()[0]!.time).toBe(begin - 100);
    speak(1_000, 0.0005);
    const count = sent().length;
    speak(2_000, 0.0005);
    expect(sent().length).toBe(count);
  });

  it("sends nothing more on a line that has not taken what was sent", async () => {
    const publication = await publish("microphone", false);
    line.waitingBytes = 100_000;
    speak(200, 0.1);
    expect(sent()).toEqual([]);
    publication.tick();
    expect(publication.state.get().dropped).toBe(10);
  });

  it("says so where sound cannot be encoded", async () => {
    vi.stubGlobal("AudioEncoder", undefined);
    const publication = await publish("microphone", false);
    expect(publication.state.get()).toMatchObject({
      phase: "failed",
      message: expect.stringContaining("cannot send sound"),
    });
    expect(line.said("publish")).toEqual([]);
    expect(ended).toBe(1);
  });

  it("tells of a refusal and stops sending; ends once", async () => {
    const publication = await publish("microphone", false);
    publication.wasRefused({ track: 0, code: "muted", message: "You were muted." });
    speak(500, 0.1);
    expect(sent()).toEqual([]);
    expect(publication.state.get()).toMatchObject({ phase: "refused", code: "muted", message: "You were muted." });
    expect(events.length).toBe(1);
    line.answers = { publish: refusal("muted") };
    publication.retry();
    await settle();
    expect(publication.state.get()).toMatchObject({ phase: "refused", message: "Because of muted." });
    publication.stop();
    publication.stop();
    expect([ended, publication.state.get().phase]).toEqual([1, "ended"]);
  });
});
