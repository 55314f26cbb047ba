/**
 * How many bits a second pictures may take: additive increase, multiplicative decrease, from what waits on one's own line,
 * what the server says of the viewers' lines, and whether the encoder keeps up. Sound is not asked: it always goes.
 */

export const LEAST_VIDEO_BIT_RATE = 100_000;
/** More than this waiting on the line, and it is too slow for what is sent; milliseconds of sending. */
const BEHIND_MS = 300;
/** Beyond this, pictures are left out before they are encoded. */
export const STALLED_MS = 900;
const DECREASE = 0.7;
/** A machine that is too slow is helped by fewer pixels only: the next size at once. */
const DECREASE_ENCODER = 0.5;
/** Between two decreases, and from a decrease to the next increase. */
const HOLD_MS = 1_000;
const CALM_MS = 3_000;
const INCREASE_PER_S = 60_000;

export class SendRate {
  readonly #most: number;
  readonly #least: number;
  #target: number;
  #tickAt: number;
  #downAt = -Infinity;
  /** What the server last said that viewers' lines take. */
  #advice = Infinity;
  #stalled = false;

  /** Bits a second. */
  constructor(most: number, now: number, least = LEAST_VIDEO_BIT_RATE) {
    this.#most = Math.max(least, most);
    this.#least = least;
    this.#target = this.#most;
    this.#tickAt = now;
  }

  get target(): number {
    return Math.round(this.#target);
  }

  /** Nothing should be encoded now: the line has not taken what was sent. */
  get stalled(): boolean {
    return this.#stalled;
  }

  /** From the server, which knows how many viewers it is worth it for; 0: no limit. Holds until it says something else. */
  advise(bitRate: number): void {
    this.#advice = bitRate > 0 ? Math.max(this.#least, bitRate) : Infinity;
    this.#target = Math.min(this.#target, this.#advice);
  }

  /** A few times a second. `waitingBytes` on the line, `sentBitRate` of everything that left lately. */
  tick(waitingBytes: number, sentBitRate: number, encoderBehind: boolean, now: number): void {
    const elapsed = Math.max(0, now - this.#tickAt) / 1000;
    this.#tickAt = now;
    const waitsMs = (waitingBytes * 8_000) / Math.max(this.#least, sentBitRate);
    this.#stalled = waitsMs > STALLED_MS;
    if (encoderBehind) this.#down(this.#target * DECREASE_ENCODER, now);
    else if (waitsMs > BEHIND_MS) this.#down(this.#target * DECREASE, now);
    else if (now - this.#downAt > CALM_MS) this.#up(INCREASE_PER_S * elapsed);
  }

  #down(to: number, now: number): void {
    if (now - this.#downAt < HOLD_MS) return;
    this.#downAt = now;
    this.#target = Math.max(this.#least, to);
  }

  #up(by: number): void {
    this.#target = Math.min(this.#most, this.#advice, this.#target + by);
  }
}

/** Size and pace of a picture. */
export interface PictureSize {
  readonly width: number;
  readonly height: number;
  readonly frameRate: number;
}

/** Below these bits a pixel and frame a picture falls apart: better a smaller one. Camera and film; screens keep their size. */
const STEPS: readonly { readonly bitRate: number; readonly height: number; readonly frameRate: number }[] = [
  { bitRate: 600_000, height: 720, frameRate: 30 },
  { bitRate: 300_000, height: 480, frameRate: 30 },
  { bitRate: 160_000, height: 360, frameRate: 24 },
  { bitRate: 0, height: 240, frameRate: 15 },
];
/** Up again only with so much more, so that the size does not swing. */
const UP_SHARE = 1.3;

/** The size for a bit rate; `height` now decides the direction. `own`: what the camera gives. */
export function sizeFor(bitRate: number, own: PictureSize, height: number): PictureSize {
  const step = STEPS.find((each) => bitRate >= each.bitRate * (each.height > height ? UP_SHARE : 1)) ?? STEPS.at(-1)!;
  return scaled(own, step.height, step.frameRate);
}

/** `own` made at most `height` high, sides even as encoders want them. */
export function scaled(own: PictureSize, height: number, frameRate: number): PictureSize {
  const scale = Math.min(1, height / own.height);
  const even = (value: number): number => Math.max(2, Math.round((value * scale) / 2) * 2);
  return { width: even(own.width), height: even(own.height), frameRate: Math.min(own.frameRate, frameRate) };
}

/** What leaves too fast is thinned evenly: whether the frame of `time` (milliseconds) goes. */
export class Pace {
  #next = -Infinity;

  take(time: number, frameRate: number): boolean {
    const every = 1000 / Math.max(1, frameRate);
    // Cameras jitter: a frame that is a little early still counts as this one.
    if (time < this.#next - every * 0.3) return false;
    this.#next = this.#next === -Infinity ? time + every : Math.max(this.#next + every, time + every * 0.5);
    return true;
  }
}
