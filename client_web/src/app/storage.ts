/** What the browser keeps: settings and profile for good, the resume ticket for this tab. Storage may be forbidden. */

import { lookFromSeed } from "../core/look";
import { DEFAULT_SETTINGS, type Settings, settingsFrom } from "../core/settings";
import type { Look } from "../core/types";
import type { Profile } from "./ports";

const SETTINGS = "turia.settings";
const PROFILE = "turia.profile";
const TICKET = "turia.ticket";
const COMING_BACK = "turia.coming-back";
const TOLD = "turia.told";

export interface Shelf {
  getItem(key: string): string | null;
  setItem(key: string, value: string): void;
  removeItem(key: string): void;
}

/** Forgets everything: for private modes where storage throws. */
const noShelf: Shelf = { getItem: () => null, setItem: () => undefined, removeItem: () => undefined };

export class Storage {
  readonly #local: Shelf;
  readonly #session: Shelf;

  constructor(local: () => Shelf, session: () => Shelf) {
    this.#local = usable(local);
    this.#session = usable(session);
  }

  settings(defaults: Settings = DEFAULT_SETTINGS): Settings {
    return settingsFrom(this.#read(SETTINGS), defaults);
  }

  keepSettings(settings: Settings): void {
    write(this.#local, SETTINGS, JSON.stringify(settings));
  }

  forgetSettings(): void {
    this.#local.removeItem(SETTINGS);
  }

  /** What was last worn; somebody who is new looks like nobody else, drawn by `random` (0 to 1, without 1). */
  profile(random: () => number): Profile {
    const kept = this.#read(PROFILE);
    const { name, affiliation, look } = (typeof kept === "object" && kept !== null ? kept : {}) as Record<
      string,
      unknown
    >;
    return {
      name: typeof name === "string" ? name : "",
      affiliation: typeof affiliation === "string" ? affiliation : "",
      look: isLook(look) ? look : (lookFromSeed(Math.floor(random() * 2 ** 32)) as unknown as Look),
    };
  }

  keepProfile(profile: Profile): void {
    write(this.#local, PROFILE, JSON.stringify(profile));
  }

  get ticket(): string | null {
    return this.#session.getItem(TICKET);
  }

  set ticket(ticket: string | null) {
    if (ticket === null) this.#session.removeItem(TICKET);
    else write(this.#session, TICKET, ticket);
  }

  /**
   * Whether this tab was inside when its page was loaded anew, so that F5 leads back to place and seat. Not twice in a row
   * without having arrived: who cannot get in again must get at the form.
   */
  get wasInside(): boolean {
    return this.ticket !== null && this.#session.getItem(COMING_BACK) === null;
  }

  set comingBack(on: boolean) {
    if (on) write(this.#session, COMING_BACK, "1");
    else this.#session.removeItem(COMING_BACK);
  }

  /** Whether this browser was told something once; telling counts from now on. */
  tellOnce(what: string): boolean {
    const told = this.#read(TOLD);
    const before = Array.isArray(told) ? told.filter((each): each is string => typeof each === "string") : [];
    if (before.includes(what)) return false;
    write(this.#local, TOLD, JSON.stringify([...before, what]));
    return true;
  }

  /** What is kept until this tab is closed: commands that wait for their answer. */
  get ofThisTab(): Shelf {
    return this.#session;
  }

  #read(key: string): unknown {
    try {
      return JSON.parse(this.#local.getItem(key) ?? "null");
    } catch {
      return null;
    }
  }
}

export function isLook(value: unknown): value is Look {
  return Array.isArray(value) && value.length === 8 && value.every((n) => Number.isInteger(n) && n >= 0 && n <= 255);
}

function usable(shelf: () => Shelf): Shelf {
  try {
    const found = shelf();
    found.getItem(SETTINGS);
    return found;
  } catch {
    return noShelf;
  }
}

function write(shelf: Shelf, key: string, value: string): void {
  try {
    shelf.setItem(key, value);
  } catch {
    // Full or forbidden: the next visit starts from the defaults, nothing else is lost.
  }
}
