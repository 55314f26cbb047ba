/** Samples to Opus packets of 20 ms. One packet in, one out, in order: DTX is made by not encoding at all. */

import { Tags } from "../core/media/tags";
import { SAMPLE_RATE } from "./opus_decoding";

export const PACKET_SAMPLES = 960;
export const PACKET_US = 20_000;
/** Opus for 20 ms of nothing (full band, no content): what a muted microphone sends now and then. */
export const SILENT_PACKET = Uint8Array.of(0xf8, 0xff, 0xfe);

export function hasAudioEncoder(): boolean {
  return typeof AudioEncoder === "function" && typeof AudioData === "function";
}

/** What belongs to the packet beside its bytes. */
export interface Tag {
  readonly time: number;
  readonly level: number;
}

export class OpusEncoding {
  readonly #channels: number;
  readonly #bitRate: number;
  readonly #packet: (bytes: Uint8Array, tag: Tag) => void;
  readonly #failed: (error: unknown) => void;
  #encoder: AudioEncoder | null = null;
  readonly #tags = new Tags<Tag>();

  constructor(
    channels: number,
    bitRate: number,
    packet: (bytes: Uint8Array, tag: Tag) => void,
    failed: (error: unknown) => void,
  ) {
    this.#channels = channels;
    this.#bitRate = bitRate;
    this.#packet = packet;
    this.#failed = failed;
  }

  /** `channels`: rows of 960 samples. */
  encode(channels: readonly Float32Array[], tag: Tag): void {
    try {
      this.#encoder ??= this.#make();
      const all = new Float32Array(PACKET_SAMPLES * this.#channels);
      channels.forEach((row, i) => all.set(row, i * PACKET_SAMPLES));
      const data = new AudioData({
        format: "f32-planar",
        sampleRate: SAMPLE_RATE,
        numberOfFrames: PACKET_SAMPLES,
        numberOfChannels: this.#channels,
        timestamp: tag.time,
        data: all,
      });
      this.#tags.push(tag);
      this.#encoder.encode(data);
      data.close();
    } catch (error) {
      this.#reset(error);
    }
  }

  close(): void {
    if (this.#encoder !== null && this.#encoder.state !== "closed") this.#encoder.close();
    this.#encoder = null;
    this.#tags.clear();
  }

  #make(): AudioEncoder {
    const encoder = new AudioEncoder({
      output: (chunk) => {
        const tag = this.#tags.take(chunk.timestamp);
        if (tag === undefined || chunk.byteLength === 0) return;
        const bytes = new Uint8Array(chunk.byteLength);
        chunk.copyTo(bytes);
        this.#packet(bytes, tag);
      },
      error: (error) => this.#reset(error),
    });
    encoder.configure({
      codec: "opus",
      sampleRate: SAMPLE_RATE,
      numberOfChannels: this.#channels,
      bitrate: this.#bitRate,
      opus: { frameDuration: PACKET_US, application: this.#channels > 1 ? "audio" : "voip" },
    } as AudioEncoderConfig);
    return encoder;
  }

  #reset(error: unknown): void {
    this.#encoder = null;
    this.#tags.clear();
    this.#failed(error);
  }
}
