/**
 * From the times that devices put on what they capture to one clock for all of a publisher's tracks, microseconds. Devices
 * count from moments of their own; the frame that took the shortest way here says best where that is.
 */

/** Devices' clocks drift by far less: microseconds a second. */
const RISE_US_S = 1_000;
/** Another time line: the device was restarted. */
const ANOTHER_US = 1_000_000;

export class CaptureClock {
  #offset = NaN;
  #at = 0;
  #last = -Infinity;

  /** `stamp` of the device, microseconds, of something that came at `now`, milliseconds. Never runs backwards. */
  map(stamp: number, now: number): number {
    const offset = now * 1000 - stamp;
    if (Number.isNaN(this.#offset) || Math.abs(offset - this.#offset) > ANOTHER_US) this.#offset = offset;
    const risen = this.#offset + (RISE_US_S * (now - this.#at)) / 1000;
    this.#offset = Math.min(offset, risen);
    this.#at = now;
    this.#last = Math.max(this.#last, Math.round(stamp + this.#offset), 0);
    return this.#last;
  }
}
