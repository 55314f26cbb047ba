/** A store that is there only sometimes (once sound is loaded), as components read it. */

import type { Readable } from "../../core/store";

/** `source` is looked at again whenever what it reads changes. Call it while a component is made. */
export function readable<T>(source: () => Readable<T> | undefined): { readonly value: T | undefined } {
  let value = $state.raw<T | undefined>(undefined);
  $effect(() => {
    const from = source();
    if (from === undefined) return void (value = undefined);
    return from.subscribe((now) => (value = now));
  });
  return {
    get value() {
      return value;
    },
  };
}
