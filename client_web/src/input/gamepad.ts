/** A gamepad of the standard layout: left stick walks, right stick looks, buttons act. Polled once a frame. */

import { type Controls, idleControls } from "../core/controls";
import type { KeyAction } from "../core/settings";

const DEAD_ZONE = 0.18;
/** Button number of the standard layout -> action. */
const BUTTONS: Readonly<Record<number, KeyAction>> = {
  0: "sit",
  1: "safe",
  2: "wave",
  3: "camera",
  4: "hand",
  5: "clap",
  11: "resetView",
  12: "zoomIn",
  13: "zoomOut",
};
const RUN_BUTTONS = [6, 7, 10] as const;

export type PadState = Pick<Gamepad, "axes" | "connected" | "mapping"> & {
  readonly buttons: readonly { readonly pressed: boolean }[];
};

export class GamepadInput {
  readonly controls: Controls = idleControls();
  readonly #onAction: (action: KeyAction) => void;
  readonly #down = new Set<number>();

  constructor(onAction: (action: KeyAction) => void) {
    this.#onAction = onAction;
  }

  poll(pads: readonly (PadState | null)[]): void {
    const pad = pads.find((p) => p !== null && p.connected && p.mapping === "standard") ?? null;
    if (pad === null) {
      Object.assign(this.controls, idleControls());
      return;
    }
    this.controls.x = axis(pad.axes[0]);
    this.controls.y = -axis(pad.axes[1]);
    this.controls.turn = -axis(pad.axes[2]);
    this.controls.pitch = -axis(pad.axes[3]);
    this.controls.run = RUN_BUTTONS.some((i) => pad.buttons[i]?.pressed === true);
    for (const [index, action] of Object.entries(BUTTONS)) this.#button(Number(index), action, pad);
  }

  #button(index: number, action: KeyAction, pad: PadState): void {
    const pressed = pad.buttons[index]?.pressed === true;
    if (pressed && !this.#down.has(index)) this.#onAction(action);
    if (pressed) this.#down.add(index);
    else this.#down.delete(index);
  }
}

/** Grows from 0 at the edge of the dead zone, so that small moves are slow moves. */
function axis(value: number | undefined): number {
  const raw = value ?? 0;
  const size = Math.abs(raw);
  if (!(size > DEAD_ZONE)) return 0;
  return Math.sign(raw) * Math.min(1, (size - DEAD_ZONE) / (1 - DEAD_ZONE));
}
