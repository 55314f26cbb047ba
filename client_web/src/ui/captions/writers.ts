/** Writers outlive the box: a line on its way, refused meanwhile, finds its box again when the panel opens again. */

import type { House } from "../talk/house.svelte";
import { captionPreferences } from "./preferences.svelte";
import { Writer } from "./writer.svelte";

const writers = new WeakMap<House, Map<string, Writer>>();

/** The same one for a session of a room as long as this view of the house lives. */
export function writerOf(house: House, room: string, session: string): Writer {
  const known = writers.get(house) ?? new Map<string, Writer>();
  writers.set(house, known);
  const key = `${room} ${session}`;
  const found =
    known.get(key) ??
    new Writer(
      {
        backbone: house.happening.backbone,
        interim: (interim) => house.media?.writeInterim(interim),
        now: () => performance.now(),
        forms: () => captionPreferences.forms,
      },
      room,
      session,
    );
  known.set(key, found);
  return found;
}
