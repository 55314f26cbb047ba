/** Slides of a session, whether it is on or not. */

import { talkStream } from "../../core/stream_names";
import type { VenueBackbone } from "../../net/backbone";
import type { Deck } from "../../net/event.gen";
import { Live } from "../kit/live.svelte";

export interface Decks {
  /** Whether `all` says everything; not where a door keeps them in. */
  readonly ready: boolean;
  /** By key, in the order in which they were handed in. */
  readonly all: ReadonlyMap<string, Deck>;
}

const NONE: ReadonlyMap<string, Deck> = new Map();

/** Follows them as long as the component lives that calls this while it begins. */
export function followDecks(backbone: Pick<VenueBackbone, "subscribe">, session: () => string): Decks {
  let live = $state.raw<Live | null>(null);
  $effect(() => {
    const said = new Live(backbone.subscribe(talkStream(session())));
    live = said;
    return () => said.close();
  });
  return {
    get ready() {
      return live?.ready ?? false;
    },
    get all() {
      return live?.all("deck") ?? NONE;
    },
  };
}
