/** Talks and voice for one page: puts line, what comes in, what goes out, sound and devices together. See api.ts. */

import type { Cancel, Clock, Random } from "../core/clock";
import { Recent } from "../core/media/meters";
import { type Readable, writable } from "../core/store";
import type { MediaConnection, MediaConnectionEvents } from "../net/media_line";
import { type Interim, type MediaServerEvents, POINT_EVERY_MS, type Point } from "../net/media.gen";
import type { Auth } from "../net/protocol.gen";
import type {
  CameraOptions,
  Capture,
  DeviceLists,
  EchoTest,
  Film,
  FrameSink,
  MediaDebug,
  MediaEvent,
  MediaLineState,
  MediaPicture,
  MediaSession,
  MediaSource,
  MediaStatistics,
  MediaSupport,
  MediaTrack,
  MicrophoneOptions,
  PictureTexture,
  Publication,
  PublishOptions,
  RoomMedia,
  ScreenOptions,
  SinkOptions,
  Sound,
  TrackArrival,
} from "./api";
import { Devices, openCamera, openMicrophone, openScreen, type OpenCapture } from "./capture";
import { debugOf } from "./debug";
import { Echo, echoPicture } from "./echo";
import { Incoming } from "./incoming";
import { Interims } from "./interims";
import { Newest } from "./newest";
import { pictureId } from "./known";
import { MediaLine } from "./line";
import { PicturePublication } from "./picture_publication";
import type { AnyPublication, PublicationKind, PublicationParts } from "./publication";
import { Shown } from "./shown";
import { SoundGraph } from "./sound";
import { SoundPublication } from "./sound_publication";
import { supportOf } from "./support";

export interface MediaSessionParts {
  readonly clock: Clock;
  readonly random: Random;
  readonly open: (auth: Auth, events: MediaConnectionEvents) => MediaConnection;
  /** A new pass of the person; null: he must sign in again. */
  readonly pass: () => Promise<string | null>;
  /** Id of the person, "" while it is not known. */
  readonly me: () => string;
  /** Whether the venue's own line stands. */
  readonly inside: Readable<boolean>;
}

const TICK_MS = 100;
const PUBLICATIONS_EVERY = 3;
const SECOND = 10;
const MOST_ERRORS = 20;
const STEREO: ReadonlySet<MediaSource> = new Set(["screen_audio", "film_audio"]);

const NO_STATISTICS: MediaStatistics = {
  roundTripMs: null,
  receivedBitRate: 0,
  sentBitRate: 0,
  waitingBytes: 0,
  reconnects: 0,
  lipSyncMs: null,
  tracks: [],
  publications: [],
};

export class Media implements MediaSession {
  readonly support: MediaSupport = supportOf();
  readonly #parts: MediaSessionParts;
  readonly #line: MediaLine;
  readonly #sound: SoundGraph;
  readonly #shown: Shown;
  readonly #incoming: Incoming;
  readonly #interims: Interims;
  readonly #points: Newest<Point>;
  readonly #devices = new Devices();
  readonly #publications = writable<readonly AnyPublication[]>([]);
  readonly #statistics = writable<MediaStatistics>(NO_STATISTICS);
  readonly #listeners = new Set<(event: MediaEvent) => void>();
  readonly #errors: string[] = [];
  readonly #loud = new Recent(500);
  readonly #echoes = new Set<Echo>();
  readonly #films = new Set<Film>();
  readonly #captures = new Set<OpenCapture>();
  #ticks = 0;
  #cancelTick: Cancel = () => undefined;
  #animation = 0;
  #hidden = false;
  #loudest = 0;
  #closed = false;

