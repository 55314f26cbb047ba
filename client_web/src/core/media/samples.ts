/** Rows of samples: channels, rates, packets. */

/** As many channels as wanted: the mean of all, or the first for those that are missing. */
export function toChannels(from: readonly Float32Array[], channels: number): Float32Array[] {
  if (from.length === 0) return [];
  if (channels >= from.length) return Array.from({ length: channels }, (_, i) => from[i] ?? from[0]!);
  const out = new Float32Array(from[0]!.length);
  for (const row of from) for (let i = 0; i < out.length; i++) out[i]! += row[i]! / from.length;
  return Array.from({ length: channels }, () => out);
}

/** Linear: enough for speech from devices that do not run at 48 kHz. */
export function resampled(samples: Float32Array, from: number, to: number): Float32Array {
  if (from === to) return samples;
  const out = new Float32Array(Math.round((samples.length * to) / from));
  for (let i = 0; i < out.length; i++) {
    const at = (i * from) / to;
    const whole = Math.min(samples.length - 1, Math.floor(at));
    const next = Math.min(samples.length - 1, whole + 1);
    out[i] = samples[whole]! + (samples[next]! - samples[whole]!) * (at - whole);
  }
  return out;
}

/** Further apart than this, microseconds, and something was left out: do not stretch over it. */
const HOLE_US = 40_000;

/** Blocks of any length into packets of one length, each with the time of its first sample, microseconds. */
export class Packets {
  readonly #length: number;
  readonly #rate: number;
  #rows: Float32Array[] = [];
  #filled = 0;
  #time = 0;

  constructor(length: number, rate: number) {
    this.#length = length;
    this.#rate = rate;
  }

  push(
    time: number,
    channels: readonly Float32Array[],
    packet: (time: number, channels: Float32Array[]) => void,
  ): void {
    const us = 1e6 / this.#rate;
    if (this.#filled > 0 && Math.abs(time - (this.#time + this.#filled * us)) > HOLE_US) this.#filled = 0;
    const length = channels[0]?.length ?? 0;
    for (let at = 0; at < length;) {
      if (this.#filled === 0) {
        this.#time = time + at * us;
        this.#rows = channels.map(() => new Float32Array(this.#length));
      }
      const take = Math.min(this.#length - this.#filled, length - at);
      this.#rows.forEach((row, i) => row.set(channels[i]!.subarray(at, at + take), this.#filled));
      this.#filled += take;
      at += take;
      if (this.#filled < this.#length) continue;
      this.#filled = 0;
      packet(Math.round(this.#time), this.#rows);
    }
  }
}
