/** The speaker's desk: what somebody chose to send, and that it goes out as long as he is on air. Outlives the view. */

import type { UiStore } from "../../app/ports";
import type { Capture, CaptureError, EchoTest, Film, MediaSession, MediaSource, Publication } from "../../media/api";
import { CommandError } from "../../net/command_error";
import type { House } from "./house.svelte";
import { type OwnMic, ownMic } from "./own_mic";

export type DeskSource = "camera" | "microphone" | "screen" | "film";
export const DESK_SOURCES: readonly DeskSource[] = ["camera", "microphone", "screen", "film"];

type Problems = Readonly<Record<DeskSource, string>>;
const NO_PROBLEMS: Problems = { camera: "", microphone: "", screen: "", film: "" };

export class Desk {
  /** Where I am on air, or am about to be. */
  room = $state("");
  session = $state("");
  onAir = $state(false);
  /** A command is on its way. */
  busy = $state(false);
  /** Why I am off air again, until I read it. */
  farewell = $state("");
  problems = $state.raw<Problems>(NO_PROBLEMS);
  camera = $state.raw<Capture | null>(null);
  microphone = $state.raw<Capture | null>(null);
  /** The picture first, then the sound if there is one. */
  screen = $state.raw<readonly Capture[]>([]);
  filmFile = $state.raw<File | null>(null);
  film = $state.raw<Film | null>(null);
  echo = $state.raw<EchoTest | null>(null);
  publications = $state.raw<ReadonlyMap<MediaSource, Publication>>(new Map());
  muted = $state(false);
  /** Slides that the presenter's view shows, on air or in rehearsal. */
  presenting = $state.raw<{ readonly room: string; readonly session: string; readonly deck: string } | null>(null);
  #house: House | null = null;
  #media: MediaSession | null = null;
  #allowed = "";

  // -- what is to be sent ----------------------------------------------------------------------------
  /** What is chosen, in the words of the event. */
  get sources(): readonly DeskSource[] {
    return DESK_SOURCES.filter((source) => this.has(source));
  }

  has(source: DeskSource): boolean {
    if (source === "screen") return this.screen.length > 0;
    if (source === "film") return this.filmFile !== null;
    return this[source] !== null;
  }

