/** Pictures that wait for their moment. The newest that is due is shown; older ones are given up, and said so. */

/** `time`: of capture, milliseconds. */
interface Waiting<T> {
  readonly time: number;
  readonly picture: T;
}

/** Decoded pictures are large: never more than these, oldest given up first. */
const MOST = 24;

export class PictureQueue<T> {
  readonly #drop: (picture: T) => void;
  #waiting: Waiting<T>[] = [];
  /** Given up without being shown. */
  dropped = 0;

  constructor(drop: (picture: T) => void) {
    this.#drop = drop;
  }

  get length(): number {
    return this.#waiting.length;
  }

  push(time: number, picture: T): void {
    this.#waiting.push({ time, picture });
    if (this.#waiting.length > MOST) this.#give(this.#waiting.shift()!);
  }

  /** The picture to show at capture time `time`, or null: nothing new is due. */
  due(time: number): Waiting<T> | null {
    let found: Waiting<T> | null = null;
    while (this.#waiting.length > 0 && this.#waiting[0]!.time <= time) {
      if (found !== null) this.#give(found);
      found = this.#waiting.shift()!;
    }
    return found;
  }

  clear(): void {
    for (const each of this.#waiting) this.#drop(each.picture);
    this.#waiting = [];
  }

  #give({ picture }: Waiting<T>): void {
    this.dropped++;
    this.#drop(picture);
  }
}
