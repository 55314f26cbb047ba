/** What every page has: the event, who one is, where one is, and a way to say something. */

import { createContext } from "svelte";
import { placeOf, Router, type Browser, type Place } from "../app/router";
import type { Cancel, Clock } from "../core/clock";
import type { Backbone } from "../net/backbone";
import { CommandError } from "../net/command_error";
import type { Info, Policies } from "../net/event.gen";
import { Speaker } from "../ui/a11y/speaker.svelte";
import { Live } from "../ui/kit/live.svelte";
import { Toaster } from "../ui/kit/toaster.svelte";
import { knownZone, myZone } from "../ui/kit/zone";
import { Appearance, type KeyValue } from "../ui/settings/appearance.svelte";
import { Screen } from "../ui/screen.svelte";
import type { Server } from "./model/server";
import type { Me } from "./me.svelte";
import { visit } from "./visits";

export interface SiteParts {
  readonly backbone: Backbone;
  readonly me: Me;
  readonly server: Server;
  readonly clock: Clock;
  /** Real time, milliseconds UTC. */
  readonly wall: () => number;
  readonly storage: KeyValue | null;
  /** Of this tab: what is being typed. */
  readonly tabStorage: KeyValue | null;
  readonly browser: Browser;
  /** What the server is: see {@link Venue}. */
  readonly venue: () => Promise<Venue>;
  /** Rooms of the building, for those who say what takes place where. */
  readonly places: () => Promise<readonly BuildingRoom[]>;
}

/** `mail`: "smtp", or "folder" where letters are only kept on the server. `banner`: what every page says on top. */
export interface Venue {
  readonly mail: string;
  readonly banner: string;
  readonly guests: boolean;
}

/** A room of the building: what the programme's rooms are put into. */
export interface BuildingRoom {
  readonly id: string;
  readonly title: string;
}

const TICK_MS = 20_000;

const NO_INFO: Info = {
  title: "",
  subtitle: "",
  zone: "UTC",
  first_day: "",
  last_day: "",
  city: "",
  country: "",
  venue_name: "",
  venue_address: "",
  host: "",
  contact_name: "",
  contact_email: "",
  contact_phone: "",
  format: "remote_participation",
  colour: "",
  logo: "",
};

export class Site {
  readonly backbone: Backbone;
  readonly me: Me;
  readonly server: Server;
  readonly event: Live;
  readonly router: Router;
  readonly speaker = new Speaker();
  readonly screen = new Screen();
  readonly toaster: Toaster;
  readonly appearance: Appearance;
  readonly storage: KeyValue | null;
  readonly tabStorage: KeyValue | null;
  /** Where letters go; "" while it is not known. */
  letters = $state("");
  banner = $state("");
  guests = $state(false);
  /** When this browser was here before; 0: never. */
  readonly before: number;
  place = $state.raw<Place | null>(null);
  /** Real time, coarse. */
  now = $state(0);
  systemDark = $state(false);
  /** Whether times are shown in the reader's own zone instead of the event's. */
  mine = $state(false);
  readonly #parts: SiteParts;
  #cancel: Cancel = () => undefined;
  #places: Promise<readonly BuildingRoom[]> | null = null;

  constructor(parts: SiteParts) {
    this.#parts = parts;
    this.backbone = parts.backbone;
    this.me = parts.me;
    this.server = parts.server;
    this.storage = parts.storage;
    this.tabStorage = parts.tabStorage;
    this.toaster = new Toaster(parts.clock, (text) => this.speaker.say(text));
    this.appearance = new Appearance(parts.storage);
    this.event = new Live(parts.backbone.subscribe("event"));
    this.router = new Router(parts.browser, (place) => (this.place = place));
    this.place = placeOf(parts.browser.location.pathname);
    this.before = visit(parts.storage, parts.wall());
    this.#tick();
    void this.#look();
  }

  /** What becomes of letters that were just written. */
  get lettersGo(): string {
    return this.letters === "folder"
      ? "No mail server is set: their letters, with links and codes, lie in the folder “mail” of the server’s data."
      : "Letters are on their way.";
  }

  get info(): Info {
    return this.event.get("info", "info") ?? NO_INFO;
  }

  get policies(): Policies | null {
    return this.event.get("policies", "policies");
  }

  /** The event's zone, and the one that times are shown in. */
  get eventZone(): string {
    return knownZone(this.info.zone);
  }

  get zone(): string {
    return this.mine ? myZone() : this.eventZone;
  }

  /** The event's clock: rehearsals and the demo shift it. */
  get eventNow(): number {
    return this.now + this.shift;
  }

  get shift(): number {
    return this.event.get("clock", "clock")?.shift_ms ?? 0;
  }

  /** Rooms of the building; loaded when first asked for, and again after it failed. */
  places(): Promise<readonly BuildingRoom[]> {
    this.#places ??= this.#parts.places().catch((error: unknown) => {
      this.#places = null;
      throw error;
    });
    return this.#places;
  }

  /** Does something and says how it went; resolves to whether it worked. */
  async attempt(run: () => Promise<unknown>, done?: string, undo?: () => void): Promise<boolean> {
    try {
      await run();
      if (done !== undefined) this.toaster.done(done, undo);
      return true;
    } catch (error) {
      this.toaster.error(sentenceOf(error));
      return false;
    }
  }

  stop(): void {
    this.#cancel();
    this.event.close();
    this.router.stop();
  }

  async #look(): Promise<void> {
    try {
      const venue = await this.#parts.venue();
      this.letters = venue.mail;
      this.banner = venue.banner;
      this.guests = venue.guests;
    } catch {
      // Only hints come from it; what matters says by itself that the server cannot be reached.
    }
  }

  /** Now, not at the next coarse turn. */
  lookAtClock(): void {
    this.now = this.#parts.wall();
  }

  #tick(): void {
    this.lookAtClock();
    this.#cancel = this.#parts.clock.after(TICK_MS, () => this.#tick());
  }
}

/** The sentence of a refusal; anything else is our own fault and says so. */
export function sentenceOf(error: unknown): string {
  if (error instanceof CommandError || (error instanceof Error && "code" in error)) return error.message;
  console.error(error);
  return "Something went wrong on this page. Reload it and try again.";
}

export const [getSite, setSite] = createContext<Site>();
