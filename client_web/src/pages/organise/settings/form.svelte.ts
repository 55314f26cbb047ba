/** A form over one thing of the event: what is written, what it was made from, and whether that has changed since. */

import type { Item, Kind, Kinds } from "../../../net/backbone";
import type { Live } from "../../../ui/kit/live.svelte";

export class ThingForm<K extends Kind> {
  fields: Kinds[K] = $state.raw(undefined as unknown as Kinds[K]);
  #base: Kinds[K] = $state.raw(undefined as unknown as Kinds[K]);
  seen = $state(0);
  readonly #live: Live;
  readonly #kind: K;
  readonly #key: string;
  readonly #empty: Kinds[K];

  /** Call within a component. `empty`: what the form holds while there is no such thing. */
  constructor(live: Live, kind: K, key: string, empty: Kinds[K]) {
    this.#live = live;
    this.#kind = kind;
    this.#key = key;
    this.#empty = empty;
    this.reset();
    // As long as nothing was written, the form follows what others do.
    $effect(() => {
      if (this.moved && !this.dirty) this.reset();
    });
  }

  get item(): Item<K> | undefined {
    return this.#live.items(this.#kind).get(this.#key);
  }

  get dirty(): boolean {
    return JSON.stringify(this.fields) !== JSON.stringify(this.#base);
  }

  get moved(): boolean {
    return (this.item?.offset ?? 0) > this.seen;
  }

  set(change: Partial<Kinds[K]>): void {
    this.fields = { ...this.fields, ...change };
  }

  reset(): void {
    this.fields = this.#base = this.item?.value ?? this.#empty;
    this.seen = this.item?.offset ?? 0;
  }

  /** Goes on with what is written, over the change of somebody else. */
  keep(): void {
    this.#base = this.item?.value ?? this.#empty;
    this.seen = this.item?.offset ?? 0;
  }

  /** It was saved as it is written: nothing to save any more, whatever the stream still says. */
  saved(): void {
    this.#base = this.fields;
  }
}