  async openCamera(house: House, device?: string): Promise<void> {
    await this.#open(house, "camera", async (media) => {
      const opened = await media.openCamera(device === undefined ? {} : { device });
      this.#swap("camera", this.camera, opened);
      this.camera = opened;
    });
  }

  async openMicrophone(house: House, device?: string): Promise<void> {
    await this.#open(house, "microphone", async (media) => {
      const opened = await media.openMicrophone(device === undefined ? {} : { device });
      this.#swap("microphone", this.microphone, opened);
      this.microphone = opened;
    });
  }

  async openScreen(house: House): Promise<void> {
    await this.#open(house, "screen", async (media) => {
      const opened = await media.openScreen({ sound: true });
      for (const old of this.screen) old.stop();
      this.#unpublish("screen");
      this.#unpublish("screen_audio");
      this.screen = opened;
      for (const each of opened) this.#watch("screen", each);
    });
  }

  async openFilm(house: House, file: File): Promise<void> {
    this.#closeFilm();
    this.filmFile = file;
    this.#problem("film", "");
    if (this.onAir) await this.#changed(house);
  }

  /** Stops one of them, on air and off it. */
  async stop(house: House, source: DeskSource): Promise<void> {
    this.#drop(source);
    this.#problem(source, "");
    if (this.onAir) await this.#tell(house);
  }

  mute(muted: boolean): void {
    this.muted = muted;
    this.publications.get("microphone")?.mute(muted);
  }

  /** How it stands with my microphone; read in components. */
  mic(house: House): OwnMic {
    const inRoom = this.onAir ? house.talk(this.room).muteOf(house.me) : null;
    return ownMic({
      // Before one is on air it says how it will go out.
      sent: this.onAir ? this.publications.has("microphone") : this.microphone !== null,
      muted: this.muted,
      mutes: [inRoom, house.happening.own?.get("mute", house.me) ?? null],
      now: house.happening.eventNow,
    });
  }

  // -- test --------------------------------------------------------------------------------------------
  async test(house: House): Promise<void> {
    const media = await house.open();
    if (media === null) return;
    this.echo?.stop();
    this.echo = media.echoTest(this.camera?.track ?? null, this.microphone?.track ?? null);
  }

  endTest(): void {
    this.echo?.stop();
    this.echo = null;
  }

  // -- on air --------------------------------------------------------------------------------------------
  /** Goes on air with what is chosen. Rejects with a CommandError: nothing is sent then. */
  async goOnAir(house: House, room: string, session: string): Promise<void> {
    this.busy = true;
    try {
      this.endTest();
      await house.happening.backbone.do("stage.go_on_air", { session, sources: this.sources });
      [this.room, this.session, this.farewell] = [room, session, ""];
      await this.#publish(house);
    } finally {
      this.busy = false;
    }
  }

  /** I leave the air: nothing is sent from the moment of the press, whatever the line does. */
  async leaveAir(house: House): Promise<void> {
    this.#silence();
    this.busy = true;
    try {
      await house.happening.backbone.do("stage.leave_air", { session: this.session });
      this.farewell = "";
    } finally {
      this.busy = false;
    }
  }

  /** Reads where the event has me; call it in an effect. */
  follow(house: House): void {
    this.#house = house;
    // Somebody else's visit or none: the devices of the last one are closed already.
    if (house.media === null && this.#media !== null) this.#forget();
    this.#media = house.media;
    const { me } = house;
    const at = house.happening.rooms.find((room) => me !== "" && house.talk(room.key).airOf(me) !== null);
    const air = at === undefined ? null : house.talk(at.key).airOf(me);
    if (at !== undefined && air !== null) {
      [this.room, this.session, this.onAir] = [at.key, air.session, true];
      const allowed = `${at.phase} ${house.talk(at.key).isMuted(me)} ${air.since}`;
      if (allowed !== this.#allowed) this.#retry();
      this.#allowed = allowed;
    } else if (this.onAir && house.talk(this.room).ready) {
      const ended = house.happening.rooms.every(({ on }) => on?.key !== this.session);
      this.onAir = false;
      this.#allowed = "";
      this.farewell = ended ? "The session is over: you are off air." : "You are off air.";
      this.#silence();
    }
  }

  // -- within --------------------------------------------------------------------------------------------
  async #open(house: House, source: DeskSource, run: (media: MediaSession) => Promise<void>): Promise<void> {
    const media = await house.open();
    if (media === null) return this.#problem(source, house.problem);
    try {
      await run(media);
      this.#problem(source, "");
    } catch (error) {
      const { code, message } = error as CaptureError;
      // Closing the browser's own question is an answer, no fault.
      if (code !== "cancelled") this.#problem(source, message);
      return;
    }
    if (this.onAir) await this.#changed(house);
  }

  async #changed(house: House): Promise<void> {
    if (await this.#tell(house)) await this.#publish(house);
  }

  /** Tells the event what I send now. */
  async #tell(house: House): Promise<boolean> {
    const body = { session: this.session, sources: this.sources };
    return house.happening.attempt(() => house.happening.backbone.do("stage.change_sources", body));
  }

  async #publish(house: House): Promise<void> {
    const media = await house.open();
    if (media === null) return;
    const options = { room: this.room, session: this.session };
    const [picture, sound] = [
      this.screen.find(({ kind }) => kind === "screen"),
      this.screen.find(({ kind }) => kind === "screen_audio"),
    ];
    for (const [source, capture] of [
      ["camera", this.camera],
      ["microphone", this.microphone],
      ["screen", picture],
      ["screen_audio", sound],
    ] as const) {
      const there = this.publications.get(source);
      if (capture && !there) this.#keep(source, media.publish(source, capture.track, options));
      else if (capture && there && there.input !== capture.track) there.replace(capture.track);
    }
    if (this.filmFile !== null && this.film === null) {
      try {
        this.film = await media.openFilm(this.filmFile, options);
      } catch (error) {
        this.#drop("film");
        this.#problem("film", error instanceof Error ? error.message : "This film cannot be played.");
        await this.#tell(house);
      }
    }
  }

  #keep(source: MediaSource, publication: Publication): void {
    this.publications = new Map(this.publications).set(source, publication);
    if (source !== "microphone") return;
    publication.mute(this.muted);
    // The bar's button mutes it, too.
    publication.state.subscribe(({ muted }) => {
      if (this.publications.get(source) === publication) this.muted = muted;
    });
  }

  #unpublish(source: MediaSource): void {
    this.publications.get(source)?.stop();
    const left = new Map(this.publications);
    left.delete(source);
    this.publications = left;
  }

  /** Another device of the same kind: on air it takes over at once. */
  #swap(source: "camera" | "microphone", old: Capture | null, opened: Capture): void {
    this.publications.get(source)?.replace(opened.track);
    old?.stop();
    this.#watch(source, opened);
  }

  #watch(source: DeskSource, capture: Capture): void {
    capture.ended.subscribe((why) => {
      const current = source === "screen" ? this.screen.includes(capture) : this[source as "camera"] === capture;
      if (why === "" || !current) return;
      this.#drop(source);
      this.#problem(source, why);
      if (this.onAir && this.#house !== null) void this.#tell(this.#house);
    });
  }

  #drop(source: DeskSource): void {
    if (source === "film") this.#closeFilm();
    else if (source === "screen") {
      const old = this.screen;
      this.screen = [];
      this.#unpublish("screen");
      this.#unpublish("screen_audio");
      for (const each of old) each.stop();
    } else {
      const old = this[source];
      this[source] = null;
      this.#unpublish(source);
      old?.stop();
    }
  }

  #closeFilm(): void {
    this.film?.stop();
    this.film = null;
    this.filmFile = null;
  }

  /** Nothing leaves here any more, and no device stays on. */
  #silence(): void {
    for (const source of DESK_SOURCES) this.#drop(source);
  }

  #retry(): void {
    for (const publication of this.publications.values()) {
      const { phase, code } = publication.state.get();
      if (phase === "refused" && code !== "too_much") publication.retry();
    }
  }

  #forget(): void {
    this.publications = new Map();
    [this.camera, this.microphone, this.film, this.filmFile, this.echo] = [null, null, null, null, null];
    this.screen = [];
    [this.onAir, this.room, this.session] = [false, "", ""];
    this.presenting = null;
    this.problems = NO_PROBLEMS;
  }

  #problem(source: DeskSource, text: string): void {
    this.problems = { ...this.problems, [source]: text };
  }
}

/** Whether going on air was refused because recording must be agreed to first. */
export const asksConsent = (error: unknown): boolean =>
  error instanceof CommandError && error.code === "consent_needed";

const desks = new WeakMap<UiStore, Desk>();

export function deskOf(store: UiStore): Desk {
  let desk = desks.get(store);
  if (desk === undefined) desks.set(store, (desk = new Desk()));
  return desk;
}
