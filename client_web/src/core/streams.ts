/**
 * One stream as this client holds it: a fresh state that came in pages, then entries. Pure: it is given frames and says
 * whether it must be asked for again. What is shown is always a whole state: pages replace the old one at once, with the
 * last of them.
 */

import { KIND_SHAPES } from "../net/event.gen";
import type { Item, Kind, Kinds, StreamStatus } from "../net/backbone";
import type { Entries, StatePage } from "../net/protocol.gen";
import { complete } from "./complete";

/** changed: tell who listens; gap: something is missing, subscribe again from here. */
export type Taken = "changed" | "same" | "gap";

type Things = Map<string, Map<string, Item<Kind>>>;

const NOTHING: ReadonlyMap<string, never> = new Map<string, never>();

export class StreamReplica {
  readonly stream: string;
  status: StreamStatus = "waiting";
  reason = "";
  /** Of the data held; 0: none. */
  epoch = 0;
  /** Offset of the last entry taken in. */
  offset = 0;
  #things: Things = new Map();
  /** What all() and items() gave out, until it changes. */
  #shownItems = new Map<string, ReadonlyMap<string, Item<Kind>>>();
  #shownValues = new Map<string, ReadonlyMap<string, unknown>>();
  #building: { readonly epoch: number; readonly top: number; readonly things: Things } | null = null;

  constructor(stream: string) {
    this.stream = stream;
  }

  // -- reading -----------------------------------------------------------------------------------

  all<K extends Kind>(kind: K): ReadonlyMap<string, Kinds[K]> {
    let shown = this.#shownValues.get(kind);
    if (shown === undefined) {
      const things = this.#things.get(kind);
      shown = things === undefined ? NOTHING : new Map([...things].map(([key, item]) => [key, item.value]));
      this.#shownValues.set(kind, shown);
    }
    return shown as ReadonlyMap<string, Kinds[K]>;
  }

  items<K extends Kind>(kind: K): ReadonlyMap<string, Item<K>> {
    let shown = this.#shownItems.get(kind);
    if (shown === undefined) {
      const things = this.#things.get(kind);
      shown = things === undefined ? NOTHING : new Map(things);
      this.#shownItems.set(kind, shown);
    }
    return shown as unknown as ReadonlyMap<string, Item<K>>;
  }

  get<K extends Kind>(kind: K, key: string): Kinds[K] | null {
    return (this.#things.get(kind)?.get(key)?.value as Kinds[K] | undefined) ?? null;
  }

  // -- taking in ---------------------------------------------------------------------------------

  page(page: StatePage): Taken {
    if (page.first) this.#building = { epoch: page.epoch, top: page.top, things: new Map() };
    const building = this.#building;
    if (building === null || building.epoch !== page.epoch || building.top !== page.top) {
      this.#building = null;
      return "gap";
    }
    for (const [kind, key, offset, at, actor, value] of page.things)
      put(building.things, kind, { key, offset, at, actor, value: valueOf(kind, value) });
    if (!page.last) return "same";
    this.#building = null;
    this.#things = building.things;
    this.#shownItems.clear();
    this.#shownValues.clear();
    this.epoch = building.epoch;
    this.offset = building.top;
    this.#ready();
    return "changed";
  }

  entries(frame: Entries): Taken {
    // The line was cut between pages: what follows belongs to a state that never came whole.
    if (this.#building !== null || frame.epoch !== this.epoch) {
      this.#building = null;
      return "gap";
    }
    let taken: Taken = "same";
    for (const [offset, at, actor, kind, key, value] of frame.entries) {
      if (offset <= this.offset) continue;
      if (offset !== this.offset + 1) return "gap";
      this.offset = offset;
      this.#put(kind, key, value === null ? null : { key, offset, at, actor, value: valueOf(kind, value) });
      taken = "changed";
    }
    return taken;
  }

  /** The server confirmed that what is held is up to date, or what is missing follows. */
  resumed(): Taken {
    if (this.status === "ready") return "same";
    this.#ready();
    return "changed";
  }

  /** Asked for anew: pages that were on their way will not go on. */
  interrupted(): void {
    this.#building = null;
  }

  /** Not for this person (any more): nothing of it is kept. */
  refused(reason: string): Taken {
    this.forget();
    this.status = "refused";
    this.reason = reason;
    return "changed";
  }

  /** As if nothing had ever come: somebody else looks at it now. */
  forget(): Taken {
    this.#building = null;
    this.#things = new Map();
    this.#shownItems.clear();
    this.#shownValues.clear();
    this.epoch = this.offset = 0;
    this.status = "waiting";
    this.reason = "";
    return "changed";
  }

  #ready(): void {
    this.status = "ready";
    this.reason = "";
  }

  #put(kind: string, key: string, item: Item<Kind> | null): void {
    if (item === null) this.#things.get(kind)?.delete(key);
    else put(this.#things, kind, item);
    this.#shownItems.delete(kind);
    this.#shownValues.delete(kind);
  }
}

function put(things: Things, kind: string, item: Item<Kind>): void {
  let of = things.get(kind);
  if (of === undefined) things.set(kind, (of = new Map()));
  of.set(item.key, item);
}

/** A kind that this page does not know (it is older than the venue) is kept as it came, and nobody asks for it. */
function valueOf(kind: string, value: unknown): Kinds[Kind] {
  return complete(KIND_SHAPES[kind], value) as Kinds[Kind];
}
