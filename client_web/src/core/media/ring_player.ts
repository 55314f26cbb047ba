/**
 * Plays decoded sound along a line of time: given what moment of capture should be heard now, it plays a little faster or
 * slower (at most 4 %, heard by nobody), leaves out or inserts where it is silent, and jumps only when far away. Runs in
 * the audio thread: no allocation while it renders.
 */

/** Fastest and slowest playing. */
const MOST_RATE = 1.04;
const LEAST_RATE = 0.96;
/** Milliseconds beside the line that are corrected by jumping: at once, and while it is silent. */
const JUMP_MS = 220;
const SILENT_JUMP_MS = 25;
/** Within this nothing is corrected. */
const DEAD_MS = 8;
const SILENCE = 0.004;
/** Blocks of silence before one may cut there. */
const SILENT_BLOCKS = 4;
const FADE_SAMPLES = 96;
/** Two seconds at 48 kHz and some. */
const CAPACITY = 1 << 17;

export interface RingReport {
  /** Capture time of the sample that is played now, milliseconds; NaN while nothing is. */
  time: number;
  /** Milliseconds that are there to be played. */
  buffered: number;
  /** Loudest sample since the last report. */
  peak: number;
  /** Milliseconds without anything to play, since the start; and corrections by jumps. */
  starved: number;
  jumps: number;
}

export class RingPlayer {
  readonly #rate: number;
  readonly #channels: number;
  readonly #ring: Float32Array[];
  /** Capture time of sample number `#end`, milliseconds. */
  #endTime = NaN;
  /** Sample numbers: next to write, next to play (with fraction). */
  #end = 0;
  #at = 0;
  #playing = false;
  #silent = 0;
  #fade = 0;
  #peak = 0;
  #starved = 0;
  #jumps = 0;

  constructor(sampleRate: number, channels: number) {
    this.#rate = sampleRate;
    this.#channels = channels;
    this.#ring = Array.from({ length: channels }, () => new Float32Array(CAPACITY));
  }

  /** `samples` of each channel (a missing channel repeats the first), captured from `time` on, milliseconds. */
  push(time: number, samples: readonly Float32Array[]): void {
    const length = samples[0]?.length ?? 0;
    if (length === 0) return;
    const ahead = Number.isNaN(this.#endTime) ? Infinity : time - this.#endTime;
    // Packets follow each other; a hole is silence of its length, so that what comes after stays at its moment.
    if (Math.abs(ahead) > 5) {
      if (ahead < -5 && ahead > -2_000) return;
      if (ahead < 1_000) this.#write(Math.round((ahead / 1000) * this.#rate), null);
      else this.#empty();
    }
    this.#write(length, samples);
    // Packet times are rounded and jitter a little: follow them softly, or each rounding would be a correction.
    const expected = Math.abs(ahead) <= 5 ? this.#endTime + (time - this.#endTime) * 0.1 : time;
    this.#endTime = expected + (length / this.#rate) * 1000;
  }

  /** Fills `out` (of each channel) with what should be heard; `wanted`: capture time for its first sample, NaN: nothing yet. */
  render(out: readonly Float32Array[], wanted: number): void {
    const frames = out[0]?.length ?? 0;
    if (Number.isNaN(wanted) || Number.isNaN(this.#endTime)) return this.#quiet(out);
    if (!this.#playing && !this.#begin(wanted)) return this.#quiet(out);
    const error = wanted - this.#time();
    if (Math.abs(error) > (this.#silent >= SILENT_BLOCKS ? SILENT_JUMP_MS : JUMP_MS)) this.#jump(wanted);
    const speed = Math.abs(error) < DEAD_MS ? 1 : Math.max(LEAST_RATE, Math.min(MOST_RATE, 1 + error / 1500));
    if (this.#end - this.#at < frames * speed + 2) {
      this.#playing = false;
      this.#starved += (frames / this.#rate) * 1000;
      return this.#rest(out, frames);
    }
    this.#copy(out, frames, speed);
  }

  report(): RingReport {
    const out = {
      time: this.#playing ? this.#time() : NaN,
      buffered: (Math.max(0, this.#end - this.#at) / this.#rate) * 1000,
      peak: this.#peak,
      starved: this.#starved,
      jumps: this.#jumps,
    };
    this.#peak = 0;
    return out;
  }

  #time(): number {
    return this.#endTime - ((this.#end - this.#at) / this.#rate) * 1000;
  }

  #write(length: number, samples: readonly Float32Array[] | null): void {
    for (let channel = 0; channel < this.#channels; channel++) {
      const ring = this.#ring[channel]!;
      const from = samples?.[channel] ?? samples?.[0];
      for (let i = 0; i < length; i++) ring[(this.#end + i) & (CAPACITY - 1)] = from?.[i] ?? 0;
    }
    this.#end += length;
    this.#at = Math.max(this.#at, this.#end - CAPACITY + 1);
  }

  #empty(): void {
    this.#at = this.#end;
    this.#playing = false;
  }

  /** Starts where the line is, when that is in the ring. */
  #begin(wanted: number): boolean {
    const at = this.#end - ((this.#endTime - wanted) / 1000) * this.#rate;
    if (at >= this.#end) return false;
    const oldest = Math.max(0, this.#end - CAPACITY + 1);
    if (at < Math.max(oldest, this.#at) - (DEAD_MS / 1000) * this.#rate) return false;
    this.#at = Math.max(at, oldest);
    this.#playing = true;
    this.#fade = FADE_SAMPLES;
    return true;
  }

  #jump(wanted: number): void {
    const at = this.#end - ((this.#endTime - wanted) / 1000) * this.#rate;
    const oldest = Math.max(0, this.#end - CAPACITY + 1);
    this.#at = Math.max(oldest, Math.min(this.#end, at));
    this.#fade = FADE_SAMPLES;
    this.#silent = 0;
    this.#jumps++;
  }

  #copy(out: readonly Float32Array[], frames: number, speed: number): void {
    let loudest = 0;
    for (let channel = 0; channel < out.length; channel++) {
      const ring = this.#ring[Math.min(channel, this.#channels - 1)]!;
      const into = out[channel]!;
      for (let i = 0; i < frames; i++) {
        const at = this.#at + i * speed;
        const whole = Math.floor(at);
        const part = at - whole;
        const a = ring[whole & (CAPACITY - 1)]!;
        const b = ring[(whole + 1) & (CAPACITY - 1)]!;
        let value = a + (b - a) * part;
        if (i < this.#fade) value *= 1 - (this.#fade - i) / FADE_SAMPLES;
        into[i] = value;
        loudest = Math.max(loudest, Math.abs(value));
      }
    }
    this.#fade = Math.max(0, this.#fade - frames);
    this.#at += frames * speed;
    this.#silent = loudest < SILENCE ? this.#silent + 1 : 0;
    this.#peak = Math.max(this.#peak, loudest);
  }

  /** What is left, fading out; then nothing. */
  #rest(out: readonly Float32Array[], frames: number): void {
    const left = Math.max(0, Math.min(frames, Math.floor(this.#end - this.#at)));
    for (let channel = 0; channel < out.length; channel++) {
      const ring = this.#ring[Math.min(channel, this.#channels - 1)]!;
      const into = out[channel]!;
      for (let i = 0; i < frames; i++)
        into[i] = i < left ? ring[(Math.floor(this.#at) + i) & (CAPACITY - 1)]! * (1 - i / left) : 0;
    }
    this.#at = this.#end;
  }

  #quiet(out: readonly Float32Array[]): void {
    for (const channel of out) channel.fill(0);
  }
}
