/** The backbone over plain HTTP: for pages without a socket. Streams are asked for again every few seconds. */

import type { Clock, Random } from "../core/clock";
import { Follows } from "../core/follows";
import { writable } from "../core/store";
import type { StreamReplica } from "../core/streams";
import {
  type Backbone,
  type BackboneLine,
  CommandError,
  type Commands,
  completeAnswer,
  type Queries,
} from "./backbone";
import type { StreamNow } from "./event.gen";
import { browserClock } from "./browser_clock";
import { newMid } from "./mid";
import type { StreamThing } from "./protocol.gen";

export interface HttpBackboneParts {
  readonly clock: Clock;
  readonly random: Random;
  readonly fetch: typeof fetch;
  readonly newMid: () => string;
  /** A page in the background asks less often. */
  readonly hidden: () => boolean;
}

const TIMEOUT_MS = 15_000;
const POLL_MS = 5_000;
const POLL_HIDDEN_MS = 60_000;
const TRIES = 4;
const FIRST_MS = 500;
const UNREACHABLE = "The venue cannot be reached. Check your connection and try again.";
const NOT_UNDERSTOOD = "The venue gave an answer that this page does not understand. Try again in a moment.";

/** `parts`: what tests replace. */
export function createHttpBackbone(parts: Partial<HttpBackboneParts> = {}): Backbone {
  return new HttpBackbone({
    clock: parts.clock ?? browserClock,
    random: parts.random ?? Math.random,
    fetch: parts.fetch ?? ((input, init) => fetch(input, init)),
    newMid: parts.newMid ?? newMid,
    hidden: parts.hidden ?? (() => typeof document !== "undefined" && document.hidden),
  });
}

class HttpBackbone implements Backbone {
  readonly line = writable<BackboneLine>("polled");
  readonly pending = writable(0);
  readonly #parts: HttpBackboneParts;
  readonly #follows: Follows;
  readonly #polled = new Set<StreamReplica>();

  constructor(parts: HttpBackboneParts) {
    this.#parts = parts;
    this.#follows = new Follows({
      clock: parts.clock,
      onWanted: (replica) => void this.#poll(replica),
      onUnwanted: () => undefined,
    });
  }

  async do<K extends keyof Commands>(name: K, body: Commands[K]["body"]): Promise<Commands[K]["answer"]> {
    const content = JSON.stringify({ mid: this.#parts.newMid(), body });
    this.pending.update((count) => count + 1);
    try {
      const answer = await this.#persist(() => doCommand(this.#parts.fetch, name, content));
      // What one has just done is to be seen at once, not in five seconds.
      for (const replica of this.#polled) void this.#read(replica);
      return answer as Commands[K]["answer"];
    } finally {
      this.pending.update((count) => count - 1);
    }
  }

  async ask<K extends keyof Queries>(name: K, body: Queries[K]["body"]): Promise<Queries[K]["answer"]> {
    const fields = fieldsOf(body);
    const address = `/api/ask/${name}${fields === "" ? "" : `?${fields}`}`;
    return completeAnswer(name, await call(this.#parts.fetch, address, { method: "GET" })) as Queries[K]["answer"];
  }

  subscribe(stream: string): ReturnType<Backbone["subscribe"]> {
    return this.#follows.subscribe(stream);
  }

  /** The same `mid` each time: whatever arrived, it is done once. */
  async #persist(attempt: () => Promise<unknown>): Promise<unknown> {
    for (let tries = 1; ; tries++) {
      try {
        return await attempt();
      } catch (error) {
        if (!(error instanceof CommandError) || !error.retry || tries === TRIES) throw error;
        await this.#after(FIRST_MS * 2 ** (tries - 1) * (0.5 + this.#parts.random() / 2));
      }
    }
  }

  async #poll(replica: StreamReplica): Promise<void> {
    const { stream } = replica;
    this.#polled.add(replica);
    while (this.#follows.get(stream) === replica) {
      await this.#read(replica);
      if (replica.status === "refused") return;
      const period = this.#parts.hidden() ? POLL_HIDDEN_MS : POLL_MS;
      await this.#after(period * (0.8 + 0.4 * this.#parts.random()));
    }
    this.#polled.delete(replica);
  }

  async #read(replica: StreamReplica): Promise<void> {
    const { stream } = replica;
    try {
      const since = replica.status === "ready" ? replica.offset : -1;
      const now: StreamNow = await this.ask("stream.read", { stream, since });
      this.line.set("polled");
      // Two questions may be under way: the older answer must not undo the newer one.
      if (!now.changed || (replica.status === "ready" && now.top < replica.offset)) return;
      const things = now.things as unknown as StreamThing[];
      this.#follows.told(stream, replica.page({ stream, epoch: 1, top: now.top, first: true, last: true, things }));
    } catch (error) {
      if (error instanceof CommandError && !error.retry) this.#follows.told(stream, replica.refused(error.message));
      else this.line.set("waiting");
    }
  }

  #after(ms: number): Promise<void> {
    return new Promise((resolve) => this.#parts.clock.after(ms, resolve));
  }
}

/** One attempt; `content` is the JSON text of `{mid, body}`. Also for what is too large for the socket. */
export async function doCommand(fetcher: typeof fetch, name: string, content: string): Promise<unknown> {
  const headers = { "Content-Type": "application/json" };
  return completeAnswer(name, await call(fetcher, `/api/do/${name}`, { method: "POST", headers, body: content }));
}

async function call(fetcher: typeof fetch, address: string, options: RequestInit): Promise<unknown> {
  let answer: Response;
  try {
    const signal = AbortSignal.timeout(TIMEOUT_MS);
    answer = await fetcher(address, { ...options, credentials: "same-origin", cache: "no-store", signal });
  } catch {
    throw new CommandError("unreachable", UNREACHABLE, true);
  }
  const content: unknown = await answer.json().catch(() => null);
  if (answer.ok && typeof content === "object" && content !== null) return content;
  const { code, error, retry } = (typeof content === "object" && content !== null ? content : {}) as Record<
    string,
    unknown
  >;
  throw new CommandError(
    typeof code === "string" ? code : "unexpected",
    typeof error === "string" ? error : NOT_UNDERSTOOD,
    typeof retry === "boolean" ? retry : answer.status >= 500,
  );
}

/** Lists repeat the field; anything deeper travels as JSON (server/turia/web/wire.py). */
function fieldsOf(body: object): string {
  const fields = new URLSearchParams();
  for (const [name, value] of Object.entries(body) as [string, unknown][]) {
    if (value === undefined || value === null) continue;
    for (const each of Array.isArray(value) ? value : [value])
      fields.append(name, typeof each === "object" ? JSON.stringify(each) : String(each));
  }
  return fields.toString();
}
