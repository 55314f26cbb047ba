/** Emotes last a moment, a raised hand until it is lowered: the bits of the state byte that the person sets. */

import { EMOTE_SHIFT, type Emote, EMOTES, HAND_UP } from "./types";

/** Milliseconds an emote is shown. */
export const EMOTE_MS: Readonly<Record<Emote, number>> = {
  none: 0,
  wave: 2400,
  clap: 3200,
  thumbs_up: 2200,
  nod: 1600,
  heart: 2600,
};

export class Gestures {
  #emote: Emote = "none";
  #until = 0;
  hand = false;

  emote(emote: Emote, now: number): void {
    this.#emote = emote;
    this.#until = now + EMOTE_MS[emote];
  }

  /** Walking away ends an emote, not the raised hand. */
  interrupt(): void {
    this.#until = 0;
  }

  bits(now: number): number {
    const emote = now < this.#until ? EMOTES.indexOf(this.#emote) : 0;
    return (emote << EMOTE_SHIFT) | (this.hand ? HAND_UP : 0);
  }
}
