/** The world without a picture: moved on a few times a second, so that one still walks, sits and is seen. */

import type { Cancel, Clock } from "../core/clock";
import { idleControls } from "../core/controls";
import type { Settings } from "../core/settings";
import type { World } from "../core/world";
import type { View } from "./view";

/** As often as poses are sent: walking stays as smooth for others as that of anybody else. */
const EVERY_MS = 100;

export class FlatLoop implements View {
  readonly renderer = null;
  readonly stick = idleControls();
  readonly #clock: Clock;
  readonly #world: World;
  readonly #onFrame: (now: number) => void;
  #cancel: Cancel = () => undefined;

  constructor(clock: Clock, world: World, settings: Settings, onFrame: (now: number) => void) {
    this.#clock = clock;
    this.#world = world;
    this.#onFrame = onFrame;
    this.apply(settings);
  }

  start(): void {
    this.#world.controls = this.stick;
    this.#beat();
  }

  stop(): void {
    this.#cancel();
  }

  pause(): void {
    Object.assign(this.stick, idleControls());
  }

  /** There is no picture to give the keyboard to: it stays where the person works. */
  focus(): void {}

  apply(settings: Settings): void {
    const { options } = this.#world;
    options.alwaysRun = settings.alwaysRun;
    // The way there is what others see; there is no picture of one's own to spare the eyes from.
    options.teleport = false;
  }

  #beat(): void {
    this.#cancel();
    this.#cancel = this.#clock.after(EVERY_MS, () => this.#beat());
    const now = this.#clock.now();
    this.#world.frame(now);
    this.#onFrame(now);
  }
}
