/**
 * The event's backbone as panels and pages see it: commands, questions, streams. net/backbone_socket.ts does it over the
 * socket (entries come by themselves), net/backbone_http.ts over plain HTTP for pages without one.
 */

import type { Readable, Unsubscribe } from "../core/store";
import { complete } from "../core/complete";
import type { RoomNow } from "./protocol.gen";
import { ANSWER_SHAPES, type Commands, type Kinds, type Queries } from "./event.gen";

export type { Commands, Kinds, Queries } from "./event.gen";
export { CommandError } from "./command_error";

export type Kind = keyof Kinds;

/** The last entry of one thing. `at`: milliseconds UTC; `actor`: id of a person, or "system". */
export interface Item<K extends Kind> {
  readonly key: string;
  readonly offset: number;
  readonly at: number;
  readonly actor: string;
  readonly value: Kinds[K];
}

/** waiting: nothing was received yet; ready: the whole state is here; refused: not for this person (see `reason`). */
export type StreamStatus = "waiting" | "ready" | "refused";

/** A stream that is followed until close(). All handles of one stream share what was received. */
export interface StreamHandle {
  readonly stream: string;
  readonly status: StreamStatus;
  /** True once everything that is in the stream was received. While reconnecting it stays true and shows the last state. */
  readonly ready: boolean;
  /** Sentence for the person when status is "refused", else "". */
  readonly reason: string;
  /** Values by key in the order of their creation. The same Map until something of this kind changes. */
  all<K extends Kind>(kind: K): ReadonlyMap<string, Kinds[K]>;
  /** The same with when and by whom. */
  items<K extends Kind>(kind: K): ReadonlyMap<string, Item<K>>;
  get<K extends Kind>(kind: K, key: string): Kinds[K] | null;
  /** Called after each change of content or status, once for all entries that came together; not at once. */
  onChange(run: () => void): Unsubscribe;
  close(): void;
}

/** live: entries come by themselves; polled: asked for every few seconds; waiting: no connection at the moment. */
export type BackboneLine = "live" | "polled" | "waiting";

export interface Backbone {
  /**
   * Does a command; resolves when it is saved. Rejects with a CommandError{code, message, retry}: nothing changed then.
   * Where only the connection or the venue is busy it is kept and tried again until there is an answer.
   */
  do<K extends keyof Commands>(name: K, body: Commands[K]["body"]): Promise<Commands[K]["answer"]>;
  /** Asks; rejects with a CommandError, also when there is no connection. */
  ask<K extends keyof Queries>(name: K, body: Queries[K]["body"]): Promise<Queries[K]["answer"]>;
  /** Follows a stream: "event", "event/staff", "room/plenary", "person/<id>", ... */
  subscribe(stream: string): StreamHandle;
  readonly line: Readable<BackboneLine>;
  /** Commands that wait for their answer. */
  readonly pending: Readable<number>;
}

/** The backbone of somebody who is in the venue: also what rooms are like now. */
export interface VenueBackbone extends Backbone {
  /** Rooms of the programme by key: how many are inside, doors, what is on. Empty until known. */
  readonly rooms: Readable<ReadonlyMap<string, RoomNow>>;
}

/** The answer of a command or query with everything that did not travel filled in. */
export function completeAnswer(name: string, answer: unknown): unknown {
  return complete(ANSWER_SHAPES[name], answer);
}