  constructor(parts: MediaSessionParts) {
    this.#parts = parts;
    const failed = (error: unknown): void => this.#failed(error);
    this.#line = new MediaLine({
      ...parts,
      up: () => this.#up(),
      down: () => this.#down(),
      frame: (bytes) => this.#incoming.frame(bytes),
      event: (name, payload) => this.#event(name, payload),
    });
    this.#sound = new SoundGraph(
      () => performance.now(),
      () => this.#incoming.soundChanged(),
    );
    this.#interims = new Interims(this.#line, parts.clock);
    this.#points = new Newest({
      clock: parts.clock,
      everyMs: POINT_EVERY_MS,
      connected: () => this.#line.connected,
      send: (point) => this.#line.command("point", point),
    });
    this.#shown = new Shown(() => this.#shownChanged());
    this.#incoming = new Incoming({
      clock: parts.clock,
      line: this.#line,
      sound: this.#sound,
      shown: this.#shown,
      me: parts.me,
      audio: this.support.audio !== "none",
      video: this.support.video,
      failed,
      tell: (event) => this.#tell(event),
    });
  }

  // -- state ---------------------------------------------------------------------------------------

  get line(): Readable<MediaLineState> {
    return this.#line.state;
  }

  get rooms(): Readable<ReadonlyMap<string, RoomMedia>> {
    return this.#incoming.rooms;
  }

  get voices(): Readable<readonly MediaTrack[]> {
    return this.#incoming.voices;
  }

  get arrivals(): Readable<ReadonlyMap<number, TrackArrival>> {
    return this.#incoming.arrivals;
  }

  get publications(): Readable<readonly Publication[]> {
    return this.#publications;
  }

  get devices(): Readable<DeviceLists> {
    return this.#devices.lists;
  }

  get statistics(): Readable<MediaStatistics> {
    return this.#statistics;
  }

  get sound(): Sound {
    return this.#sound;
  }

  get lowBandwidth(): Readable<{ readonly on: boolean; readonly suggested: boolean }> {
    return this.#incoming.lowBandwidth;
  }

  get pinned(): Readable<string | null> {
    return this.#incoming.pinned;
  }

  // -- watching ------------------------------------------------------------------------------------

  watch(room: string): void {
    this.#incoming.watch(room);
    this.#need();
  }

  unwatch(room: string): void {
    this.#incoming.unwatch(room);
  }

  hear(voices: number): void {
    this.#incoming.hear(voices);
    if (voices > 0) this.#need();
  }

  setLowBandwidth(on: boolean): void {
    this.#incoming.setLowBandwidth(on);
  }

  pin(picture: string | null): void {
    this.#incoming.pin(picture);
  }

  attachCanvas(picture: MediaPicture | MediaTrack, canvas: HTMLCanvasElement): () => void {
    const detach = this.#shown.canvas(pictureId(picture), canvas);
    return this.#andOwn(picture, detach);
  }

  onFrame(picture: MediaPicture | MediaTrack, sink: FrameSink, options: SinkOptions = {}): () => void {
    return this.#andOwn(picture, this.#shown.add(pictureId(picture), sink, options.width).remove);
  }

  texture(picture: MediaPicture | MediaTrack): PictureTexture {
    const texture = this.#shown.texture(pictureId(picture));
    const release = this.#andOwn(picture, () => texture.release());
    return Object.create(texture, { release: { value: release } }) as PictureTexture;
  }

  /** One's own picture is shown from here: it never comes back from the server. */
  #andOwn(picture: MediaPicture | MediaTrack, detach: () => void): () => void {
    if (!picture.own) return detach;
    const own = this.#publications.get().find((each) => each.source === picture.source && each.media === "video");
    const stop = (own as PicturePublication | undefined)?.watch((frame) => this.#shown.show(pictureId(picture), frame));
    return () => {
      stop?.();
      detach();
    };
  }

  // -- devices -------------------------------------------------------------------------------------

  async openCamera(options?: CameraOptions): Promise<Capture> {
    return this.#opened(await openCamera(options));
  }

  async openMicrophone(options?: MicrophoneOptions): Promise<Capture> {
    return this.#opened(await openMicrophone(options));
  }

  async openScreen(options?: ScreenOptions): Promise<readonly Capture[]> {
    return (await openScreen(options)).map((each) => this.#opened(each));
  }

  refreshDevices(): Promise<void> {
    return this.#devices.refresh();
  }

  #opened(capture: OpenCapture): OpenCapture {
    this.#captures.add(capture);
    // Names of devices are told only after the first permission.
    void this.#devices.refresh();
    capture.ended.subscribe((why) => {
      if (why === "") return;
      this.#captures.delete(capture);
      for (const each of this.#publications.get()) {
        if (each.input !== capture.track) continue;
        this.#tell({ kind: "device_ended", source: each.source, message: why });
        each.finish("ended", why);
      }
    });
    return capture;
  }

  // -- publishing ----------------------------------------------------------------------------------

  publish(source: MediaSource, track: MediaStreamTrack, options: PublishOptions = {}): Publication {
    const publication = this.#publication(source, track.kind === "audio" ? "audio" : "video", options);
    publication.replace(track);
    return publication;
  }

  #publication(source: MediaSource, media: "audio" | "video", options: PublishOptions): AnyPublication {
    const kind: PublicationKind = { source, room: options.room ?? "", session: options.session ?? "" };
    const parts: PublicationParts = {
      clock: this.#parts.clock,
      line: this.#line,
      failed: (error) => this.#failed(error),
      ended: (over) => this.#publications.update((all) => all.filter((each) => each !== over)),
      refused: ({ source: of }, code, message) => this.#tell({ kind: "refused", source: of, code, message }),
    };
    const publication =
      media === "audio"
        ? new SoundPublication(kind, parts, {
            channels: STEREO.has(source) ? 2 : 1,
            bitRate: options.bitRate,
            byVoice: options.voiceActivity ?? source === "voice",
          })
        : new PicturePublication(kind, parts, options);
    this.#publications.update((all) => [...all, publication]);
    this.#need();
    return publication;
  }

  async openFilm(file: File, options: PublishOptions): Promise<Film> {
    const { openFilm } = await import("./film");
    const film = await openFilm(file, {
      picture: () => this.#publication("film", "video", options) as PicturePublication,
      sound: () => this.#publication("film_audio", "audio", options) as SoundPublication,
      ended: (over) => void this.#films.delete(over),
      failed: (error) => this.#failed(error),
    });
    this.#films.add(film);
    return film;
  }

  echoTest(camera: MediaStreamTrack | null, microphone: MediaStreamTrack | null): EchoTest {
    const publications = [camera, microphone]
      .filter((track) => track !== null)
      .map((track) => this.publish("echo", track) as AnyPublication);
    const echo = new Echo({
      publications,
      me: this.#parts.me,
      receive: (info) => this.#incoming.addEcho(info),
      arriving: () => this.#incoming.tracks,
      show: (canvas) => this.#shown.canvas(echoPicture(this.#parts.me()), canvas),
      now: () => this.#parts.clock.now(),
      ended: (over) => void this.#echoes.delete(over),
    });
    this.#echoes.add(echo);
    return echo;
  }

  // -- the rest of what the person can do ----------------------------------------------------------

  point(room: string, at: { readonly x: number; readonly y: number } | null): void {
    const share = (value: number): number => Math.round(Math.max(0, Math.min(1, value)) * 0xffff);
    this.#points.write(at === null ? { room, away: true } : { room, x: share(at.x), y: share(at.y) });
  }

  writeInterim(interim: Interim): void {
    this.#need();
    this.#interims.write(interim);
  }

  on(listener: (event: MediaEvent) => void): () => void {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }

  retry(): void {
    this.#line.retry();
  }

  hidden(hidden: boolean): void {
    this.#hidden = hidden;
    this.#incoming.hidden(hidden);
    this.#animate();
  }

  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    for (const each of [...this.#echoes, ...this.#films]) each.stop();
    for (const each of this.#publications.get()) each.stop();
    for (const each of this.#captures) each.stop();
    this.#cancelTick();
    cancelAnimationFrame(this.#animation);
    this.#incoming.close();
    this.#interims.stop();
    this.#points.stop();
    this.#sound.close();
    this.#devices.close();
    this.#line.stop();
  }

  debug(): MediaDebug {
    return debugOf({
      line: this.#line,
      incoming: this.#incoming,
      sound: this.#sound,
      publications: this.#publications.get(),
      heard: this.#loudest,
      errors: this.#errors,
      now: this.#parts.clock.now(),
    });
  }

  // -- within --------------------------------------------------------------------------------------

  /** Something is to be sent or received: opens the line and the loudspeaker, once. */
  #need(): void {
    if (this.#closed) return;
    this.#line.start();
    if (this.#incoming.needed || this.#publications.get().some(({ source }) => source === "echo"))
      void this.#sound.open();
    if (this.#ticks === 0) this.#tick();
  }

  #up(): void {
    this.#incoming.up();
    for (const each of this.#publications.get()) each.up();
  }

  #down(): void {
    for (const each of this.#publications.get()) each.down();
    this.#incoming.down();
  }

  #event<K extends keyof MediaServerEvents>(name: K, payload: MediaServerEvents[K]): void {
    const all = this.#publications.get();
    if (name === "keyframe") {
      const { track } = payload as MediaServerEvents["keyframe"];
      all.some((each) => each.keyAsked(track));
    } else if (name === "refused") {
      const refused = payload as MediaServerEvents["refused"];
      all.some((each) => each.wasRefused(refused));
    } else if (name === "rate") this.#rated(payload as MediaServerEvents["rate"]);
    else if (name === "closing") {
      const { code, message } = payload as MediaServerEvents["closing"];
      this.#tell({ kind: "closing", code, message });
    } else if (name === "point") {
      const { room, x = 0, y = 0, away = false } = payload as MediaServerEvents["point"];
      this.#tell({ kind: "point", room, at: away ? null : { x: x / 0xffff, y: y / 0xffff } });
    } else if (name === "interim") {
      this.#tell({ kind: "interim", interim: payload as MediaServerEvents["interim"] });
    } else this.#incoming.event(name, payload);
  }

  #rated(rate: MediaServerEvents["rate"]): void {
    const of = this.#publications.get().find((each) => each.rated(rate));
    if (of !== undefined) this.#tell({ kind: "rate", source: of.source, bitRate: rate.bit_rate, behind: rate.behind });
  }

  #tick(): void {
    this.#cancelTick = this.#parts.clock.after(TICK_MS, () => this.#tick());
    this.#ticks++;
    const now = this.#parts.clock.now();
    this.#incoming.tick();
    const heard = this.#sound.heard;
    this.#loud.add(heard, now);
    this.#loudest = Math.max(heard, this.#loud.perSecond(now) > 0 ? this.#loudest * 0.8 : 0);
    if (this.#ticks % PUBLICATIONS_EVERY === 0) {
      for (const each of this.#publications.get()) each.tick();
      for (const each of this.#echoes) each.tick();
    }
    if (this.#ticks % SECOND === 0) this.#second(now);
  }

  #second(now: number): void {
    const { tracks } = this.#incoming;
    for (const each of tracks) each.second();
    const publications = this.#publications.get().map(({ source, state }) => ({ ...state.get(), source }));
    this.#statistics.set({
      roundTripMs: this.#line.roundTripMs === null ? null : Math.round(this.#line.roundTripMs),
      receivedBitRate: this.#incoming.bitRate,
      sentBitRate: publications.reduce((sum, { bitRate }) => sum + bitRate, 0),
      waitingBytes: this.#line.waitingBytes,
      reconnects: this.#line.reconnects,
      lipSyncMs: this.#incoming.lipSyncMs,
      tracks: tracks.map((each) => each.statistics(now)),
      publications,
    });
    if (!this.#line.connected || tracks.length === 0) return;
    const report = {
      round_trip_ms: Math.round(this.#line.roundTripMs ?? 0),
      tracks: tracks.filter(({ received }) => received > 0).map((each) => each.report()),
      hidden: this.#hidden,
    };
    this.#line.command("report", report).catch(() => undefined);
  }

  #shownChanged(): void {
    this.#incoming.wish();
    this.#animate();
  }

  #animate(): void {
    cancelAnimationFrame(this.#animation);
    if (this.#closed || this.#hidden || !this.#shown.any) return;
    this.#animation = requestAnimationFrame(() => {
      this.#incoming.animate();
      this.#animate();
    });
  }

  #tell(event: MediaEvent): void {
    for (const listener of [...this.#listeners]) listener(event);
  }

  #failed(error: unknown): void {
    this.#errors.push(error instanceof Error ? `${error.name}: ${error.message}` : String(error));
    if (this.#errors.length > MOST_ERRORS) this.#errors.shift();
  }
}
