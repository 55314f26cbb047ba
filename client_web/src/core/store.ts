/** Observable values with the contract of Svelte stores (`$store` works in components), and a plain `get`. */

export type Unsubscribe = () => void;

export interface Readable<T> {
  /** Calls `run` at once with the value and after every change. */
  subscribe(run: (value: T) => void): Unsubscribe;
  get(): T;
}

export interface Writable<T> extends Readable<T> {
  /** Tells subscribers unless the value is the same (Object.is). */
  set(value: T): void;
  update(change: (value: T) => T): void;
}

export function writable<T>(initial: T): Writable<T> {
  let value = initial;
  const runs = new Set<(value: T) => void>();
  const set = (next: T): void => {
    if (Object.is(value, next)) return;
    value = next;
    for (const run of [...runs]) run(value);
  };
  return {
    get: () => value,
    set,
    update: (change) => set(change(value)),
    subscribe(run) {
      // A wrapper of its own, so that the same function can subscribe twice.
      const own = (v: T): void => run(v);
      runs.add(own);
      run(value);
      return () => void runs.delete(own);
    },
  };
}
