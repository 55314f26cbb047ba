/** Everything that comes in: which rooms and tracks, what is asked for, what heals, and when a picture is shown. */

import type { Clock } from "../core/clock";
import { Assembler } from "../core/media/pieces";
import { HeadError } from "../core/media/frame_head";
import { PlayoutClock } from "../core/media/playout_clock";
import { Recent } from "../core/media/meters";
import { SlowLine } from "../core/media/slow_line";
import { pictureOf, sameWants, type Situation, type Wanted, wantsOf } from "../core/media/wants";
import { type Readable, writable } from "../core/store";
import { MAX_FOLLOWED_ROOMS, type MediaServerEvents, type TrackInfo } from "../net/media.gen";
import type { MediaEvent, MediaTrack, RoomMedia, SoundKind, TrackArrival, TrackLevel } from "./api";
import { Arriving } from "./arriving";
import { type Known, knownOf, roomOf } from "./known";
import type { MediaLine } from "./line";
import type { Shown } from "./shown";
import type { SoundGraph } from "./sound";

export interface IncomingParts {
  readonly clock: Clock;
  readonly line: MediaLine;
  readonly sound: SoundGraph;
  readonly shown: Shown;
  readonly me: () => string;
  readonly audio: boolean;
  readonly video: boolean;
  readonly failed: (error: unknown) => void;
  readonly tell: (event: MediaEvent) => void;
}

/** Wishes are collected for so long: layouts change many canvases at once. */
const COLLECT_MS = 80;
/** So many drops in ten seconds, and doing without pictures is offered. */
const SUGGEST_AT = 4;

export class Incoming {
  readonly #parts: IncomingParts;
  readonly #assembler = new Assembler();
  readonly #arriving = new Map<number, Arriving>();
  readonly #clocks = new Map<string, PlayoutClock>();
  readonly #drops = new Recent(10_000);
  readonly #bits = new Recent();
  readonly #rooms = writable<ReadonlyMap<string, RoomMedia>>(new Map());
  readonly #voices = writable<readonly MediaTrack[]>([]);
  readonly #arrivals = writable<ReadonlyMap<number, TrackArrival>>(new Map());
  readonly #low = writable<{ readonly on: boolean; readonly suggested: boolean }>({ on: false, suggested: false });
  readonly #pinned = writable<string | null>(null);
  #watched: string[] = [];
  #told = new Map<string, TrackInfo[]>();
  #refused: Readonly<Record<string, string>> = {};
  #heard: TrackInfo[] = [];
  #extra: TrackInfo[] = [];
  #hear = 0;
  #hidden = false;
  #wants: readonly Wanted[] = [];
  #collecting = false;
  readonly #slowness = new SlowLine();
  #lipSync: { readonly ms: number; readonly at: number } | null = null;

  constructor(parts: IncomingParts) {
    this.#parts = parts;
  }

  get rooms(): Readable<ReadonlyMap<string, RoomMedia>> {
    return this.#rooms;
  }

  get voices(): Readable<readonly MediaTrack[]> {
    return this.#voices;
  }

  get arrivals(): Readable<ReadonlyMap<number, TrackArrival>> {
    return this.#arrivals;
  }

  get lowBandwidth(): Readable<{ readonly on: boolean; readonly suggested: boolean }> {
    return this.#low;
  }

  get pinned(): Readable<string | null> {
    return this.#pinned;
  }

