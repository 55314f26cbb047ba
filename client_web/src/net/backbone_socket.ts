/**
 * The backbone over the socket: entries come by themselves, within a tick. It owns no connection: whoever does (the
 * session of the venue, or net/companion.ts on pages of the staff) says connected(), passes events on, and says lost().
 */

import type { Cancel, Clock, Random } from "../core/clock";
import { Follows } from "../core/follows";
import { Outbox, type Shelf } from "../core/outbox";
import { type Readable, writable } from "../core/store";
import type { StreamReplica, Taken } from "../core/streams";
import {
  type BackboneLine,
  CommandError,
  type Commands,
  completeAnswer,
  type Queries,
  type StreamHandle,
  type VenueBackbone,
} from "./backbone";
import { doCommand } from "./backbone_http";
import { browserClock } from "./browser_clock";
import { newMid } from "./mid";
import { MAX_SUBSCRIPTIONS, type RoomNow, type ServerEvents, type StreamAnswer } from "./protocol.gen";
import type { Connection } from "./socket";

/** With the browser's own parts where none are given. */
export function makeBackbone(parts: Partial<SocketBackboneParts> = {}): SocketBackbone {
  return new SocketBackbone({
    clock: browserClock,
    random: Math.random,
    wall: Date.now,
    newMid,
    shelf: null,
    fetch: (input, init) => fetch(input, init),
    onOrphan: () => undefined,
    ...parts,
  });
}

export type BackboneEvent = "state" | "entries" | "unsubscribed" | "rooms";

const BACKBONE_EVENTS: ReadonlySet<string> = new Set<BackboneEvent>(["state", "entries", "unsubscribed", "rooms"]);

/** The part of a connection that is used. */
export type SocketLine = Pick<Connection, "command">;

export interface SocketBackboneParts {
  readonly clock: Clock;
  readonly random: Random;
  readonly wall: () => number;
  readonly newMid: () => string;
  /** Commands survive a reload here (sessionStorage). */
  readonly shelf: Shelf | null;
  readonly fetch: typeof fetch;
  /** A command of before the reload was refused: tell the person. */
  readonly onOrphan: (name: string, error: CommandError) => void;
}

/** Longer ones go by HTTP: the socket takes no long texts and lists (limits MAX_STR_LEN, MAX_ARRAY_LEN). */
const LARGE_BYTES = 2_000;
const AGAIN_MS = 1_000;
const AGAIN_MOST_MS = 15_000;

export class SocketBackbone implements VenueBackbone {
  readonly line = writable<BackboneLine>("waiting");
  readonly pending = writable(0);
  readonly #rooms = writable<ReadonlyMap<string, RoomNow>>(new Map());
  readonly #parts: SocketBackboneParts;
  readonly #outbox: Outbox;
  readonly #follows: Follows;
  #line: SocketLine | null = null;
  #person: string | null = null;
  /** Streams to be asked for. */
  #wanted = new Set<string>();
  /** Asked for, not answered: what comes of these meanwhile was sent before the server heard of it. */
  #asking = new Map<string, object>();
  #failures = 0;
  #cancelAgain: Cancel = () => undefined;

