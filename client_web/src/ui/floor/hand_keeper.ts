/**
 * Keeps one's raised hand and the room's list of raised hands in step. Raising it asks for the microphone; the entry that
 * goes away (the microphone was given, the chair took it down, the session ended) takes the hand down.
 */

export interface HandFacts {
  /** Where I am, of the programme; "" nowhere. */
  readonly room: string;
  /** What is on there; "" nothing. */
  readonly session: string;
  /** The hand of my avatar. */
  readonly up: boolean;
  /** It stands in the room's list. */
  readonly listed: boolean;
}

export interface HandParts {
  /** The hand of my avatar. */
  readonly raise: (up: boolean) => void;
  /** Resolves to whether it was done; what was refused is shown there. */
  readonly tell: (command: "hand.raise" | "hand.lower", session: string) => Promise<boolean>;
}

export class HandKeeper {
  readonly #parts: HandParts;
  #room = "";
  #session = "";
  #wasUp = false;
  #wasListed = false;
  /** Told, and not seen in the list yet. */
  #raising = false;
  #lowering = false;

  constructor(parts: HandParts) {
    this.#parts = parts;
  }

  /** Call it whenever one of them changed, once the list of the room is known. */
  follow({ room, session, up, listed }: HandFacts): void {
    const moved = room !== this.#room || (session !== this.#session && session !== "");
    if (moved && this.#elsewhere(room, session, up)) return;
    if (session === "") return;
    if (up && !listed) this.#missing(session);
    else if (!up && listed) this.#left(session);
    else {
      if (listed) this.#raising = false;
      else this.#lowering = false;
    }
    this.#wasUp = up;
    this.#wasListed = listed;
  }

  #missing(session: string): void {
    if (this.#wasListed && !this.#lowering) return this.#parts.raise(false);
    if (this.#raising) return;
    this.#raising = true;
    this.#lowering = false;
    void this.#parts.tell("hand.raise", session).then((done) => {
      if (done) return;
      this.#raising = false;
      this.#parts.raise(false);
    });
  }

  #left(session: string): void {
    if (this.#lowering) return;
    // After the page was loaded again it stands in the list, and the avatar does not know.
    if (!this.#wasUp && !this.#raising) return this.#parts.raise(true);
    this.#raising = false;
    this.#lowering = true;
    void this.#parts.tell("hand.lower", session).then((done) => {
      if (!done) this.#lowering = false;
    });
  }

  /** A hand asks where one is: it does not come along. Whether it went down, which is followed by itself. */
  #elsewhere(room: string, session: string, up: boolean): boolean {
    const asked = this.#wasListed || this.#raising;
    if (asked && room !== this.#room) void this.#parts.tell("hand.lower", this.#session);
    [this.#room, this.#session] = [room, session];
    this.#wasUp = this.#wasListed = this.#raising = this.#lowering = false;
    if (asked && up) this.#parts.raise(false);
    return asked && up;
  }
}
