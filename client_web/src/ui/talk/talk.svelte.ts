/** A room's talk as panels see it: who is on air, what is on the screen, who has the microphone. Read in components. */

import { untrack } from "svelte";
import { createSubscriber } from "svelte/reactivity";
import type { Readable } from "../../core/store";
import { roomStream, talkStream } from "../../core/stream_names";
import type { MediaPicture, MediaSession, MediaTrack, RoomMedia, TrackLevel } from "../../media/api";
import type { VenueBackbone } from "../../net/backbone";
import type {
  Caption,
  Captioner,
  Deck,
  Hand,
  MicGrant,
  Mute,
  OnAir,
  Recording,
  ScreenLayout,
  SlideShow,
  StageCall,
} from "../../net/event.gen";
import type { Interim } from "../../net/media.gen";
import { Interims, type ShownLine, shownLines } from "../captions/shown";
import { holds } from "../floor/hands";
import { Live } from "../kit/live.svelte";
import { followed } from "./followed";
import { type LayoutName, type Scene, type Tile, tilesOf } from "./layout";

/** A store as something that components and getters can read. */
export class Reading<T> {
  readonly #store: Readable<T>;
  readonly #read: () => void;

  constructor(store: Readable<T>) {
    this.#store = store;
    this.#read = createSubscriber((update) => {
      let first = true;
      return store.subscribe(() => {
        if (!first) update();
        first = false;
      });
    });
  }

  get value(): T {
    this.#read();
    return this.#store.get();
  }
}

export interface Onstage {
  readonly person: string;
  readonly air: OnAir;
}

/** On a page, 0 to 1 of its width and height. */
export interface Point {
  readonly x: number;
  readonly y: number;
}

const NO_ROOM: RoomMedia = { room: "", tracks: [], pictures: [], refused: "" };
const NO_DECKS: ReadonlyMap<string, Deck> = new Map();
const RUNNING: ReadonlySet<string> = new Set(["open", "live", "paused"]);
const NO_LEVELS: ReadonlyMap<number, TrackLevel> = new Map();
const NO_CAPTIONS: ReadonlyMap<string, Caption> = new Map();
/** Captions on the screen at once. */
const CAPTION_LINES = 2;

/** One room; close it when nobody looks any more. */
export class Talk {
  readonly room: string;
  readonly #backbone: Pick<VenueBackbone, "subscribe">;
  readonly #live: Live;
  /** Slides and captions of a session, which a closed door keeps in. Null while nobody here attends, or none is on. */
  #said = $state.raw<Live | null>(null);
  #session = "";
  #attends = false;
  /** Sound and pictures; null until they were loaded. */
  #media = $state.raw<MediaSession | null>(null);
  #rooms = $state.raw<Reading<ReadonlyMap<string, RoomMedia>> | null>(null);
  #levels = $state.raw<Reading<ReadonlyMap<number, TrackLevel>> | null>(null);
  #voices = $state.raw<Reading<readonly MediaTrack[]> | null>(null);
  #spoke = "";
  readonly #interims = new Interims();
  /** How often somebody's writing was heard. */
  #heard = $state(0);
  /** Where the presenter points on the page now, 0 to 1; null nowhere. */
  point = $state.raw<Point | null>(null);

