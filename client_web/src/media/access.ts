/** The panels' way to talks and voice: what is eager of it. The rest is loaded when somebody first needs it. */

import { type Readable, writable } from "../core/store";
import type { MediaAccess, MediaSession } from "./api";

const CANNOT_LOAD = "Sound and pictures cannot be loaded at the moment. Check your connection, then try again.";

export class LazyMedia implements MediaAccess {
  readonly #make: () => Promise<MediaSession>;
  readonly #session = writable<MediaSession | null>(null);
  #opening: Promise<MediaSession> | null = null;
  #visit = 0;
  #hidden = false;

  constructor(make: () => Promise<MediaSession>) {
    this.#make = make;
  }

  get session(): Readable<MediaSession | null> {
    return this.#session;
  }

  open(): Promise<MediaSession> {
    this.#opening ??= this.#open(this.#visit);
    return this.#opening;
  }

  hidden(hidden: boolean): void {
    this.#hidden = hidden;
    this.#session.get()?.hidden(hidden);
  }

  /** The person left: everything is closed, devices first of all. */
  close(): void {
    this.#visit++;
    this.#opening = null;
    this.#session.get()?.close();
    this.#session.set(null);
  }

  async #open(visit: number): Promise<MediaSession> {
    let session: MediaSession;
    try {
      session = await this.#make();
    } catch (cause) {
      if (visit === this.#visit) this.#opening = null;
      throw new Error(CANNOT_LOAD, { cause });
    }
    if (visit !== this.#visit) {
      session.close();
      throw new Error("You left the venue.");
    }
    if (this.#hidden) session.hidden(true);
    this.#session.set(session);
    return session;
  }
}

/** For pages and tests without any. */
export function noMedia(): MediaAccess {
  return new LazyMedia(() => Promise.reject(new Error(CANNOT_LOAD)));
}
