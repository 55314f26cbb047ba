/** The event for everything in a view of the venue: held while the view is shown, with messages of its own. */

import { onDestroy } from "svelte";
import type { Ui } from "../context";
import { Bell } from "./bell";
import { Happening, setHappening } from "./happening.svelte";
import { Toaster } from "../kit/toaster.svelte";

const timers = {
  now: () => performance.now(),
  after: (ms: number, run: () => void) => {
    const timer = setTimeout(run, ms);
    return () => clearTimeout(timer);
  },
};

/** Call it while a component is made; the event is let go of when the component is. */
export function holdHappening({ store, speaker }: Ui): { readonly happening: Happening; readonly toaster: Toaster } {
  const bell = new Bell();
  const toaster = new Toaster(timers, (text) => speaker.say(text));
  const happening = setHappening(
    new Happening({
      backbone: store.backbone,
      clock: timers,
      wall: () => Date.now(),
      show: (kind, text) => toaster.show(kind, text),
      ring: () => bell.ring(),
    }),
  );
  const stop = store.self.subscribe((self) => self !== null && happening.meet(self.person));
  onDestroy(() => {
    stop();
    happening.stop();
  });
  return { happening, toaster };
}
