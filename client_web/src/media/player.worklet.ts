/** In the audio thread: one track's sound, played along the line that the page gives. */

import { RingPlayer } from "../core/media/ring_player";
import type { FromPlayer, ToPlayer } from "./player_messages";

declare const sampleRate: number;
declare const currentTime: number;
declare class AudioWorkletProcessor {
  readonly port: MessagePort;
}
declare function registerProcessor(name: string, processor: new (options: Options) => AudioWorkletProcessor): void;

interface Options {
  readonly processorOptions: { readonly channels: number };
}

const REPORT_EVERY_S = 0.05;

class Player extends AudioWorkletProcessor {
  readonly #ring: RingPlayer;
  /** Capture time, milliseconds, to be played at context time `#at`, seconds. */
  #time = NaN;
  #at = 0;
  #reportAt = 0;
  #over = false;

  constructor({ processorOptions }: Options) {
    super();
    this.#ring = new RingPlayer(sampleRate, processorOptions.channels);
    this.port.onmessage = ({ data }: MessageEvent<ToPlayer>) => this.#take(data);
  }

  #take(message: ToPlayer): void {
    if (message.kind === "sound") this.#ring.push(message.time, message.channels);
    else if (message.kind === "line") {
      this.#time = message.time;
      this.#at = message.at;
    } else this.#over = true;
  }

  process(_inputs: Float32Array[][], outputs: Float32Array[][]): boolean {
    const out = outputs[0];
    if (out === undefined || out.length === 0) return !this.#over;
    this.#ring.render(out, this.#time + (currentTime - this.#at) * 1000);
    if (currentTime >= this.#reportAt) {
      this.#reportAt = currentTime + REPORT_EVERY_S;
      const report: FromPlayer = { ...this.#ring.report(), at: currentTime };
      this.port.postMessage(report);
    }
    return !this.#over;
  }
}

registerProcessor("turia-player", Player);
