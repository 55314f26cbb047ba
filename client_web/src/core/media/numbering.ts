/** Groups and frames of a track that is published. */

/** An audio group is a second. */
export const AUDIO_GROUP_FRAMES = 50;
/** Longest group of pictures; a keyframe costs as much as ten others, and people who arrive ask for one themselves. */
export const MOST_GROUP_MS = 5_000;
const MOST_FRAMES = 0xffff;

export interface Number {
  readonly group: number;
  readonly frame: number;
}

export class Numbering {
  #group = -1;
  #frame = 0;

  /** The number of the next frame; a key begins a group. Frames before the first key have none. */
  next(key: boolean): Number | null {
    if (key) {
      this.#group++;
      this.#frame = 0;
    } else if (this.#group < 0 || ++this.#frame > MOST_FRAMES) return null;
    return { group: this.#group, frame: this.#frame };
  }

  /** Whether the next audio frame begins a group. */
  get audioKey(): boolean {
    return this.#group < 0 || this.#frame + 1 >= AUDIO_GROUP_FRAMES;
  }
}
