/** A module that is loaded later, and then used at once. */

export interface Deferred<T> {
  load(): Promise<T>;
  /** The module; it must have been loaded. */
  now(): T;
}

export function deferred<T>(importer: () => Promise<T>): Deferred<T> {
  let loaded: T | undefined;
  return {
    async load() {
      loaded ??= await importer();
      return loaded;
    },
    now() {
      if (loaded === undefined) throw new Error("A part of the page was used before it was loaded. Reload the page.");
      return loaded;
    },
  };
}