  constructor(backbone: Pick<VenueBackbone, "subscribe">, room: string) {
    this.room = room;
    this.#backbone = backbone;
    const stream = backbone.subscribe(roomStream(room));
    this.#live = new Live(stream);
    stream.onChange(() => this.#follow());
  }

  /** Gets slides and captions, too, from now on; asks again where the door was closed before. */
  attend(): void {
    this.#attends = true;
    this.#follow(true);
  }

  /** Slides and captions of a room that nobody looks at need not come. */
  rest(): void {
    this.#attends = false;
    this.#leave();
    this.#session = "";
  }

  close(): void {
    this.rest();
    this.#live.close();
  }

  /** Of the session that is on, else of the last one, if that is still for me. */
  #follow(anew = false): void {
    if (!this.#attends) return;
    untrack(() => {
      const { session, runs } = followed(this.#live.all("session_run"));
      const refused = this.#said?.status === "refused";
      if (session === this.#session) {
        // Over, and not for me: there is nothing to wait for.
        if (refused && !runs) this.#leave();
        if (this.#said === null ? !runs : !(anew && refused)) return;
      }
      this.#leave();
      this.#session = session;
      if (session === "") return;
      const stream = this.#backbone.subscribe(talkStream(session));
      this.#said = new Live(stream);
      stream.onChange(() => this.#follow());
    });
  }

  #leave(): void {
    untrack(() => this.#said)?.close();
    this.#said = null;
  }

  // -- sound and pictures --------------------------------------------------------------------------
  get media(): MediaSession | null {
    return this.#media;
  }

  set media(media: MediaSession | null) {
    if (media === this.#media) return;
    this.#media = media;
    this.#rooms = media && new Reading(media.rooms);
    this.#levels = media && new Reading(media.sound.levels);
    this.#voices = media && new Reading(media.voices);
  }

  get received(): RoomMedia {
    return this.#rooms?.value.get(this.room) ?? NO_ROOM;
  }

  get pictures(): readonly MediaPicture[] {
    return this.received.pictures;
  }

  /** What layouts place; sign language has a window of its own. */
  get stagePictures(): readonly MediaPicture[] {
    return this.pictures.filter(({ source }) => source !== "interpreter");
  }

  get interpreters(): readonly MediaPicture[] {
    return this.pictures.filter(({ source }) => source === "interpreter");
  }

  levelOf(person: string): TrackLevel {
    const levels = this.#levels?.value ?? NO_LEVELS;
    let loudest: TrackLevel = { level: 0, speaking: false };
    for (const track of this.received.tracks) {
      const level = track.media === "audio" && track.person === person ? levels.get(track.track) : undefined;
      if (level !== undefined && level.level >= loudest.level) loudest = level;
    }
    return loudest;
  }

  /** People on air who speak now, the loudest first. */
  get speaking(): readonly string[] {
    const now = this.onAir
      .map(({ person }) => ({ person, ...this.levelOf(person) }))
      .filter(({ speaking }) => speaking)
      .sort((a, b) => b.level - a.level)
      .map(({ person }) => person);
    return now;
  }

  /** Who is large where nobody was chosen: whoever spoke first stays until he is silent. */
  get leading(): string {
    const { speaking } = this;
    if (!speaking.includes(this.#spoke)) this.#spoke = speaking[0] ?? this.#spoke;
    return this.#spoke;
  }

  /** Tracks of sound of this room that are not one's own. */
  get sounds(): readonly MediaTrack[] {
    return this.received.tracks.filter(({ media, own }) => media === "audio" && !own);
  }

  // -- what stands in the room's stream -------------------------------------------------------------
  get ready(): boolean {
    return this.#live.ready;
  }

  /** Why this room cannot be followed, "" when it can. */
  get refused(): string {
    const closed = [this.#live, this.#said].find((stream) => stream?.status === "refused");
    return closed?.reason ?? this.received.refused;
  }

  /** In the order in which they came. */
  get onAir(): readonly Onstage[] {
    return [...this.#live.all("on_air")]
      .map(([person, air]) => ({ person, air }))
      .sort((a, b) => a.air.since - b.air.since || a.person.localeCompare(b.person));
  }

  airOf(person: string): OnAir | null {
    return this.#live.get("on_air", person);
  }

  get calls(): ReadonlyMap<string, StageCall> {
    return this.#live.all("stage_call");
  }

  get layout(): ScreenLayout | null {
    return this.#live.get("screen_layout", this.room);
  }

  get show(): SlideShow | null {
    return this.#said?.get("slide_show", this.#session) ?? null;
  }

  get decks(): ReadonlyMap<string, Deck> {
    return this.#said?.all("deck") ?? NO_DECKS;
  }

  get shownDeck(): Deck | null {
    return this.show === null ? null : (this.decks.get(this.show.deck) ?? null);
  }

  get microphones(): ReadonlyMap<string, MicGrant> {
    return this.#live.all("mic_grant");
  }

  /** Who asks for the microphone. */
  get hands(): ReadonlyMap<string, Hand> {
    return this.#live.all("hand");
  }

  /** People of the audience who have the microphone now, in the order in which they got it, and whether they speak. */
  fromAudience(session: string, eventNow: number): readonly { person: string; name: string; speaking: boolean }[] {
    const voices = this.#voices?.value ?? [];
    const levels = this.#levels?.value ?? NO_LEVELS;
    return [...this.microphones]
      .filter(([person, grant]) => holds(grant, session, eventNow) && this.airOf(person) === null)
      .sort(([, a], [, b]) => a.since - b.since)
      .map(([person, { name }]) => {
        const heard = voices.filter((voice) => voice.person === person);
        return { person, name, speaking: heard.some(({ track }) => levels.get(track)?.speaking ?? false) };
      });
  }

  muteOf(person: string): Mute | null {
    return this.#live.get("mute", person);
  }

  isMuted(person: string): boolean {
    return this.muteOf(person) !== null;
  }

  get audienceMuted(): boolean {
    return this.#live.get("audience_mute", this.room) !== null;
  }

  /** What runs here; "" nothing. */
  get session(): string {
    return [...this.#live.all("session_run")].find(([, { phase }]) => RUNNING.has(phase))?.[0] ?? "";
  }

  /** What ended here last, and when by the event's clock; null where nothing did. */
  get lastEnded(): { readonly session: string; readonly at: number } | null {
    const over = [...this.#live.all("session_run")].filter(([, run]) => run.phase === "ended" && run.live_at > 0);
    const [session, run] = over.sort(([, a], [, b]) => b.since - a.since)[0] ?? [];
    return session === undefined || run === undefined ? null : { session, at: run.since };
  }

  recording(session: string): Recording | null {
    return this.#live.get("recording", session);
  }

  // -- captions --------------------------------------------------------------------------------------
  /** Everything that was written and is still here, by key. */
  get spoken(): ReadonlyMap<string, Caption> {
    return this.#said?.all("caption") ?? NO_CAPTIONS;
  }

  /** Session whose lines are here; "" while they have not come. */
  get spokenIn(): string {
    return this.#said?.ready ? this.#session : "";
  }

  captioner(session: string): Captioner | null {
    return this.#live.get("captioner", session);
  }

  /** Somebody's line as far as it is written. */
  hear(interim: Interim, eventNow: number): void {
    this.#interims.hear(interim, this.spoken, eventNow);
    this.#heard++;
  }

  /** The newest lines, what is being written at the end; none when nothing was said for a while. */
  captions(eventNow: number, most = CAPTION_LINES): readonly ShownLine[] {
    void this.#heard;
    return shownLines(this.spoken, this.#interims.current(this.spoken, eventNow), eventNow, most);
  }

  // -- the screen ------------------------------------------------------------------------------------
  /** Whether anybody is on air, a page is up, or somebody writes captions: of a talk that is heard in a hall of stone. */
  get on(): boolean {
    return this.onAir.length > 0 || this.show !== null || this.#live.all("captioner").size > 0;
  }

  /** `own`: a layout of one's own instead of the room's. */
  scene(own: LayoutName | null = null): Scene {
    const { layout, show } = this;
    return {
      layout: own ?? layout?.layout ?? null,
      focus: layout?.focus ?? "",
      speaking: this.leading,
      pictures: this.stagePictures,
      slides: show !== null && !show.black,
      people: this.onAir.map(({ person }) => person),
    };
  }

  tiles(own: LayoutName | null = null): readonly Tile[] {
    return tilesOf(this.scene(own));
  }

  nameOf(person: string): string {
    return this.airOf(person)?.name || this.pictures.find((each) => each.person === person)?.name || "Somebody";
  }
}
