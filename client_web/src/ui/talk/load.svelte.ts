/** Gets what talks need as soon as there is one, or somebody asks; the view of the venue does not wait for it. */

import type { Ui } from "../context";
import type { Happening } from "../event/happening.svelte";
import { keepWatching, keptWatching, tabStorage, takeOpening } from "./watching";

type Parts = typeof import("./index");

const ON: ReadonlySet<string> = new Set(["open", "live", "paused"]);

export class TalkLoader {
  parts = $state.raw<Parts | null>(null);
}

/** Call it while a view is made. */
export function loadTalks({ panels }: Pick<Ui, "panels">, happening: Happening): TalkLoader {
  const loader = new TalkLoader();
  let asked = false;
  const tab = tabStorage();
  const kept = keptWatching(tab);
  if (kept !== null && !panels.player) panels.watch(kept);
  const opening = takeOpening(tab);
  if (opening !== null) panels.talk(opening.room, opening.tab);
  $effect(() => keepWatching(tab, panels.player ? panels.watched : null));
  $effect(() => {
    const wanted = panels.side === "talk" || panels.player || happening.rooms.some(({ phase }) => ON.has(phase));
    if (!wanted || asked) return;
    asked = true;
    import("./index").then(
      (parts) => (loader.parts = parts),
      // Asked for again with the next change of the rooms: a line that was away comes back.
      () => (asked = false),
    );
  });
  return loader;
}
