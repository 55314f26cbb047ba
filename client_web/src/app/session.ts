/**
 * One stay in the venue: pass, connection, coming back. Feeds the world with what the server says and keeps the
 * connection's state for the banner. Knows no DOM: pages tell it about visibility and network.
 */

import type { Cancel, Clock, Random } from "../core/clock";
import { encodePose, FrameError, type Pose } from "../core/frames";
import { Liveness } from "../core/liveness";
import { Reconnect } from "../core/reconnect";
import type { World } from "../core/world";
import { ApiError, type PassAnswer } from "../net/http";
import {
  type Auth,
  type ClientEvents,
  CloseCode,
  PROTOCOL_VERSION,
  type ServerEvents,
  type Welcome,
} from "../net/protocol.gen";
import { CommandError } from "../net/command_error";
import type { SocketBackbone } from "../net/backbone_socket";
import type { Connection, ConnectionEvents } from "../net/socket";
import type { Messages } from "./messages";
import type { Connection as Banner, Refusal } from "./ports";
import type { Storage } from "./storage";
import type { Stores } from "./stores";

/** How much of the others one is told. */
export type Tier = "full" | "light" | "flat";

export interface SessionParts {
  readonly clock: Clock;
  readonly random: Random;
  readonly stores: Stores;
  readonly messages: Messages;
  readonly storage: Storage;
  readonly open: (auth: Auth, events: ConnectionEvents) => Connection;
  /** A new pass by the sign-in cookie. Rejects with an ApiError. */
  readonly renew: () => Promise<PassAnswer>;
  /** Streams, commands and queries of the event go over this connection, too. */
  readonly backbone?: SocketBackbone;
  /** A door or a room did not let me in, or I was led out of one. */
  readonly onDoor: (why: Refusal["why"], message: string) => void;
  /** Called on each welcome, the first one included. */
  readonly onWelcome: (welcome: Welcome) => void;
}

const CHECK_MS = 500;
const SYNC_EVERY_MS = 5_000;
const BEAT_MS = 900;
/** A hidden page asks for less detail after this long. */
const BACKGROUND_MS = 10_000;
/** From least to most. */
const DETAIL: readonly string[] = ["flat", "light", "full"];
const CLIENT = "web/0.1.0";

export class Session {
  readonly #parts: SessionParts;
  readonly #reconnect: Reconnect;
  readonly #liveness = new Liveness();
  #world: World | null = null;
  #pass: PassAnswer | null = null;
  #venue = "";
  #connection: Connection | null = null;
  #attempt = 0;
  #health: "good" | "shaky" = "good";
  #cancelCheck: Cancel = () => undefined;
  #cancelBackground: Cancel = () => undefined;
  #syncAt = 0;
  #hidden = false;
  #toldLess = false;
  #tier: Tier = "full";
  #askedTier = "full";

  constructor(parts: SessionParts) {
    this.#parts = parts;
    this.#reconnect = new Reconnect(
      parts.clock,
      parts.random,
      { connect: () => void this.#connect(), disconnect: () => this.#drop() },
      () => this.#show(),
    );
  }

  get phase(): string {
    return this.#reconnect.phase;
  }

  start(world: World, pass: PassAnswer, venue: string, tier: Tier): void {
    this.#world = world;
    this.#pass = pass;
    this.#venue = venue;
    this.#tier = tier;
    this.#reconnect.start();
    this.#check();
  }

  /** Goodbye: the avatar goes at once. */
  async stop(): Promise<void> {
    this.#cancelCheck();
    this.#cancelBackground();
    await this.#connection?.command("bye", {}).catch(() => undefined);
    this.#parts.storage.ticket = null;
    this.#reconnect.stop();
    this.#world = null;
  }

  /** "Try now", or "use here instead". */
  retry(): void {
    this.#reconnect.now();
  }

  /** Connects anew, in the same place: the venue then knows a changed name. */
  again(): void {
    this.#reconnect.again();
  }

  online(online: boolean): void {
    if (online) this.#reconnect.online();
    else this.#reconnect.offline();
  }

