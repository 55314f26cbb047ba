/** Between the page and its audio thread. Times of capture in milliseconds, `at` in seconds of the audio context. */

import type { RingReport } from "../core/media/ring_player";

export type ToPlayer =
  | { readonly kind: "sound"; readonly time: number; readonly channels: Float32Array[] }
  | { readonly kind: "line"; readonly time: number; readonly at: number }
  | { readonly kind: "end" };

export type FromPlayer = RingReport & { readonly at: number };

/** What the microphone's worklet sends: a block of samples of each channel, and when its first was recorded. */
export interface FromRecorder {
  readonly at: number;
  readonly channels: Float32Array[];
}
