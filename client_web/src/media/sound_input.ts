/** Samples of a MediaStreamTrack: 48 kHz, mono or stereo, with their time on the publisher's clock. */

import { CaptureClock } from "../core/media/capture_clock";
import { resampled, toChannels } from "../core/media/samples";
import { SAMPLE_RATE } from "./opus_decoding";
import type { FromRecorder } from "./player_messages";
import recorderUrl from "./recorder.worklet.ts?worker&url";

/** `time` in microseconds; as many rows as channels. */
export type SoundSink = (time: number, channels: Float32Array[]) => void;

/** Where sound to be sent comes from. */
export interface SoundInput {
  readonly channels: number;
  /** Starts; returns how to stop. `failed` with a sentence for the person. */
  start(sink: SoundSink, failed: (message: string) => void): () => void;
}

interface Processor<T> {
  readonly readable: ReadableStream<T>;
}
type MakeProcessor<T> = new (init: { track: MediaStreamTrack; maxBufferSize?: number }) => Processor<T>;

/** Chromium's way to get at what a track carries; null elsewhere. */
export function trackProcessor<T>(): MakeProcessor<T> | null {
  const found: unknown = (globalThis as { MediaStreamTrackProcessor?: unknown }).MediaStreamTrackProcessor;
  return typeof found === "function" ? (found as MakeProcessor<T>) : null;
}

export function soundOf(track: MediaStreamTrack, channels: number): SoundInput {
  const Maker = trackProcessor<AudioData>();
  return {
    channels,
    start: (sink, failed) =>
      Maker === null ? byWorklet(track, channels, sink, failed) : byProcessor(Maker, track, channels, sink, failed),
  };
}

function byProcessor(
  Maker: MakeProcessor<AudioData>,
  track: MediaStreamTrack,
  channels: number,
  sink: SoundSink,
  failed: (message: string) => void,
): () => void {
  const clock = new CaptureClock();
  // A copy of the track: whoever else uses it may stop reading without stopping this.
  const own = track.clone();
  own.enabled = true;
  const reader = new Maker({ track: own, maxBufferSize: 20 }).readable.getReader();
  let over = false;
  const read = async (): Promise<void> => {
    for (;;) {
      const { value, done } = await reader.read();
      if (done || over) {
        value?.close();
        return;
      }
      const planes = planesOf(value);
      const { sampleRate } = value;
      const lengthMs = (value.numberOfFrames / sampleRate) * 1000;
      const time = clock.map(value.timestamp, performance.now() - lengthMs);
      value.close();
      if (track.enabled)
        sink(
          time,
          toChannels(
            planes.map((plane) => resampled(plane, sampleRate, SAMPLE_RATE)),
            channels,
          ),
        );
    }
  };
  read().catch(() => over || failed("The sound stopped. Choose the microphone again."));
  return () => {
    over = true;
    void reader.cancel().catch(() => undefined);
    own.stop();
  };
}

function planesOf(data: AudioData): Float32Array[] {
  return Array.from({ length: data.numberOfChannels }, (_, planeIndex) => {
    const plane = new Float32Array(data.numberOfFrames);
    data.copyTo(plane, { planeIndex, format: "f32-planar" });
    return plane;
  });
}

function byWorklet(
  track: MediaStreamTrack,
  channels: number,
  sink: SoundSink,
  failed: (message: string) => void,
): () => void {
  const clock = new CaptureClock();
  const context = new AudioContext({ latencyHint: "interactive", sampleRate: SAMPLE_RATE });
  let over = false;
  const open = async (): Promise<void> => {
    await context.audioWorklet.addModule(recorderUrl);
    if (over) return;
    const source = context.createMediaStreamSource(new MediaStream([track]));
    const recorder = new AudioWorkletNode(context, "turia-recorder", { numberOfOutputs: 0 });
    recorder.port.onmessage = ({ data }: MessageEvent<FromRecorder>) => {
      if (over) return;
      const lengthMs = ((data.channels[0]?.length ?? 0) / SAMPLE_RATE) * 1000;
      sink(clock.map(data.at * 1e6, performance.now() - lengthMs), toChannels(data.channels, channels));
    };
    source.connect(recorder);
    if (context.state === "suspended") await context.resume();
  };
  open().catch(() => over || failed("The sound cannot be read. Choose the microphone again, or reload the page."));
  return () => {
    over = true;
    void context.close().catch(() => undefined);
  };
}
