/** In the audio thread, where browsers give no other way to a track's samples: passes them on in blocks of 10 ms. */

import type { FromRecorder } from "./player_messages";

declare const sampleRate: number;
declare const currentTime: number;
declare class AudioWorkletProcessor {
  readonly port: MessagePort;
}
declare function registerProcessor(name: string, processor: new () => AudioWorkletProcessor): void;

const BLOCK = 480;

class Recorder extends AudioWorkletProcessor {
  #block: Float32Array[] = [];
  #filled = 0;
  #at = 0;

  process([input]: Float32Array[][]): boolean {
    const channels = input ?? [];
    const length = channels[0]?.length ?? 0;
    for (let i = 0; i < length; i++) {
      if (this.#filled === 0) {
        this.#at = currentTime + i / sampleRate;
        this.#block = channels.map(() => new Float32Array(BLOCK));
      }
      channels.forEach((samples, channel) => {
        const into = this.#block[channel];
        if (into !== undefined) into[this.#filled] = samples[i]!;
      });
      if (++this.#filled === BLOCK) this.#send();
    }
    return true;
  }

  #send(): void {
    const message: FromRecorder = { at: this.#at, channels: this.#block };
    this.port.postMessage(
      message,
      this.#block.map(({ buffer }) => buffer),
    );
    this.#filled = 0;
  }
}

registerProcessor("turia-recorder", Recorder);
