/** The media line's life: opened when first needed, with a new pass each time, coming back with jitter. */

import type { Cancel, Clock, Random } from "../core/clock";
import { Reconnect } from "../core/reconnect";
import { type Readable, writable } from "../core/store";
import { CommandError } from "../net/command_error";
import type { MediaConnection, MediaConnectionEvents } from "../net/media_line";
import type { MediaClientEvents, MediaServerEvents } from "../net/media.gen";
import { type Auth, CloseCode, PROTOCOL_VERSION } from "../net/protocol.gen";
import type { MediaLineState } from "./api";

export interface LineParts {
  readonly clock: Clock;
  readonly random: Random;
  readonly open: (auth: Auth, events: MediaConnectionEvents) => MediaConnection;
  /** A new pass; null: the person must sign in again. Rejects when the venue cannot be reached. */
  readonly pass: () => Promise<string | null>;
  /** Connected, the first time or again: everything must be said anew. */
  readonly up: () => void;
  readonly down: () => void;
  /** Whether the venue's own line stands. */
  readonly inside: Readable<boolean>;
  readonly frame: (bytes: ArrayBuffer | ArrayBufferView) => void;
  readonly event: <K extends keyof MediaServerEvents>(name: K, payload: MediaServerEvents[K]) => void;
}

const CLIENT = "web/0.1.0";
const SYNC_EVERY_MS = 2_500;
/** So long without an answer and the line is dead although it does not say so. */
const DEAD_MS = 12_000;
/** What the end of the venue's line brings to this one, and a welcome there takes back. */
const WITH_THE_VENUE: ReadonlySet<number> = new Set([
  CloseCode.REPLACED,
  CloseCode.LEFT,
  CloseCode.NOT_ADMITTED,
  CloseCode.NOT_SIGNED_IN,
]);
/** Which line was replaced shows within this time: if it was another page's doing, the venue's line ends, too. */
const SETTLED_MS = 1_000;

export class MediaLine {
  readonly #parts: LineParts;
  readonly #reconnect: Reconnect;
  readonly #state = writable<MediaLineState>({ kind: "off" });
  #connection: MediaConnection | null = null;
  #attempt = 0;
  #answeredAt = 0;
  #cancelSync: Cancel = () => undefined;
  #cancelShow: Cancel = () => undefined;
  #cancelSettled: Cancel = () => undefined;
  /** One attempt for each welcome. */
  #owed = false;
  roundTripMs: number | null = null;
  /** How often it came back. */
  reconnects = 0;

  constructor(parts: LineParts) {
    this.#parts = parts;
    this.#reconnect = new Reconnect(
      parts.clock,
      parts.random,
      { connect: () => void this.#connect(), disconnect: () => this.#drop() },
      () => this.#show(),
    );
    let stood = false;
    parts.inside.subscribe((stands) => {
      if (stands && !stood) this.#welcomed();
      stood = stands;
    });
  }

  get state(): Readable<MediaLineState> {
    return this.#state;
  }

  get connected(): boolean {
    return this.#reconnect.phase === "connected";
  }

  get waitingBytes(): number {
    return this.#connection?.waitingBytes ?? 0;
  }

  /** Nothing happens when it is open or on its way. */
  start(): void {
    if (this.#reconnect.phase === "idle") this.#reconnect.start();
  }

  stop(): void {
    this.#reconnect.stop();
  }

  retry(): void {
    this.#reconnect.now();
  }

  send(piece: ArrayBuffer): void {
    if (this.connected) this.#connection?.send(piece);
  }

  command<K extends keyof MediaClientEvents>(
    name: K,
    payload: MediaClientEvents[K]["payload"],
  ): Promise<MediaClientEvents[K]["answer"]> {
    if (this.#connection === null || !this.connected)
      return Promise.reject(new CommandError("not_connected", "Sound and pictures are not connected yet.", true));
    return this.#connection.command(name, payload);
  }

  /** The venue's line stands anew: what ended with the old one begins again. */
  #welcomed(): void {
    this.#owed = true;
    if (this.#endedWithTheVenue) this.#again();
  }

  get #endedWithTheVenue(): boolean {
    return this.#reconnect.phase === "closed" && WITH_THE_VENUE.has(this.#reconnect.code);
  }

  #again(): void {
    this.#owed = false;
    this.#reconnect.now();
  }

  async #connect(): Promise<void> {
    const attempt = ++this.#attempt;
    let token: string | null;
    try {
      token = await this.#parts.pass();
    } catch {
      if (attempt === this.#attempt) this.#reconnect.lost();
      return;
    }
    if (attempt !== this.#attempt) return;
    if (token === null) return this.#reconnect.refuse(CloseCode.NOT_SIGNED_IN, "");
    const auth: Auth = { token, protocol: PROTOCOL_VERSION, tier: "full", client: CLIENT };
    this.#connection = this.#parts.open(auth, this.#events(attempt));
  }

  #events(attempt: number): MediaConnectionEvents {
    const current = (): boolean => attempt === this.#attempt;
    return {
      onUp: () => {
        if (!current()) return;
        if (!this.#reconnect.fresh) this.reconnects++;
        this.#reconnect.connected();
        this.#answeredAt = this.#parts.clock.now();
        this.#sync();
        this.#parts.up();
      },
      onFrame: (bytes) => {
        if (current()) this.#parts.frame(bytes);
      },
      onEvent: (name, payload) => {
        if (!current()) return;
        if (name === "closing") this.#reconnect.closing(payload as MediaServerEvents["closing"]);
        this.#parts.event(name, payload);
      },
      onLost: () => {
        if (!current()) return;
        this.#over();
        this.#reconnect.lost();
      },
    };
  }

  #drop(): void {
    this.#connection?.close();
    this.#over();
  }

  #over(): void {
    const had = this.#connection !== null;
    this.#connection = null;
    this.#attempt++;
    this.#cancelSync();
    if (had) this.#parts.down();
  }

  #sync(): void {
    const { clock } = this.#parts;
    this.#cancelSync();
    this.#cancelSync = clock.after(SYNC_EVERY_MS, () => this.#sync());
    if (clock.now() - this.#answeredAt > DEAD_MS) return this.#reconnect.dead();
    const sent = clock.now();
    this.command("sync", { t: sent }).then(
      () => {
        this.#answeredAt = clock.now();
        const trip = clock.now() - sent;
        this.roundTripMs = this.roundTripMs === null ? trip : this.roundTripMs * 0.7 + trip * 0.3;
      },
      () => undefined,
    );
  }

  #show(): void {
    const { phase, message, secondsLeft, code, fresh } = this.#reconnect;
    this.#cancelShow();
    if (phase === "waiting") this.#cancelShow = this.#parts.clock.after(1_000, () => this.#show());
    const states: Record<typeof phase, MediaLineState> = {
      idle: { kind: "off" },
      connecting: fresh && message === "" ? { kind: "connecting" } : { kind: "reconnecting", seconds: 0, message },
      connected: { kind: "connected" },
      waiting: { kind: "reconnecting", seconds: secondsLeft, message },
      offline: { kind: "reconnecting", seconds: 0, message },
      closed: { kind: "closed", code, message },
    };
    this.#state.set(states[phase]);
    // The news of the old line's end may come after the new one's welcome.
    this.#cancelSettled();
    if (this.#owed && this.#endedWithTheVenue)
      this.#cancelSettled = this.#parts.clock.after(SETTLED_MS, () => {
        if (this.#parts.inside.get() && this.#owed && this.#endedWithTheVenue) this.#again();
      });
  }
}
