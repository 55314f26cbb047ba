/** The voice of this page, kept as long as the page. */

import type { UiStore } from "../../app/ports";
import type { Speaker } from "../a11y/speaker.svelte";
import { safeStorage } from "../settings/appearance.svelte";
import { VoicePreferences } from "./preferences.svelte";
import { Voice } from "./voice.svelte";

const clock = {
  now: () => performance.now(),
  after: (ms: number, run: () => void) => {
    const timer = setTimeout(run, ms);
    return () => clearTimeout(timer);
  },
};

export function makeVoice({ media, talkKey }: Pick<UiStore, "media" | "talkKey">, speaker: Speaker): Voice {
  const preferences = new VoicePreferences(safeStorage());
  return new Voice({ media, talkKey, preferences, clock, say: (text) => speaker.say(text) });
}
