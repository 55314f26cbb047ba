/** What shows the world: the picture (scene_view.ts) or, without any, the beat of the flat view (flat_loop.ts). */

import type { Controls } from "../core/controls";
import type { Settings } from "../core/settings";
import type { Renderer } from "./ports";

export interface View {
  /** Null in the flat view. */
  readonly renderer: Renderer | null;
  readonly stick: Controls;
  start(): void;
  stop(): void;
  pause(hidden: boolean): void;
  focus(): void;
  apply(settings: Settings): void;
}
