/**
 * When, on the client's clock, a tick of the server was. Every snapshot and every answer to `sync` gives a sample; the
 * median of the last ones is taken, so that one late packet moves nothing. The spread of the samples says how far
 * behind the present one must draw for data to be there in time.
 */

import { TICK_MS } from "../net/protocol.gen";

const SAMPLES = 30;
/** Beyond this a sample is not lateness but another time line (the server restarted, the machine slept). */
const ANOTHER_TIME_MS = 2_000;
/** Offsets are followed at about this pace, so that figures never jump: milliseconds a second. */
const SLEW_MS_S = 40;
/** Far behind it goes faster: a server that ticks slower under load would be overtaken otherwise. */
const CATCH_UP_PER_S = 2;
const LEAST_DELAY_MS = 100;
const MOST_DELAY_MS = 400;
const MARGIN_MS = 15;

export class ServerClock {
  #samples: number[] = [];
  #gaps: number[] = [];
  #lastTick = 0;
  #offset = NaN;
  #delay = LEAST_DELAY_MS;
  #movedAt = NaN;
  /** Smoothed round trip, or null before the first answer. */
  roundTripMs: number | null = null;

  get ready(): boolean {
    return !Number.isNaN(this.#offset);
  }

  /** Newest tick seen. */
  get tick(): number {
    return this.#lastTick;
  }

  /** How far behind the newest data figures are drawn, milliseconds. */
  get delayMs(): number {
    return this.#delay;
  }

  reset(): void {
    this.#samples = [];
    this.#gaps = [];
    this.#lastTick = 0;
    this.#offset = NaN;
    this.#delay = LEAST_DELAY_MS;
  }

  /** A snapshot of `tick` arrived at `now`. */
  snapshot(tick: number, now: number): void {
    if (this.#lastTick > 0 && tick > this.#lastTick) push(this.#gaps, (tick - this.#lastTick) * TICK_MS);
    this.#lastTick = Math.max(this.#lastTick, tick);
    this.#sample(now - tick * TICK_MS, now);
  }

  /** The answer to a `sync` sent at `sentAt` arrived at `now`. */
  synced(sentAt: number, now: number, tick: number): void {
    const trip = Math.max(0, now - sentAt);
    this.roundTripMs = this.roundTripMs === null ? trip : this.roundTripMs * 0.7 + trip * 0.3;
    // The tick is under way: half a tick old on average. Data of a tick comes half a round trip later.
    if (!this.ready) this.#sample(now - (tick + 0.5) * TICK_MS, now);
  }

  /** The moment of the server, in ticks with fraction, to draw at `now`. */
  playTick(now: number): number {
    if (!this.ready) return 0;
    this.#follow(now);
    return (now - this.#offset - this.#delay) / TICK_MS;
  }

  #sample(offset: number, now: number): void {
    if (this.ready && Math.abs(offset - this.#offset) > ANOTHER_TIME_MS) {
      this.#samples = [];
      this.#offset = NaN;
    }
    push(this.#samples, offset);
    if (!this.ready) {
      this.#offset = offset;
      this.#movedAt = now;
    }
  }

  #follow(now: number): void {
    const elapsed = Math.max(0, now - this.#movedAt) / 1000;
    this.#movedAt = now;
    const most = SLEW_MS_S * elapsed;
    const behind = quantile(this.#samples, 0.5) - this.#offset;
    const pace = most + Math.abs(behind) * Math.min(1, CATCH_UP_PER_S * elapsed);
    this.#offset += clamp(behind, -pace, pace);
    const late = quantile(this.#samples, 0.95) - quantile(this.#samples, 0.5);
    const period = this.#gaps.length === 0 ? TICK_MS : quantile(this.#gaps, 0.5);
    const wanted = clamp(period * 1.2 + late + MARGIN_MS, LEAST_DELAY_MS, Math.max(MOST_DELAY_MS, period * 1.3));
    this.#delay += clamp(wanted - this.#delay, -most, most);
  }
}

function push(list: number[], value: number): void {
  list.push(value);
  if (list.length > SAMPLES) list.shift();
}

function quantile(values: readonly number[], q: number): number {
  if (values.length === 0) return 0;
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(q * sorted.length))]!;
}

const clamp = (value: number, low: number, high: number): number => Math.max(low, Math.min(high, value));