  /** Another way of showing the venue needs another detail: the line stays. */
  setTier(tier: Tier): void {
    this.#tier = tier;
    if (!this.#hidden) this.#ask(tier);
  }

  hidden(hidden: boolean): void {
    this.#hidden = hidden;
    this.#cancelBackground();
    if (hidden) this.#cancelBackground = this.#parts.clock.after(BACKGROUND_MS, () => this.#ask("flat"));
    else {
      this.#ask(this.#tier);
      this.#reconnect.online();
      this.#beat();
    }
  }

  sendPose(pose: Pose): void {
    this.#connection?.sendPose(encodePose(pose));
  }

  command<K extends keyof ClientEvents>(
    name: K,
    payload: ClientEvents[K]["payload"],
  ): Promise<ClientEvents[K]["answer"]> {
    if (this.#connection === null || this.#reconnect.phase !== "connected") {
      return Promise.reject(new CommandError("not_connected", "Not connected at the moment. Try again.", true));
    }
    return this.#connection.command(name, payload);
  }

  // -- connecting --------------------------------------------------------------------------------

  async #connect(): Promise<void> {
    const attempt = ++this.#attempt;
    // The first pass came with entering; every later attempt takes a new one: passes last for minutes only.
    const pass = this.#reconnect.fresh && this.#pass !== null ? this.#pass : await this.#renew(attempt);
    if (pass === null || attempt !== this.#attempt) return;
    this.#pass = pass;
    const auth: Auth = { token: pass.token, protocol: PROTOCOL_VERSION, tier: this.#tier, client: CLIENT };
    const ticket = this.#parts.storage.ticket;
    if (ticket !== null) auth.ticket = ticket;
    this.#connection = this.#parts.open(auth, this.#events(attempt));
  }

  async #renew(attempt: number): Promise<PassAnswer | null> {
    try {
      return await this.#parts.renew();
    } catch (error) {
      if (attempt !== this.#attempt) return null;
      if (error instanceof ApiError && error.status === 401) this.#reconnect.refuse(CloseCode.NOT_SIGNED_IN, "");
      else this.#reconnect.lost();
      return null;
    }
  }

  #drop(): void {
    this.#attempt++;
    this.#connection?.close();
    this.#connection = null;
    this.#parts.backbone?.lost();
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
      onSnapshot: (bytes) => current() && this.#frame((world, now) => world.snapshot(bytes, now)),
      onCrowd: (bytes) => current() && this.#frame((world, now) => world.crowd(bytes, now)),
      onHeard: () => current() && heard(),
      onLost: () => {
        if (!current()) return;
        this.#connection = null;
        this.#attempt++;
        this.#parts.backbone?.lost();
        // Half of a first pass's life may be over: a refused first attempt takes a new one too.
        this.#pass = null;
        this.#reconnect.lost();
      },
    };
  }

  #frame(take: (world: World, now: number) => void): void {
    const now = this.#parts.clock.now();
    this.#liveness.heard(now);
    if (this.#world === null) return;
    try {
      take(this.#world, now);
    } catch (error) {
      if (!(error instanceof FrameError)) throw error;
    }
  }

  #event<K extends keyof ServerEvents>(name: K, payload: ServerEvents[K]): void {
    const handlers: { readonly [E in keyof ServerEvents]: (payload: ServerEvents[E]) => void } = {
      welcome: (welcome) => this.#welcome(welcome),
      who: (who) => this.#world?.who(who.people),
      fix: (fix) => {
        this.#world?.fix(fix);
        this.#fixed(fix.reason);
      },
      doors: (doors) => this.#world?.doors(doors.closed, doors.zones),
      ticket: ({ ticket }) => {
        this.#parts.storage.ticket = ticket;
      },
      tier: ({ tier, reason }) => this.#told(tier, reason),
      notice: ({ code, message }) => {
        const why = NOTICES_OF_DOORS[code];
        if (why !== undefined) this.#parts.onDoor(why, message);
        else this.#parts.messages.toast("info", message);
      },
      closing: (closing) => this.#reconnect.closing(closing),
      state: (page) => this.#parts.backbone?.event("state", page),
      entries: (frame) => this.#parts.backbone?.event("entries", frame),
      unsubscribed: (gone) => this.#parts.backbone?.event("unsubscribed", gone),
      rooms: (rooms) => this.#parts.backbone?.event("rooms", rooms),
    };
    handlers[name](payload);
  }

