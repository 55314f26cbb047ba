/** The streams that panels and pages follow: each once, however many handles there are, and a little longer than these. */

import type { Kind, StreamHandle } from "../net/backbone";
import type { Cancel, Clock } from "./clock";
import { opensAgain } from "./stream_names";
import { StreamReplica, type Taken } from "./streams";
import type { Unsubscribe } from "./store";

/** A panel that closes and opens again finds its stream still there. */
const LINGER_MS = 3_000;
/** What a door kept from me is asked for again. */
const AGAIN_MS = 3_000;

interface Followed {
  readonly replica: StreamReplica;
  readonly listeners: Set<() => void>;
  handles: number;
  cancel: Cancel;
  cancelAgain: Cancel;
}

export interface FollowsParts {
  readonly clock: Clock;
  /** Ask the server for this stream, from what the replica holds. */
  readonly onWanted: (replica: StreamReplica) => void;
  /** Nobody follows it any more. */
  readonly onUnwanted: (stream: string) => void;
}

export class Follows {
  readonly #parts: FollowsParts;
  readonly #followed = new Map<string, Followed>();

  constructor(parts: FollowsParts) {
    this.#parts = parts;
  }

  /** All that are followed. */
  replicas(): StreamReplica[] {
    return [...this.#followed.values()].map(({ replica }) => replica);
  }

  get(stream: string): StreamReplica | undefined {
    return this.#followed.get(stream)?.replica;
  }

  subscribe(stream: string): StreamHandle {
    let followed = this.#followed.get(stream);
    if (followed === undefined) {
      followed = {
        replica: new StreamReplica(stream),
        listeners: new Set(),
        handles: 0,
        cancel: idle,
        cancelAgain: idle,
      };
      this.#followed.set(stream, followed);
      this.#parts.onWanted(followed.replica);
    } else if (followed.replica.status === "refused") {
      // Rights may have come meanwhile: whoever asks anew is asked for anew.
      followed.replica.status = "waiting";
      this.#parts.onWanted(followed.replica);
    }
    followed.handles++;
    followed.cancel();
    return handleOf(followed, () => this.#closed(followed));
  }

  /** Tells the listeners of a stream, when there is something to tell. */
  told(stream: string, taken: Taken): void {
    if (taken !== "changed") return;
    const followed = this.#followed.get(stream);
    if (followed === undefined) return;
    if (followed.replica.status === "refused" && opensAgain(stream)) this.#askAgain(followed);
    for (const run of [...followed.listeners]) run();
  }

  #askAgain(followed: Followed): void {
    followed.cancelAgain();
    followed.cancelAgain = this.#parts.clock.after(AGAIN_MS, () => {
      if (followed.handles > 0 && followed.replica.status === "refused") this.#parts.onWanted(followed.replica);
    });
  }

  #closed(followed: Followed): void {
    followed.handles--;
    if (followed.handles > 0) return;
    followed.cancel = this.#parts.clock.after(LINGER_MS, () => {
      followed.cancelAgain();
      this.#followed.delete(followed.replica.stream);
      this.#parts.onUnwanted(followed.replica.stream);
    });
  }
}

const idle: Cancel = () => undefined;

function handleOf(followed: Followed, onClose: () => void): StreamHandle {
  const { replica } = followed;
  const mine = new Set<() => void>();
  let open = true;
  return {
    stream: replica.stream,
    get status() {
      return replica.status;
    },
    get ready() {
      return replica.status === "ready";
    },
    get reason() {
      return replica.reason;
    },
    all: (kind) => replica.all(kind),
    items: (kind) => replica.items(kind),
    get: <K extends Kind>(kind: K, key: string) => replica.get(kind, key),
    onChange(run): Unsubscribe {
      // A wrapper of its own, so that the same function can listen twice.
      const own = (): void => run();
      if (open) {
        mine.add(own);
        followed.listeners.add(own);
      }
      return () => {
        mine.delete(own);
        followed.listeners.delete(own);
      };
    },
    close() {
      if (!open) return;
      open = false;
      for (const run of mine) followed.listeners.delete(run);
      onClose();
    },
  };
}
