/** A stream as components read it: whatever reads it runs again after each change. */

import { createSubscriber } from "svelte/reactivity";
import type { Item, Kind, Kinds, StreamHandle, StreamStatus } from "../../net/backbone";

export class Live {
  readonly #handle: StreamHandle;
  readonly #read: () => void;

  constructor(handle: StreamHandle) {
    this.#handle = handle;
    this.#read = createSubscriber((update) => handle.onChange(update));
  }

  get status(): StreamStatus {
    this.#read();
    return this.#handle.status;
  }

  /** Everything is here; while reconnecting it shows the last state. */
  get ready(): boolean {
    this.#read();
    return this.#handle.ready;
  }

  /** Sentence for the person when the stream was refused. */
  get reason(): string {
    this.#read();
    return this.#handle.reason;
  }

  all<K extends Kind>(kind: K): ReadonlyMap<string, Kinds[K]> {
    this.#read();
    return this.#handle.all(kind);
  }

  items<K extends Kind>(kind: K): ReadonlyMap<string, Item<K>> {
    this.#read();
    return this.#handle.items(kind);
  }

  get<K extends Kind>(kind: K, key: string): Kinds[K] | null {
    this.#read();
    return this.#handle.get(kind, key);
  }

  close(): void {
    this.#handle.close();
  }
}
