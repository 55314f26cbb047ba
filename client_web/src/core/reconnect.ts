/**
 * Whether, when and how to come back: the range of the closing code decides (protocol/close_codes.py), waits grow with
 * jitter so that thousands do not return at the same moment, and each reason for stopping has its way out.
 *
 *   idle -> connecting -> connected -> waiting -> connecting -> ...
 *                                   -> offline -> connecting
 *                                   -> closed          (until the person acts)
 */

import { CLOSE_SENTENCES, CloseCode, type Closing, comesBack } from "../net/protocol.gen";
import type { Cancel, Clock, Random } from "./clock";

export type Phase = "idle" | "connecting" | "connected" | "waiting" | "offline" | "closed";
export type Offer = "useHere" | "reload" | "enter";

const FIRST_MS = 600;
/** While a restart may be under way (the first attempts), and later. */
const MOST_SOON_MS = 3_000;
const MOST_MS = 12_000;
const SOON_ATTEMPTS = 12;
const ATTEMPT_MS = 10_000;
/** A connection that lived this long makes the next failure the first one again. */
const STABLE_MS = 15_000;

const LOST = "The connection was lost.";
const UNREACHABLE = "The venue cannot be reached.";
const OFFLINE = "This device is offline. You will be back in your place when the network returns.";

/** What the policy asks of the world. `connect` must end in connected(), failed() or a timeout; `disconnect` is silent. */
export interface Line {
  connect(): void;
  disconnect(): void;
}

export class Reconnect {
  phase: Phase = "idle";
  message = "";
  /** Of the last closing, 0 before. */
  code = 0;
  offer: Offer = "enter";
  readonly #clock: Clock;
  readonly #random: Random;
  readonly #line: Line;
  readonly #changed: () => void;
  #attempt = 0;
  #connectedAt = 0;
  #nextAt = 0;
  #cancel: Cancel = () => undefined;
  /** The server said why before it closed. */
  #closing: Closing | null = null;

  constructor(clock: Clock, random: Random, line: Line, changed: () => void) {
    this.#clock = clock;
    this.#random = random;
    this.#line = line;
    this.#changed = changed;
  }

  /** Seconds until the next try, 0 when trying. */
  get secondsLeft(): number {
    return this.phase === "waiting" ? Math.max(0, Math.ceil((this.#nextAt - this.#clock.now()) / 1000)) : 0;
  }

  /** True before the first welcome of this visit. */
  get fresh(): boolean {
    return this.#connectedAt === 0;
  }

  start(): void {
    this.#attempt = 0;
    this.#connectedAt = 0;
    this.code = 0;
    this.message = "";
    this.#try();
  }

  /** The welcome is here. */
  connected(): void {
    this.#cancel();
    this.#closing = null;
    this.#connectedAt = this.#clock.now();
    this.#enter("connected", "");
  }

  /** The server says that it will close, and why. */
  closing(closing: Closing): void {
    this.#closing = closing;
  }

  /** The transport is gone, or the attempt was refused (with the reason in `closing`, if any). */
  lost(): void {
    if (this.phase !== "connecting" && this.phase !== "connected") return;
    const closing = this.#closing;
    this.#closing = null;
    this.#cancel();
    if (closing !== null && !comesBack(closing.code)) return this.#stop(closing);
    if (this.phase === "connected" && this.#clock.now() - this.#connectedAt > STABLE_MS) this.#attempt = 0;
    const sentence = this.phase === "connected" ? LOST : UNREACHABLE;
    this.code = closing?.code ?? 0;
    this.#wait(closing?.retry_after ?? null, closing?.message || CLOSE_SENTENCES[this.code] || sentence);
  }

  /** Nothing came for too long, or the machine woke up: the line is dead although it does not say so. */
  dead(): void {
    if (this.phase !== "connected" && this.phase !== "connecting") return;
    this.#line.disconnect();
    this.lost();
  }

  /** The person must act: his pass is not valid any more, or he is not signed in. */
  refuse(code: number, message: string): void {
    this.#line.disconnect();
    this.#cancel();
    this.#stop({ code, message, reason: "", retry_after: null });
  }

  offline(): void {
    if (this.phase === "closed" || this.phase === "idle") return;
    this.#line.disconnect();
    this.#cancel();
    this.#closing = null;
    this.#enter("offline", OFFLINE);
  }

  /** The network is back, or the page became visible again: no reason to wait longer. */
  online(): void {
    if (this.phase === "offline") this.#attempt = 0;
    if (this.phase === "offline" || (this.phase === "waiting" && this.code < CloseCode.FULL)) this.#soon();
  }

  /** Anew and at once, although the line is good: something that only connecting changes. */
  again(): void {
    if (this.phase !== "connected") return;
    this.#line.disconnect();
    this.#try();
  }

  /** "Try now" and "use here instead". */
  now(): void {
    if (this.phase === "waiting" || this.phase === "offline" || this.phase === "closed") this.#try();
  }

  /** The person left. */
  stop(): void {
    this.#cancel();
    this.#closing = null;
    this.#line.disconnect();
    this.#enter("idle", "");
  }

  #soon(): void {
    this.#cancel();
    this.#nextAt = this.#clock.now() + this.#random() * 500;
    this.#cancel = this.#clock.after(this.#nextAt - this.#clock.now(), () => this.#try());
    this.#enter("waiting", this.message || LOST);
  }

  #wait(retryAfterS: number | null, message: string): void {
    const most = this.#attempt < SOON_ATTEMPTS ? MOST_SOON_MS : MOST_MS;
    const grown = Math.min(most, FIRST_MS * 2 ** this.#attempt);
    const base = retryAfterS === null ? grown / 2 : retryAfterS * 1000;
    const spread = retryAfterS === null ? grown / 2 : Math.max(500, retryAfterS * 300);
    const delay = base + this.#random() * spread;
    this.#attempt++;
    this.#nextAt = this.#clock.now() + delay;
    this.#cancel = this.#clock.after(delay, () => this.#try());
    this.#enter("waiting", message);
  }

  #try(): void {
    this.#cancel();
    this.#closing = null;
    this.#enter("connecting", this.message);
    this.#cancel = this.#clock.after(ATTEMPT_MS, () => this.dead());
    this.#line.connect();
  }

  #stop(closing: Closing): void {
    this.code = closing.code;
    this.offer = offerFor(closing.code);
    this.#enter("closed", closing.message || CLOSE_SENTENCES[closing.code] || UNREACHABLE);
  }

  #enter(phase: Phase, message: string): void {
    this.phase = phase;
    this.message = message;
    this.#changed();
  }
}

const ENTER_AGAIN: ReadonlySet<number> = new Set([CloseCode.NOT_SIGNED_IN, CloseCode.NOT_ADMITTED, CloseCode.LEFT]);

function offerFor(code: number): Offer {
  if (code === CloseCode.REPLACED || code === CloseCode.TOO_MANY_COMPANIONS) return "useHere";
  return ENTER_AGAIN.has(code) ? "enter" : "reload";
}
