/** How loud something is, in RFC 6464's words (0 dBov is the loudest there is), and whether somebody speaks. */

const LEAST_DB = -127;
/** What meters show as nothing and as full. */
const METER_LOW_DB = -60;
const METER_HIGH_DB = -6;

/** Root mean square of samples of -1 to 1 as dBov, -127 to 0. */
export function loudnessOf(samples: Float32Array): number {
  let sum = 0;
  for (const sample of samples) sum += sample * sample;
  const rms = Math.sqrt(sum / Math.max(1, samples.length));
  return rms <= 0 ? LEAST_DB : Math.max(LEAST_DB, Math.min(0, 20 * Math.log10(rms)));
}

/** The level byte of a frame's head: 127 minus the negative dBov. */
export const levelByte = (db: number): number => Math.round(Math.max(0, Math.min(127, 127 + db)));
export const dbOfByte = (level: number): number => level - 127;

/** 0 to 1 for a meter, even to the ear. */
export function meterOf(db: number): number {
  return Math.max(0, Math.min(1, (db - METER_LOW_DB) / (METER_HIGH_DB - METER_LOW_DB)));
}

/** Meters rise at once and fall slowly. */
export class Meter {
  #value = 0;
  #at = 0;

  push(db: number, now: number): number {
    const fallen = this.value(now);
    this.#value = Math.max(fallen, meterOf(db));
    this.#at = now;
    return this.#value;
  }

  value(now: number): number {
    return Math.max(0, this.#value - ((now - this.#at) / 1000) * 1.5);
  }
}

/** Louder than the room by so much, and than this at all, is speech. */
const OVER_NOISE_DB = 12;
const LEAST_SPEECH_DB = -50;
/** Surely speech, whatever the room. */
const LOUD_DB = -30;
/** Goes on so long after the last loud frame: ends of words are quiet. */
const HANGOVER_MS = 400;
const NOISE_UP = 0.01;
const NOISE_DOWN = 0.2;

/** Voice activity from loudness: a slowly rising floor of noise, and a hangover. */
export class VoiceActivity {
  #noise = -60;
  #until = -Infinity;

  push(db: number, now: number): boolean {
    const loud = db > LOUD_DB || (db > LEAST_SPEECH_DB && db > this.#noise + OVER_NOISE_DB);
    this.#noise += (db - this.#noise) * (db > this.#noise ? NOISE_UP : NOISE_DOWN);
    this.#noise = Math.max(-90, Math.min(-35, this.#noise));
    if (loud) this.#until = now + HANGOVER_MS;
    return now < this.#until;
  }

  speaking(now: number): boolean {
    return now < this.#until;
  }
}