  get tracks(): readonly Arriving[] {
    return [...this.#arriving.values()];
  }

  get bitRate(): number {
    return Math.round(this.#bits.perSecond(this.#now));
  }

  get #now(): number {
    return this.#parts.clock.now();
  }

  // -- what the person wants -----------------------------------------------------------------------

  /** True when it was not watched before. */
  watch(room: string): void {
    if (this.#watched.includes(room)) return;
    this.#watched = [...this.#watched, room].slice(-MAX_FOLLOWED_ROOMS);
    this.#follow();
  }

  unwatch(room: string): void {
    if (!this.#watched.includes(room)) return;
    this.#watched = this.#watched.filter((each) => each !== room);
    this.#follow();
  }

  hear(voices: number): void {
    this.#hear = voices;
    if (this.#parts.line.connected) this.#parts.line.command("hear", { voices }).catch(() => undefined);
  }

  get needed(): boolean {
    return this.#watched.length > 0 || this.#hear > 0 || this.#extra.length > 0;
  }

  setLowBandwidth(on: boolean): void {
    this.#low.set({ on, suggested: false });
    this.wish();
  }

  pin(picture: string | null): void {
    this.#pinned.set(picture);
    this.wish();
  }

  hidden(hidden: boolean): void {
    this.#hidden = hidden;
    this.wish();
  }

  /** A track that no room tells of: the echo. */
  addEcho(info: TrackInfo): () => void {
    this.#extra = [...this.#extra, info];
    this.#update();
    return () => {
      this.#extra = this.#extra.filter((each) => each !== info);
      this.#update();
    };
  }

  // -- what the server tells -----------------------------------------------------------------------

  up(): void {
    this.#wants = [];
    if (this.#hear > 0) this.hear(this.#hear);
    this.#follow();
  }

  /** Nothing is known any more; what was shown stays until the line is back. */
  down(): void {
    this.#told.clear();
    this.#heard = [];
    this.#refused = {};
    this.#wants = [];
    this.#update();
  }

  event<K extends keyof MediaServerEvents>(name: K, payload: MediaServerEvents[K]): void {
    if (name === "tracks") {
      const { room, tracks } = payload as MediaServerEvents["tracks"];
      if (this.#watched.includes(room)) this.#told.set(room, tracks);
      this.#update();
    } else if (name === "voices") {
      this.#heard = (payload as MediaServerEvents["voices"]).voices;
      this.#update();
    } else if (name === "dropped") this.#dropped(payload as MediaServerEvents["dropped"]);
  }

  frame(bytes: ArrayBuffer | ArrayBufferView): void {
    const now = this.#now;
    this.#bits.add(bytes.byteLength * 8, now);
    try {
      const frame = this.#assembler.push(bytes);
      const of = frame === null ? undefined : this.#arriving.get(frame.track);
      if (frame === null || of === undefined) return;
      if (of.take(frame, now, this.#parts.sound.latencyMs)) this.#healed(of);
    } catch (error) {
      if (!(error instanceof HeadError)) throw error;
      this.#parts.failed(error);
    }
  }

  // -- again and again -----------------------------------------------------------------------------

  /** About ten times a second. */
  tick(): void {
    const now = this.#now;
    for (const clock of this.#clocks.values()) clock.tick(now);
    const levels = new Map<number, TrackLevel>();
    const restart: number[] = [];
    for (const [track, each] of this.#arriving) {
      if (each.audio !== null) {
        each.audio.steer(this.#parts.sound);
        levels.set(track, each.audio.level(now));
      }
      const need = this.#parts.line.connected ? each.check(now) : "nothing";
      if (need === "restart") restart.push(track);
      if (need === "key") this.#parts.line.command("keyframe", { track }).catch(() => undefined);
    }
    this.#parts.sound.setLevels(levels);
    if (restart.length > 0) this.#ask(restart);
    if (this.#slowness.tick(now)) this.wish();
    this.#showArrivals(now);
  }

  /** With each frame of the screen: decodes what is due soon and shows what is due. */
  animate(): void {
    const now = this.#now;
    for (const each of this.#arriving.values()) {
      if (each.video === null || !each.wanted || !each.clock.ready) continue;
      const heard = this.#heardTime(each, now);
      const time = heard ?? each.clock.timeAt(now);
      each.video.decode(time);
      const picture = each.video.present(time);
      if (picture === null) continue;
      if (heard !== null) this.#lipSync = { ms: heard - each.video.shownTime, at: now };
      this.#parts.shown.show(pictureOf(each.info), picture);
      picture.close();
    }
  }

  get lipSyncMs(): number | null {
    return this.#lipSync === null || this.#now - this.#lipSync.at > 2_000 ? null : Math.round(this.#lipSync.ms);
  }

  /** Sound can be heard now, or cannot any more. */
  soundChanged(): void {
    for (const each of this.#arriving.values()) if (each.audio !== null) this.#play(each);
  }

  close(): void {
    for (const each of this.#arriving.values()) each.close();
    this.#arriving.clear();
  }

  // -- within --------------------------------------------------------------------------------------

  /** What sound of the same person and place says about now. */
  #heardTime(picture: Arriving, now: number): number | null {
    for (const each of this.#arriving.values()) {
      if (each.audio === null || each.clock !== picture.clock) continue;
      const time = each.audio.heardTime(now);
      if (time !== null) return time;
    }
    return null;
  }

  #follow(): void {
    const rooms = this.#watched;
    for (const room of [...this.#told.keys()]) if (!rooms.includes(room)) this.#told.delete(room);
    this.#update();
    const { line } = this.#parts;
    if (!line.connected) return;
    line.command("follow", { rooms: [...rooms] }).then(
      ({ rooms: told, refused }) => {
        if (rooms !== this.#watched) return;
        this.#refused = refused;
        for (const { room, tracks } of told) if (!this.#told.has(room)) this.#told.set(room, tracks);
        this.#update();
      },
      (error: Error) => {
        this.#refused = Object.fromEntries(rooms.map((room) => [room, error.message]));
        this.#update();
      },
    );
  }

  #update(): void {
    const me = this.#parts.me();
    const known = new Map<number, Known>();
    const rooms = new Map<string, RoomMedia>();
    for (const room of this.#watched) {
      const tracks = (this.#told.get(room) ?? []).map((info) => knownOf(info, me));
      rooms.set(room, roomOf(room, tracks, this.#refused[room] ?? ""));
      for (const each of tracks) if (!each.own) known.set(each.track, each);
    }
    const voices = this.#heard.map((info) => knownOf(info, me)).filter(({ own }) => !own);
    for (const each of voices) known.set(each.track, each);
    for (const info of this.#extra) known.set(info.track, { ...knownOf(info, me), own: false });
    this.#keep(known);
    this.#rooms.set(rooms);
    this.#voices.set(voices);
    this.wish();
  }

  #keep(known: ReadonlyMap<number, Known>): void {
    for (const [track, each] of this.#arriving) {
      if (known.has(track)) continue;
      each.close();
      this.#assembler.forget(track);
      this.#arriving.delete(track);
    }
    for (const [track, info] of known) {
      const before = this.#arriving.get(track);
      if (before !== undefined) {
        const moved = before.info.wholeRoom !== info.wholeRoom;
        before.info = info;
        if (moved) this.#play(before);
        continue;
      }
      const arriving = new Arriving(info, this.#clockOf(info), this.#parts.failed);
      this.#arriving.set(track, arriving);
      if (arriving.audio !== null) this.#play(arriving);
    }
    const used = new Set([...this.#arriving.values()].map(({ clock }) => clock));
    for (const [key, clock] of this.#clocks) if (!used.has(clock)) this.#clocks.delete(key);
  }

  /** One for everything that a person sends; the echo of oneself has its own. */
  #clockOf({ person, source }: Known): PlayoutClock {
    const key = source === "echo" ? "echo" : person;
    const clock = this.#clocks.get(key) ?? new PlayoutClock();
    this.#clocks.set(key, clock);
    return clock;
  }

  #play({ info, audio }: Arriving): void {
    const kind: SoundKind = info.source === "voice" && !info.wholeRoom ? "voices" : "talk";
    const player = this.#parts.sound.player(info.track, info.person, kind, audio!.channels);
    audio!.playBy(player, this.#parts.sound, () => this.#now);
  }

  /** Works out what to ask for, soon. */
  wish(): void {
    if (this.#collecting) return;
    this.#collecting = true;
    this.#parts.clock.after(COLLECT_MS, () => {
      this.#collecting = false;
      this.#ask([]);
    });
  }

  #ask(restart: readonly number[]): void {
    const now = this.#now;
    const wants = this.#choose();
    const wanted = new Set(wants.map(([track]) => track));
    for (const [track, each] of this.#arriving) each.want(wanted.has(track), now);
    const again = restart.filter((track) => wanted.has(track));
    if (!this.#parts.line.connected || (sameWants(wants, this.#wants) && again.length === 0)) return;
    this.#wants = wants;
    this.#parts.line.command("want", { tracks: wants, restart: again }).then(
      ({ refused }) => {
        for (const { track, message } of refused) this.#arriving.get(track)?.refuse(message);
      },
      () => {
        // Not answered or too many: asked again with the next change, or when nothing comes.
        if (this.#wants === wants) this.#wants = [];
      },
    );
  }

  #choose(): Wanted[] {
    const offered = this.tracks.map(({ info }) => info).filter(({ source }) => source !== "voice");
    const situation: Situation = {
      shown: this.#parts.shown.widths(),
      pinned: this.#pinned.get(),
      lowBandwidth: this.#low.get().on,
      hidden: this.#hidden,
      audio: this.#parts.audio,
      video: () => this.#parts.video,
      slow: this.#slowness.slow,
    };
    return wantsOf(offered, situation);
  }

  #dropped({ tracks }: MediaServerEvents["dropped"]): void {
    const now = this.#now;
    let hard = false;
    for (const { track, frames, reason } of tracks) {
      this.#arriving.get(track)?.leftOut(frames, reason, now);
      this.#parts.tell({ kind: "dropped", track, frames, reason });
      // A key that is awaited by everybody who arrives is no sign of a slow line.
      hard ||= reason === "group" || reason === "audio";
    }
    if (!hard) return;
    this.#drops.add(1, now);
    if (this.#slowness.dropped(now)) this.wish();
    const { on, suggested } = this.#low.get();
    if (on || suggested || this.#drops.perSecond(now) * 10 < SUGGEST_AT) return;
    this.#low.set({ on, suggested: true });
    const message =
      "Your connection is too slow for pictures. Turn on low bandwidth to keep sound, slides and captions.";
    this.#parts.tell({ kind: "slow_line", message });
  }

  #healed({ info }: Arriving): void {
    const message = info.media === "audio" ? `You hear ${info.name} again.` : `The picture of ${info.name} is back.`;
    this.#parts.tell({ kind: "healed", track: info.track, message });
  }

  #showArrivals(now: number): void {
    const before = this.#arrivals.get();
    const after = new Map(this.tracks.map((each) => [each.info.track, each.arrival(now)]));
    const same =
      before.size === after.size &&
      [...after].every(([track, { arrival, message }]) => {
        const old = before.get(track);
        return old?.arrival === arrival && old.message === message;
      });
    if (!same) this.#arrivals.set(after);
  }
}
