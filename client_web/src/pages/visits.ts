/** When this browser was here before, so that a page can say what is new since then. Nothing leaves the browser. */

import type { KeyValue } from "../ui/settings/appearance.svelte";

const KEY = "turia.visits";
/** Reloading and coming back from the venue belong to the same visit. */
const SAME_VISIT_MS = 30 * 60_000;

interface Visits {
  /** When the visit before this one ended, 0: there was none. */
  readonly before: number;
  /** When something was last looked at. */
  readonly latest: number;
}

function read(storage: KeyValue | null): Visits {
  try {
    const kept = JSON.parse(storage?.getItem(KEY) ?? "null") as Partial<Visits> | null;
    const valid = (at: unknown): number => (typeof at === "number" && Number.isFinite(at) && at > 0 ? at : 0);
    return { before: valid(kept?.before), latest: valid(kept?.latest) };
  } catch {
    return { before: 0, latest: 0 };
  }
}

/** Notes that somebody is here at `now` (ms UTC); the end of the visit before, 0 on the first one. */
export function visit(storage: KeyValue | null, now: number): number {
  const known = read(storage);
  const before = now - known.latest > SAME_VISIT_MS ? known.latest : known.before;
  try {
    storage?.setItem(KEY, JSON.stringify({ before, latest: now } satisfies Visits));
  } catch {
    // Full or forbidden: nothing is marked as new next time.
  }
  return before;
}

/** Whether something that was last changed at `at` is new to somebody who was last here at `before`. */
export const isNew = (at: number, before: number): boolean => before > 0 && at > before;