  constructor(parts: SocketBackboneParts) {
    this.#parts = parts;
    this.#follows = new Follows({
      clock: parts.clock,
      onWanted: (replica) => this.#want(replica.stream),
      onUnwanted: (stream) => this.#unwant(stream),
    });
    this.#outbox = new Outbox({
      ...parts,
      send: (name, mid, body) => this.#send(name, mid, body),
      onChange: () => this.pending.set(this.#outbox.size),
    });
  }

  /** Rooms of the programme as they are now, by key: how many are inside, doors, what is on. Empty until known. */
  get rooms(): Readable<ReadonlyMap<string, RoomNow>> {
    return this.#rooms;
  }

  do<K extends keyof Commands>(name: K, body: Commands[K]["body"]): Promise<Commands[K]["answer"]> {
    return this.#outbox.do(name, body) as Promise<Commands[K]["answer"]>;
  }

  async ask<K extends keyof Queries>(name: K, body: Queries[K]["body"]): Promise<Queries[K]["answer"]> {
    const { answer } = await this.#connection().command("ask", { name, body: plain(body) });
    return completeAnswer(name, answer) as Queries[K]["answer"];
  }

  subscribe(stream: string): StreamHandle {
    return this.#follows.subscribe(stream);
  }

  // -- the connection ----------------------------------------------------------------------------

  /** The welcome is here: `person` is the id in it. Everything that is followed is asked for, from where it stands. */
  connected(line: SocketLine, person: string): void {
    if (this.#person !== null && this.#person !== person)
      for (const replica of this.#follows.replicas()) this.#told(replica, replica.forget());
    this.#person = person;
    this.#line = line;
    this.#failures = 0;
    this.#asking.clear();
    this.line.set("live");
    for (const replica of this.#follows.replicas()) this.#wanted.add(replica.stream);
    this.#ask();
    this.#outbox.online(person);
  }

  lost(): void {
    this.#line = null;
    this.#asking.clear();
    this.#cancelAgain();
    for (const replica of this.#follows.replicas()) replica.interrupted();
    this.line.set("waiting");
    this.#outbox.offline();
  }

  event<E extends BackboneEvent>(name: E, payload: ServerEvents[E]): void {
    const handlers: { readonly [N in BackboneEvent]: (payload: ServerEvents[N]) => void } = {
      state: (page) => this.#frame(page.stream, (replica) => replica.page(page)),
      entries: (frame) => this.#frame(frame.stream, (replica) => replica.entries(frame)),
      unsubscribed: ({ stream, message }) => this.#frame(stream, (replica) => replica.refused(message)),
      rooms: ({ whole, rooms }) => {
        const now = new Map(whole ? [] : this.#rooms.get());
        for (const room of rooms) now.set(room[0], room);
        this.#rooms.set(now);
      },
    };
    handlers[name](payload);
  }

  /** The same for an event of any name: whether it was one of these. */
  took<E extends keyof ServerEvents>(name: E, payload: ServerEvents[E]): boolean {
    if (!BACKBONE_EVENTS.has(name)) return false;
    this.event(name as BackboneEvent, payload as never);
    return true;
  }

  #frame(stream: string, take: (replica: StreamReplica) => Taken): void {
    const replica = this.#follows.get(stream);
    if (replica === undefined || this.#asking.has(stream)) return;
    this.#told(replica, take(replica));
  }

  #told(replica: StreamReplica, taken: Taken): void {
    if (taken === "gap") this.#want(replica.stream);
    else this.#follows.told(replica.stream, taken);
  }

  // -- subscribing -------------------------------------------------------------------------------

  #want(stream: string): void {
    this.#wanted.add(stream);
    // Panels that open together ask together.
    queueMicrotask(() => this.#ask());
  }

  #unwant(stream: string): void {
    this.#wanted.delete(stream);
    this.#asking.delete(stream);
    this.#line?.command("unsub", { streams: [stream] }).catch(() => undefined);
  }

  #ask(): void {
    while (this.#line !== null && this.#wanted.size > 0) {
      const some = [...this.#wanted].slice(0, MAX_SUBSCRIPTIONS);
      for (const stream of some) this.#wanted.delete(stream);
      void this.#askFor(this.#line, some);
    }
  }

  async #askFor(line: SocketLine, streams: readonly string[]): Promise<void> {
    const token = {};
    const replicas = streams.flatMap((stream) => this.#follows.get(stream) ?? []);
    if (replicas.length === 0) return;
    for (const replica of replicas) {
      replica.interrupted();
      this.#asking.set(replica.stream, token);
    }
    const points = replicas.map(({ stream, epoch, offset }) => ({ stream, epoch, offset }));
    try {
      const answer = await line.command("sub", { streams: points });
      if (line !== this.#line) return;
      this.#failures = 0;
      for (const each of answer.streams) this.#answered(each, token);
    } catch (error) {
      if (line === this.#line) this.#failed(replicas, token, error);
    }
  }

  #answered({ stream, how, message }: StreamAnswer, token: object): void {
    const replica = this.#follows.get(stream);
    if (replica === undefined || this.#asking.get(stream) !== token) return;
    this.#asking.delete(stream);
    if (how === "refused") this.#told(replica, replica.refused(message));
    else if (how === "recovered") this.#told(replica, replica.resumed());
  }

  #failed(replicas: readonly StreamReplica[], token: object, error: unknown): void {
    const refusal = error instanceof CommandError && !error.retry ? error : null;
    for (const replica of replicas) {
      if (this.#asking.get(replica.stream) !== token) continue;
      this.#asking.delete(replica.stream);
      if (refusal === null) this.#wanted.add(replica.stream);
      else this.#told(replica, replica.refused(refusal.message));
    }
    if (refusal !== null) return;
    const grown = Math.min(AGAIN_MOST_MS, AGAIN_MS * 2 ** this.#failures++);
    this.#cancelAgain();
    this.#cancelAgain = this.#parts.clock.after(grown * (0.5 + this.#parts.random() / 2), () => this.#ask());
  }

  // -- commands ----------------------------------------------------------------------------------

  async #send(name: string, mid: string, body: unknown): Promise<unknown> {
    const content = JSON.stringify({ mid, body });
    if (new TextEncoder().encode(content).length > LARGE_BYTES) return doCommand(this.#parts.fetch, name, content);
    const { answer } = await this.#connection().command("do", { name, mid, body: plain(body) });
    return completeAnswer(name, answer);
  }

  #connection(): SocketLine {
    if (this.#line !== null) return this.#line;
    throw new CommandError("not_connected", "Not connected at the moment. Try again.", true);
  }
}

/** Without fields that are undefined: msgpack would send them, as null. */
function plain(body: unknown): unknown {
  return JSON.parse(JSON.stringify(body));
}
