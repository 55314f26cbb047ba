import { createContext } from "svelte";
import type { Actions, UiStore } from "../app/ports";
import type { Appearance } from "./settings/appearance.svelte";
import type { Notice } from "./hud/notice.svelte";
import type { Panels } from "./hud/panels.svelte";
import type { Screen } from "./screen.svelte";
import type { Speaker } from "./a11y/speaker.svelte";
import type { Voice } from "./voice/voice.svelte";

/** Everything a panel may use; set once by App. */
export interface Ui {
  readonly store: UiStore;
  readonly actions: Actions;
  readonly appearance: Appearance;
  readonly notice: Notice;
  readonly panels: Panels;
  readonly speaker: Speaker;
  readonly screen: Screen;
  /** My microphone, and what I hear. */
  readonly voice: Voice;
}

export const [getUi, setUi] = createContext<Ui>();

/** What says things aloud: pages without the venue have it too, for dialogs of the kit. */
export const [getSpeaker, setSpeaker] = createContext<Speaker>();
