/**
 * The backbone of a page without an avatar (organisers, moderators): a companion connection of its own, which comes back
 * by the same rules as the venue's. Loads socket.io; pages that can do without live entries use net/backbone_http.ts.
 */

import type { Cancel, Clock, Random } from "../core/clock";
import { Liveness } from "../core/liveness";
import { Reconnect } from "../core/reconnect";
import { type Readable, writable } from "../core/store";
import { ApiError, type PassAnswer } from "./http";
import type { SocketBackbone } from "./backbone_socket";
import { type Auth, CloseCode, PROTOCOL_VERSION, type ServerEvents } from "./protocol.gen";
import type { Connection, ConnectionEvents } from "./socket";

export interface CompanionParts {
  readonly clock: Clock;
  readonly random: Random;
  readonly backbone: SocketBackbone;
  readonly open: (auth: Auth, events: ConnectionEvents) => Connection;
  /** A new pass by the sign-in cookie. Rejects with an ApiError. */
  readonly renew: () => Promise<PassAnswer>;
}

/** What a page may show of the line; `message` is a sentence for the person when something is wrong. */
export interface CompanionState {
  readonly kind: "connecting" | "connected" | "waiting" | "offline" | "closed";
  readonly message: string;
}

const CHECK_MS = 1_000;
const CLIENT = "web/0.1.0";

export class Companion {
  readonly #parts: CompanionParts;
  readonly #reconnect: Reconnect;
  readonly #liveness = new Liveness();
  readonly #state = writable<CompanionState>({ kind: "connecting", message: "" });
  #connection: Connection | null = null;
  #attempt = 0;
  #cancelCheck: Cancel = () => undefined;

  constructor(parts: CompanionParts) {
    this.#parts = parts;
    const line = { connect: () => void this.#connect(), disconnect: () => this.#drop() };
    this.#reconnect = new Reconnect(parts.clock, parts.random, line, () => this.#show());
  }

  get state(): Readable<CompanionState> {
    return this.#state;
  }

  start(): void {
    this.#reconnect.start();
    this.#check();
  }

  stop(): void {
    this.#cancelCheck();
    this.#reconnect.stop();
  }

  /** "Try now", also after the end. */
  retry(): void {
    this.#reconnect.now();
  }

  online(online: boolean): void {
    if (online) this.#reconnect.online();
    else this.#reconnect.offline();
  }

  async #connect(): Promise<void> {
    const attempt = ++this.#attempt;
    const pass = await this.#renew(attempt);
    if (pass === null || attempt !== this.#attempt) return;
    const auth: Auth = { token: pass.token, protocol: PROTOCOL_VERSION, tier: "companion", client: CLIENT };
    this.#connection = this.#parts.open(auth, this.#events(attempt));
  }

  async #renew(attempt: number): Promise<PassAnswer | null> {
    try {
      return await this.#parts.renew();
    } catch (error) {
      if (attempt !== this.#attempt) return null;
      const final = error instanceof ApiError && (error.status === 401 || error.status === 403);
      if (final) this.#reconnect.refuse(CloseCode.NOT_SIGNED_IN, error.message);
      else this.#reconnect.lost();
      return null;
    }
  }

  #events(attempt: number): ConnectionEvents {
    const current = (): boolean => attempt === this.#attempt;
    const heard = (): void => this.#liveness.heard(this.#parts.clock.now());
    return {
      onEvent: (name, payload) => {
        if (!current()) return;
        heard();
        this.#event(name, payload);
      },
      onSnapshot: () => undefined,
      onCrowd: () => undefined,
      onHeard: () => current() && heard(),
      onLost: () => {
        if (!current()) return;
        this.#connection = null;
        this.#attempt++;
        this.#parts.backbone.lost();
        this.#reconnect.lost();
      },
    };
  }

  #event<K extends keyof ServerEvents>(name: K, payload: ServerEvents[K]): void {
    const { backbone, clock } = this.#parts;
    if (name === "welcome") {
      this.#liveness.start(clock.now());
      this.#reconnect.connected();
      if (this.#connection !== null) backbone.connected(this.#connection, (payload as ServerEvents["welcome"]).person);
    } else if (name === "closing") this.#reconnect.closing(payload as ServerEvents["closing"]);
    else backbone.took(name, payload);
  }

  #drop(): void {
    this.#attempt++;
    this.#connection?.close();
    this.#connection = null;
    this.#parts.backbone.lost();
  }

  /** The server pings every five seconds: only long silence says something. */
  #check(): void {
    const { clock } = this.#parts;
    this.#cancelCheck = clock.after(CHECK_MS, () => this.#check());
    if (this.#reconnect.phase === "connected" && this.#liveness.check(clock.now(), true) === "dead")
      this.#reconnect.dead();
  }

  #show(): void {
    const { phase, message } = this.#reconnect;
    this.#state.set({ kind: phase === "idle" ? "closed" : phase, message });
  }
}
