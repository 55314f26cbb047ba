/** A video file as a source, read by mediabunny: picture and sound in step, sent like a camera and a microphone. */

import { AudioSampleSink, BlobSource, Input, MATROSKA, MP4, QTFF, VideoSampleSink, WEBM } from "mediabunny";
import { resampled, toChannels } from "../core/media/samples";
import { type Readable, writable } from "../core/store";
import type { Film, FilmState, Publication } from "./api";
import { SAMPLE_RATE } from "./opus_decoding";
import type { PictureSink } from "./picture_input";
import type { PicturePublication } from "./picture_publication";
import type { SoundSink } from "./sound_input";
import type { SoundPublication } from "./sound_publication";

export interface FilmParts {
  readonly picture: () => PicturePublication;
  readonly sound: () => SoundPublication;
  readonly ended: (film: Film) => void;
  readonly failed: (error: unknown) => void;
}

/** What cameras and programs write; each other one would make the chunk larger. */
const FORMATS = [MP4, QTFF, WEBM, MATROSKA];
const CHANNELS = 2;
/** A still picture is sent again so often, so that viewers see that it lives. */
const REPEAT_MS = 500;
/** What is late by more is left out. */
const LATE_MS = 250;
const SHOWN_EVERY_MS = 250;
const MOST_SECONDS = 12 * 3_600;

/** Rejects with a sentence when the file cannot be played here. */
export async function openFilm(file: File, parts: FilmParts): Promise<Film> {
  const input = new Input({ formats: FORMATS, source: new BlobSource(file) });
  try {
    if (!(await input.canRead())) throw new Error("This is no video file. Choose an MP4, MOV, WebM or MKV file.");
    const video = await input.getPrimaryVideoTrack();
    const audio = await input.getPrimaryAudioTrack();
    if (video === null) throw new Error("This file has no picture. Choose a video file.");
    if (!(await video.canDecode()))
      throw new Error(
        `This browser cannot play the video in this file. Save it as MP4 (H.264) or WebM (VP9), then try again.`,
      );
    const hears = audio !== null && (await audio.canDecode());
    const duration = await input.computeDuration();
    if (!(duration > 0 && duration < MOST_SECONDS)) throw new Error("This file is broken: its length cannot be read.");
    const sinks = { picture: new VideoSampleSink(video), sound: hears ? new AudioSampleSink(audio) : null };
    return new Playing(file.name, duration, input, sinks, parts);
  } catch (error) {
    input.dispose();
    parts.failed(error);
    const known = error instanceof Error && error.message.startsWith("This ");
    throw known ? error : new Error("This file cannot be read. It may be broken: play it on your machine to see.");
  }
}

interface Sinks {
  readonly picture: VideoSampleSink;
  readonly sound: AudioSampleSink | null;
}

