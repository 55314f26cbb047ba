/**
 * Pictures to VP8, VP9 or H.264. WebCodecs directly and not mediabunny, whose encoder can change neither bit rate nor size
 * on the way, nor make a key frame the moment that somebody arrives.
 */

import { EncoderLoad } from "../core/media/encoder_load";
import type { PictureSize } from "../core/media/send_rate";

export interface Picture {
  readonly bytes: Uint8Array;
  readonly key: boolean;
  readonly layer: number;
  readonly discardable: boolean;
  /** Microseconds. */
  readonly time: number;
}

export interface ChosenCodec {
  readonly codec: string;
  readonly layers: number;
  readonly config: Partial<VideoEncoderConfig>;
}

/** More frames than this in the encoder, and the next one is left out before it is encoded. */
const MOST_IN_ENCODER = 2;
/** Changes of the bit rate that are worth telling the encoder. */
const CHANGE = 0.1;

export function hasVideoEncoder(): boolean {
  return typeof VideoEncoder === "function" && typeof VideoFrame === "function";
}

/** VP8 can be decoded everywhere and encoded fast enough; better ones only where the machine has them in hardware. */
const CANDIDATES: readonly ChosenCodec[] = [
  hardware("vp09.00.31.08", 2),
  hardware("vp09.00.31.08", 1),
  { codec: "vp8", layers: 2, config: { scalabilityMode: "L1T2" } },
  { codec: "vp8", layers: 1, config: {} },
  { codec: "avc1.42E01F", layers: 1, config: { avc: { format: "annexb" } } },
];

function hardware(codec: string, layers: number): ChosenCodec {
  return {
    codec,
    layers,
    config: { hardwareAcceleration: "prefer-hardware", ...(layers > 1 ? { scalabilityMode: `L1T${layers}` } : {}) },
  };
}

/** The best that can be encoded here at this size, or null. */
export async function chooseCodec(size: PictureSize, bitRate: number): Promise<ChosenCodec | null> {
  if (!hasVideoEncoder()) return null;
  for (const chosen of CANDIDATES) {
    try {
      const { supported } = await VideoEncoder.isConfigSupported(configOf(chosen, size, bitRate, false));
      if (supported) return chosen;
    } catch {
      // A browser that does not know the words cannot encode it.
    }
  }
  return null;
}

function configOf(
  { codec, config }: ChosenCodec,
  { width, height, frameRate }: PictureSize,
  bitrate: number,
  detail: boolean,
): VideoEncoderConfig {
  return {
    codec,
    width,
    height,
    framerate: frameRate,
    bitrate,
    latencyMode: "realtime",
    bitrateMode: "variable",
    ...(detail ? { contentHint: "detail" } : {}),
    ...config,
  };
}

export class PictureEncoding {
  readonly #chosen: ChosenCodec;
  readonly #detail: boolean;
  readonly #picture: (picture: Picture) => void;
  readonly #failed: (error: unknown) => void;
  #encoder: VideoEncoder | null = null;
  #size: PictureSize;
  #bitRate: number;
  #wantKey = true;
  readonly #load = new EncoderLoad();
  keys = 0;

  /** `detail`: a screen, where sharp letters matter more than motion. */
  constructor(
    chosen: ChosenCodec,
    size: PictureSize,
    bitRate: number,
    detail: boolean,
    picture: (picture: Picture) => void,
    failed: (error: unknown) => void,
  ) {
    this.#chosen = chosen;
    this.#size = size;
    this.#bitRate = bitRate;
    this.#detail = detail;
    this.#picture = picture;
    this.#failed = failed;
  }

  get size(): PictureSize {
    return this.#size;
  }

  get #full(): boolean {
    return (this.#encoder?.encodeQueueSize ?? 0) > MOST_IN_ENCODER || this.#load.full(performance.now());
  }

  /** The machine does not keep up with this size and rate. */
  get behind(): boolean {
    return this.#full || this.#load.behind(performance.now());
  }

  /** The next picture begins a group. */
  askKey(): void {
    this.#wantKey = true;
  }

  set(size: PictureSize, bitRate: number): void {
    const same = size.width === this.#size.width && size.height === this.#size.height;
    if (same && Math.abs(bitRate - this.#bitRate) < this.#bitRate * CHANGE && size.frameRate === this.#size.frameRate)
      return;
    this.#size = size;
    this.#bitRate = bitRate;
    if (!same) this.#wantKey = true;
    if (this.#encoder?.state === "configured") this.#encoder.configure(this.#config());
  }

  /** False when it was left out because the encoder does not keep up. */
  encode(frame: VideoFrame, time: number): boolean {
    if (this.#full) return false;
    let stamped: VideoFrame | null = null;
    try {
      this.#encoder ??= this.#make();
      // The encoder gives back the frame's own time: give it ours.
      stamped = new VideoFrame(frame, { timestamp: time });
      this.#load.begin(time, performance.now());
      this.#encoder.encode(stamped, { keyFrame: this.#wantKey });
      this.#wantKey = false;
    } catch (error) {
      this.#reset(error);
      return false;
    } finally {
      stamped?.close();
    }
    return true;
  }

  close(): void {
    if (this.#encoder !== null && this.#encoder.state !== "closed") this.#encoder.close();
    this.#encoder = null;
    this.#wantKey = true;
    this.#load.clear();
  }

  #config(): VideoEncoderConfig {
    return configOf(this.#chosen, this.#size, this.#bitRate, this.#detail);
  }

  #make(): VideoEncoder {
    const encoder = new VideoEncoder({
      output: (chunk, metadata) => {
        if (this.#encoder !== encoder) return;
        const bytes = new Uint8Array(chunk.byteLength);
        chunk.copyTo(bytes);
        const key = chunk.type === "key";
        if (key) this.keys++;
        this.#load.end(chunk.timestamp, performance.now());
        const told = (metadata as { svc?: { temporalLayerId?: number } } | undefined)?.svc?.temporalLayerId ?? 0;
        const layer = key ? 0 : Math.min(told, this.#chosen.layers - 1);
        this.#picture({ bytes, key, layer, discardable: layer > 0, time: chunk.timestamp });
      },
      error: (error) => {
        if (this.#encoder === encoder) this.#reset(error);
      },
    });
    encoder.configure(this.#config());
    return encoder;
  }

  #reset(error: unknown): void {
    this.#encoder = null;
    this.#wantKey = true;
    this.#load.clear();
    this.#failed(error);
  }
}
