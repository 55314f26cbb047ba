/** Whom a captioner can choose as speaking. Pure. */

import type { Speaking } from "./writer.svelte";

/** Digits that choose one. */
const MOST = 9;
export const AUDIENCE: Speaking = { person: "", name: "Audience" };

/** On air first, then whoever has the microphone of the audience, then those of the programme, then those whom nobody
 * knows; each name once. */
export function choices(
  onAir: readonly Speaking[],
  granted: readonly Speaking[],
  programme: readonly Speaking[],
): readonly Speaking[] {
  const all = [...onAir, ...granted, ...programme].filter(
    ({ name }, index, each) =>
      name !== "" && name !== AUDIENCE.name && each.findIndex((other) => other.name === name) === index,
  );
  return [...all.slice(0, MOST - 1), AUDIENCE];
}