class Playing implements Film {
  readonly #input: Input;
  readonly #sinks: Sinks;
  readonly #parts: FilmParts;
  readonly #picture: PicturePublication;
  readonly #sound: SoundPublication | null;
  readonly #state = writable<FilmState>({
    phase: "paused",
    message: "",
    name: "",
    position: 0,
    duration: 0,
    hasAudio: false,
  });
  readonly #publications = writable<readonly Publication[]>([]);
  readonly #timer: ReturnType<typeof setInterval>;
  #pictureSink: PictureSink | null = null;
  #soundSink: SoundSink | null = null;
  /** Of the running loops: an older one ends when it sees another number. */
  #run = 0;
  /** Film time `#from` seconds is at `#at` of the page's clock while it plays. */
  #from = 0;
  #at = 0;
  #last: VideoFrame | null = null;
  #sentAt = 0;
  #shownAt = 0;
  #monitor: { readonly context: AudioContext; readonly gain: GainNode } | null = null;
  #over = false;

  constructor(name: string, duration: number, input: Input, sinks: Sinks, parts: FilmParts) {
    this.#input = input;
    this.#sinks = sinks;
    this.#parts = parts;
    this.#change({ name, duration, hasAudio: sinks.sound !== null });
    this.#picture = parts.picture();
    this.#picture.from({ start: (sink) => this.#startPicture(sink) });
    this.#sound = sinks.sound === null ? null : parts.sound();
    this.#sound?.from({ channels: CHANNELS, start: (sink) => this.#startSound(sink) });
    this.#publications.set(this.#sound === null ? [this.#picture] : [this.#picture, this.#sound]);
    this.#timer = setInterval(() => this.#again(), REPEAT_MS / 2);
    this.seek(0);
  }

  get state(): Readable<FilmState> {
    return this.#state;
  }

  get publications(): Readable<readonly Publication[]> {
    return this.#publications;
  }

  play(): void {
    const { phase, position } = this.#state.get();
    if (this.#over || phase === "playing" || phase === "failed") return;
    this.#begin(phase === "over" ? 0 : position);
  }

  pause(): void {
    if (this.#state.get().phase !== "playing") return;
    this.#change({ phase: "paused", position: this.#position() });
    this.#run++;
  }

  seek(seconds: number): void {
    const { phase, duration } = this.#state.get();
    if (this.#over || phase === "failed") return;
    const position = Math.max(0, Math.min(duration, seconds));
    if (phase === "playing") return this.#begin(position);
    this.#change({ phase: "paused", position });
    const run = ++this.#run;
    this.#sinks.picture.getSample(position).then(
      (sample) => {
        if (sample === null) return;
        if (run === this.#run && !this.#over) this.#show(sample.toVideoFrame(), performance.now());
        sample.close();
      },
      (error: unknown) => this.#fail(error),
    );
  }

  attachCanvas(canvas: HTMLCanvasElement): () => void {
    const context = canvas.getContext("2d", { alpha: false });
    const draw = (frame: VideoFrame): void => {
      if (canvas.width !== frame.displayWidth) canvas.width = frame.displayWidth;
      if (canvas.height !== frame.displayHeight) canvas.height = frame.displayHeight;
      context?.drawImage(frame, 0, 0, canvas.width, canvas.height);
    };
    if (this.#last !== null) draw(this.#last);
    return this.#picture.watch(draw);
  }

  monitor(volume: number): void {
    if (this.#monitor === null) {
      if (volume <= 0) return;
      const context = new AudioContext({ sampleRate: SAMPLE_RATE });
      const gain = context.createGain();
      gain.connect(context.destination);
      this.#monitor = { context, gain };
    }
    this.#monitor.gain.gain.value = Math.max(0, Math.min(1, volume));
  }

  stop(): void {
    if (this.#over) return;
    this.#over = true;
    this.#run++;
    clearInterval(this.#timer);
    this.#picture.stop();
    this.#sound?.stop();
    this.#last?.close();
    this.#last = null;
    void this.#monitor?.context.close().catch(() => undefined);
    this.#input.dispose();
    this.#parts.ended(this);
  }

  // -- within --------------------------------------------------------------------------------------

  #begin(position: number): void {
    const run = ++this.#run;
    this.#from = position;
    // A moment for the decoders to start: the first picture and the first sound leave together.
    this.#at = performance.now() + 150;
    this.#change({ phase: "playing", position });
    const fail = (error: unknown): void => {
      if (run === this.#run) this.#fail(error);
    };
    const pictures = this.#pictures(run, position);
    const sounds = this.#sounds(run, position);
    pictures.catch(fail);
    sounds.catch(fail);
    Promise.all([pictures, sounds]).then(
      () => {
        if (run === this.#run) this.#change({ phase: "over", position: this.#state.get().duration });
      },
      () => undefined,
    );
  }

  /** When, on the page's clock, what stands at `seconds` is due. */
  #due(seconds: number): number {
    return this.#at + (seconds - this.#from) * 1000;
  }

  #position(): number {
    const { duration } = this.#state.get();
    return Math.max(0, Math.min(duration, this.#from + (performance.now() - this.#at) / 1000));
  }

  async #pictures(run: number, from: number): Promise<void> {
    for await (const sample of this.#sinks.picture.samples(from)) {
      try {
        const due = this.#due(Math.max(from, sample.timestamp));
        await until(due);
        if (run !== this.#run) return;
        if (performance.now() - due < LATE_MS) this.#show(sample.toVideoFrame(), due);
        this.#moved();
      } finally {
        sample.close();
      }
    }
  }

  async #sounds(run: number, from: number): Promise<void> {
    if (this.#sinks.sound === null) return;
    for await (const sample of this.#sinks.sound.samples(from)) {
      try {
        const due = this.#due(sample.timestamp);
        await until(due);
        if (run !== this.#run) return;
        const rows = Array.from({ length: sample.numberOfChannels }, (_, planeIndex) => {
          const row = new Float32Array(sample.numberOfFrames);
          sample.copyTo(row, { planeIndex, format: "f32-planar" });
          return resampled(row, sample.sampleRate, SAMPLE_RATE);
        });
        const channels = toChannels(rows.slice(0, CHANNELS), CHANNELS);
        this.#soundSink?.(Math.max(0, Math.round(due * 1000)), channels);
        this.#listen(channels);
      } finally {
        sample.close();
      }
    }
  }

  /** Takes the frame. */
  #show(frame: VideoFrame, at: number): void {
    this.#last?.close();
    this.#last = frame;
    this.#sentAt = performance.now();
    this.#pictureSink?.(frame, Math.round(at * 1000));
  }

  #again(): void {
    const now = performance.now();
    if (this.#last === null || now - this.#sentAt < REPEAT_MS) return;
    this.#sentAt = now;
    this.#pictureSink?.(this.#last, Math.round(now * 1000));
  }

  #moved(): void {
    const now = performance.now();
    if (now - this.#shownAt < SHOWN_EVERY_MS) return;
    this.#shownAt = now;
    this.#change({ position: this.#position() });
  }

  #listen(channels: readonly Float32Array[]): void {
    if (this.#monitor === null) return;
    const { context, gain } = this.#monitor;
    const length = channels[0]?.length ?? 0;
    if (length === 0 || context.state !== "running") return;
    const buffer = context.createBuffer(CHANNELS, length, SAMPLE_RATE);
    channels.forEach((row, i) => buffer.copyToChannel(row as Float32Array<ArrayBuffer>, i));
    const source = context.createBufferSource();
    source.buffer = buffer;
    source.connect(gain);
    source.start(Math.max(context.currentTime, this.#heardUntil));
    this.#heardUntil = Math.max(context.currentTime, this.#heardUntil) + buffer.duration;
  }

  #heardUntil = 0;

  #startPicture(sink: PictureSink): () => void {
    this.#pictureSink = sink;
    return () => (this.#pictureSink = null);
  }

  #startSound(sink: SoundSink): () => void {
    this.#soundSink = sink;
    return () => (this.#soundSink = null);
  }

  #fail(error: unknown): void {
    if (this.#over) return;
    this.#run++;
    this.#parts.failed(error);
    this.#change({ phase: "failed", message: "The rest of this file cannot be played: it may be broken." });
  }

  #change(change: Partial<FilmState>): void {
    this.#state.update((state) => ({ ...state, ...change }));
  }
}

function until(due: number): Promise<void> {
  const wait = due - performance.now();
  return wait <= 1 ? Promise.resolve() : new Promise((done) => setTimeout(done, wait));
}
