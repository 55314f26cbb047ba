/** Opus to samples: by the browser, or where it cannot by WebAssembly, which loads only then. */

import { Tags } from "../core/media/tags";

/** 48 kHz, a row of samples for each channel; `time` of capture, microseconds. */
export interface Decoded {
  readonly time: number;
  readonly channels: Float32Array[];
}

export interface OpusDecoding {
  decode(time: number, packet: Uint8Array): void;
  close(): void;
}

export const SAMPLE_RATE = 48_000;

export function hasAudioDecoder(): boolean {
  return typeof AudioDecoder === "function" && typeof EncodedAudioChunk === "function";
}

/** `failed` may come several times; decoding goes on with the next packet. */
export function decodeOpus(
  channels: number,
  decoded: (sound: Decoded) => void,
  failed: (error: unknown) => void,
): OpusDecoding {
  return hasAudioDecoder() ? byBrowser(channels, decoded, failed) : byWasm(channels, decoded, failed);
}

function byBrowser(
  channels: number,
  decoded: (sound: Decoded) => void,
  failed: (error: unknown) => void,
): OpusDecoding {
  let decoder: AudioDecoder | null = null;
  const tags = new Tags();
  const make = (): AudioDecoder => {
    tags.clear();
    const made = new AudioDecoder({
      output: (data) => decoded({ time: tags.take(data.timestamp)?.time ?? data.timestamp, channels: samplesOf(data) }),
      error: (error) => {
        decoder = null;
        failed(error);
      },
    });
    made.configure({ codec: "opus", sampleRate: SAMPLE_RATE, numberOfChannels: channels });
    return made;
  };
  return {
    decode(time, packet) {
      try {
        decoder ??= make();
        // Every Opus packet can be decoded alone.
        tags.push({ time });
        decoder.decode(new EncodedAudioChunk({ type: "key", timestamp: time, data: packet }));
      } catch (error) {
        decoder = null;
        failed(error);
      }
    },
    close() {
      if (decoder !== null && decoder.state !== "closed") decoder.close();
      decoder = null;
    },
  };
}

/** Takes the data. */
function samplesOf(data: AudioData): Float32Array[] {
  const channels = Array.from({ length: data.numberOfChannels }, (_, planeIndex) => {
    const samples = new Float32Array(data.numberOfFrames);
    data.copyTo(samples, { planeIndex, format: "f32-planar" });
    return samples;
  });
  data.close();
  return channels;
}

/** Sound that waits for the decoder to load: older packets are too late anyway. */
const MOST_WAITING = 25;

function byWasm(channels: number, decoded: (sound: Decoded) => void, failed: (error: unknown) => void): OpusDecoding {
  let waiting: [time: number, packet: Uint8Array][] = [];
  let over = false;
  let decoder: { decodeFrame(packet: Uint8Array): { channelData: Float32Array[] }; free(): void } | null = null;
  const run = (time: number, packet: Uint8Array): void => {
    try {
      // The arrays belong to the decoder's memory and are overwritten by the next packet.
      decoded({ time, channels: decoder!.decodeFrame(packet).channelData.map((samples) => samples.slice()) });
    } catch (error) {
      failed(error);
    }
  };
  const load = async (): Promise<void> => {
    const { OpusDecoder } = await import("opus-decoder");
    const stereo = channels > 1;
    const loaded = new OpusDecoder({
      channels: stereo ? 2 : 1,
      streamCount: 1,
      coupledStreamCount: stereo ? 1 : 0,
      channelMappingTable: stereo ? [0, 1] : [0],
      preSkip: 0,
    });
    await loaded.ready;
    if (over) return loaded.free();
    decoder = loaded;
    for (const [time, packet] of waiting) run(time, packet);
    waiting = [];
  };
  load().catch(failed);
  return {
    decode(time, packet) {
      if (decoder !== null) return run(time, packet);
      waiting.push([time, packet]);
      if (waiting.length > MOST_WAITING) waiting.shift();
    },
    close() {
      over = true;
      decoder?.free();
      decoder = null;
      waiting = [];
    },
  };
}
