/** Talks of the house as one view of it follows them: the room one is in, the one that the player shows, and the media. */

import { createContext } from "svelte";
import type { MediaSession } from "../../media/api";
import type { Interim } from "../../net/media.gen";
import type { Ui } from "../context";
import type { Happening } from "../event/happening.svelte";
import type { RoomView } from "../event/rooms";
import { browserPages, type Pages } from "./pages";
import { type Point, Reading, Talk } from "./talk.svelte";

const POINT_STAYS_MS = 4_000;

export class House {
  readonly ui: Ui;
  readonly happening: Happening;
  readonly pages: Pages = browserPages();
  #media = $state.raw<MediaSession | null>(null);
  /** Why sound and pictures cannot be had, "" when they can. */
  problem = $state("");
  #self: Reading<ReturnType<Ui["store"]["self"]["get"]>>;
  #venue: Reading<ReturnType<Ui["store"]["venue"]["get"]>>;
  readonly #talks = new Map<string, Talk>();
  readonly #stops: (() => void)[] = [];
  #opening = false;
  #pointing = 0;
  #deaf: () => void = () => undefined;

  constructor(ui: Ui, happening: Happening) {
    this.ui = ui;
    this.happening = happening;
    this.#self = new Reading(ui.store.self);
    this.#venue = new Reading(ui.store.venue);
    this.#stops.push(ui.store.media.session.subscribe((media) => this.#use(media)));
  }

  get me(): string {
    return this.#self.value?.person ?? "";
  }

  get media(): MediaSession | null {
    return this.#media;
  }

  /** The room of the programme one stands in. */
  get here(): RoomView | null {
    const title = this.#self.value?.room;
    const place = this.#venue.value?.rooms.find((room, index) => index > 0 && room.title === title)?.id ?? "";
    return place === "" ? null : this.happening.inPlace(place);
  }

  /** The room that the player shows: the one that was chosen, else where one is. */
  get watched(): RoomView | null {
    const { watched } = this.ui.panels;
    const room = watched === "" ? null : this.happening.event.get("room", watched);
    return room === null ? this.here : this.happening.view(watched, room);
  }

  /** The one room whose sound one hears: two talks at once are none. */
  get heard(): RoomView | null {
    return this.ui.panels.player ? this.watched : this.here;
  }

  /** The same object for a room as long as this view lives. */
  talk(room: string): Talk {
    let talk = this.#talks.get(room);
    if (talk === undefined) {
      talk = new Talk(this.happening.backbone, room);
      talk.media = this.#media;
      this.#talks.set(room, talk);
    }
    return talk;
  }

  /** The rooms whose slides and captions are to come. */
  attend(rooms: ReadonlySet<string>): void {
    for (const room of rooms) this.talk(room).attend();
    for (const [room, talk] of this.#talks) if (!rooms.has(room)) talk.rest();
  }

  /** Loads what sound and pictures need; `problem` says why it did not work. */
  async open(): Promise<MediaSession | null> {
    if (this.#opening) return this.#media;
    this.#opening = true;
    try {
      const media = await this.ui.store.media.open();
      this.problem = "";
      return media;
    } catch (error) {
      this.problem = error instanceof Error ? error.message : "Sound and pictures cannot be loaded.";
      return null;
    } finally {
      this.#opening = false;
    }
  }

  /** Whether I may go on stage in this room's session: by my role there, or because the programme names me. */
  maySpeak(room: RoomView, session: string): boolean {
    if (this.happening.may("stage.speak", room.key)) return true;
    const found = this.happening.event.get("session", session);
    if (found === null || this.me === "") return false;
    return (
      found.chairs.includes(this.me) ||
      found.speakers.some((key) => this.happening.event.get("speaker", key)?.person === this.me)
    );
  }

  /** Where I point on my page; null: nowhere. Shown here at once, and to the room as its line allows. */
  point(room: string, at: Point | null): void {
    this.talk(room).point = at;
    this.#media?.point(room, at);
  }

  stop(): void {
    this.#deaf();
    clearTimeout(this.#pointing);
    this.pages.stop();
    for (const stop of this.#stops) stop();
    for (const talk of this.#talks.values()) talk.close();
    this.#talks.clear();
  }

  #hear(interim: Interim): void {
    this.#talks.get(interim.room)?.hear(interim, this.happening.eventNow);
  }

  /** My own comes back, too late to look right. */
  #pointed(room: string, at: Point | null): void {
    const talk = this.#talks.get(room);
    if (talk === undefined || talk.show?.presenter === this.me) return;
    talk.point = at;
    // Whoever pointed may be gone, or rests: a spot that stays there would mean something.
    clearTimeout(this.#pointing);
    this.#pointing = window.setTimeout(() => (talk.point = null), POINT_STAYS_MS);
  }

  #use(media: MediaSession | null): void {
    if (media === this.#media) return;
    this.#media = media;
    for (const talk of this.#talks.values()) talk.media = media;
    this.#deaf();
    this.#deaf =
      media?.on((event) => {
        if (event.kind === "interim") this.#hear(event.interim);
        else if (event.kind === "point") this.#pointed(event.room, event.at);
      }) ?? (() => undefined);
  }
}

export const [getHouse, setHouse] = createContext<House>();

const houses = new WeakMap<Happening, House>();

/** One for each view: parts of it that are loaded at different times share it. */
export function houseOf(ui: Ui, happening: Happening): House {
  let house = houses.get(happening);
  if (house === undefined) {
    house = new House(ui, happening);
    houses.set(happening, house);
  }
  return house;
}