  /** Walls and speed need no words: the glide back says enough. A full room is told by a notice of its own. */
  #fixed(reason: string): void {
    if (reason === "zone") this.#parts.messages.toast("info", "This area is for the people on stage and staff.");
    else if (reason === "door") this.#parts.onDoor("closed", "This door is closed to you at the moment.");
  }

  #welcome(welcome: Welcome): void {
    if (welcome.venue !== this.#venue) {
      this.#reconnect.refuse(CloseCode.WRONG_PROTOCOL, "The building was changed. Reload the page.");
      return;
    }
    const again = !this.#reconnect.fresh;
    const now = this.#parts.clock.now();
    this.#liveness.start(now);
    this.#health = "good";
    this.#syncAt = now;
    this.#askedTier = welcome.tier;
    const before = this.#standing();
    this.#world?.welcome(welcome);
    const sentence = backSentence(before, this.#standing());
    this.#parts.stores.people.set(welcome.people);
    this.#parts.stores.capacity.set(welcome.capacity);
    this.#reconnect.connected();
    if (this.#connection !== null) this.#parts.backbone?.connected(this.#connection, welcome.person);
    this.#parts.onWelcome(welcome);
    if (again) this.#parts.messages.announce(sentence);
    if (this.#hidden) this.#ask("flat");
  }

  #standing(): Standing | null {
    if (this.#world === null || !this.#world.scene.self.present) return null;
    const { x, y, z, seat } = this.#world.avatar;
    return { x, y, z, seat };
  }

  /** Whose fault it is nobody can tell from here (line, machine, venue); and once is enough, for it goes up and down. */
  #told(tier: string, reason: string): void {
    const lower = DETAIL.indexOf(tier) < DETAIL.indexOf(this.#askedTier);
    this.#askedTier = tier;
    if (reason === "" || !lower || this.#hidden || this.#toldLess) return;
    this.#toldLess = true;
    this.#parts.messages.announce("Less detail for now, so that everything stays smooth.");
  }

  #ask(tier: Tier): void {
    if (this.#reconnect.phase !== "connected" || this.#askedTier === tier) return;
    this.#askedTier = tier;
    this.command("tier", { tier }).catch(() => undefined);
  }

  // -- watching the line -------------------------------------------------------------------------

  #check(): void {
    const { clock } = this.#parts;
    this.#cancelCheck = clock.after(CHECK_MS, () => this.#check());
    if (this.#reconnect.phase === "connected") this.#watch(clock.now());
    else if (this.#reconnect.phase === "waiting") this.#show();
    if (this.#hidden) this.#beat();
  }

  #watch(now: number): void {
    const health = this.#liveness.check(now, this.#hidden);
    if (health === "dead") return this.#reconnect.dead();
    if (health !== this.#health) {
      this.#health = health;
      this.#show();
    }
    if (now >= this.#syncAt) {
      this.#syncAt = now + SYNC_EVERY_MS;
      void this.#sync(now);
    }
  }

  async #sync(sentAt: number): Promise<void> {
    try {
      const answer = await this.command("sync", { t: sentAt });
      this.#world?.clock.synced(sentAt, this.#parts.clock.now(), answer.tick);
      this.#parts.stores.roundTripMs.set(this.#world?.clock.roundTripMs ?? null);
    } catch {
      // A missing answer says no more than the silence that the watch sees.
    }
  }

  #beatAt = 0;

  #beat(): void {
    const now = this.#parts.clock.now();
    if (now - this.#beatAt < BEAT_MS / 2) return;
    this.#beatAt = now;
    if (this.#reconnect.phase === "connected") this.#world?.beat(now);
  }

  #show(): void {
    if (this.#reconnect.phase !== "connected") this.#world?.lost();
    this.#parts.stores.connection.set(this.#banner());
  }

  #banner(): Banner {
    const { phase, message, secondsLeft, code, offer, fresh } = this.#reconnect;
    switch (phase) {
      case "idle":
        return { kind: "idle" };
      case "connecting":
        return fresh && message === "" ? { kind: "connecting" } : { kind: "reconnecting", seconds: 0, message };
      case "connected":
        return this.#health === "good"
          ? { kind: "connected" }
          : { kind: "shaky", message: "The connection is slow at the moment." };
      case "waiting":
        return { kind: "reconnecting", seconds: secondsLeft, message };
      case "offline":
        return { kind: "offline", message };
      case "closed":
        return { kind: "closed", code, message, offer };
    }
  }
}

interface Standing {
  readonly x: number;
  readonly y: number;
  readonly z: number;
  readonly seat: number;
}

/** A step is no other place; farther than a room's width is another. Metres. */
const SAME_M = 1;
const NEAR_M = 15;

/** What is true of coming back: where one stood, as seen here, and where the venue says that one stands. */
export function backSentence(before: Standing | null, after: Standing | null): string {
  if (before === null || after === null) return "Connected again.";
  const metres = Math.hypot(after.x - before.x, after.y - before.y, after.z - before.z);
  if (before.seat === after.seat && (after.seat >= 0 || metres <= SAME_M)) return "Connected again, in your place.";
  if (metres <= NEAR_M) return "Connected again, near your place.";
  return "Connected again, in another place.";
}

const NOTICES_OF_DOORS: Readonly<Record<string, Refusal["why"]>> = { room_full: "full", led_out: "led_out" };
