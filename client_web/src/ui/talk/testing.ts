/** A hall with a talk for tests of panels: an event in memory, and media that remember what was asked of them. */

import { flushSync } from "svelte";
import { vi } from "vitest";
import { writable } from "../../core/store";
import type {
  Capture,
  CaptureError,
  MediaAccess,
  MediaEvent,
  MediaPicture,
  MediaSession,
  MediaSource,
  MediaTrack,
  Publication,
  PublicationState,
  RoomMedia,
  SoundState,
  TrackArrival,
  TrackLevel,
} from "../../media/api";
import type { VenueBackbone } from "../../net/backbone";
import type { SessionRun } from "../../net/event.gen";
import type { RoomNow } from "../../net/protocol.gen";
import { FakeBackbone } from "../../pages/testing/fake_site";
import { fakeUi, type FakeUi, settle, showUi } from "../testing/fake_ui";
import { HERE, SMALL_VENUE } from "../testing/small_venue";

const ASKED_AFTER_MS = 400;

export class FakeCapture {
  readonly track: MediaStreamTrack;
  readonly level = writable<TrackLevel>({ level: 0.4, speaking: true });
  readonly ended = writable("");
  stopped = false;

  constructor(readonly kind: Capture["kind"]) {
    this.track = { kind: kind === "microphone" || kind === "screen_audio" ? "audio" : "video" } as MediaStreamTrack;
  }

  get label(): string {
    return `${this.kind} 1`;
  }

  preview(): () => void {
    return () => undefined;
  }

  stop(): void {
    this.stopped = true;
  }
}

export class FakePublication {
  readonly state = writable({ phase: "live", code: "", message: "", viewers: 3 } as PublicationState);
  readonly level = writable<TrackLevel>({ level: 0, speaking: false });
  muted = false;
  stopped = false;
  retried = 0;

  constructor(
    readonly source: MediaSource,
    public input: MediaStreamTrack,
    readonly where: { readonly room?: string; readonly session?: string },
  ) {}

  mute(muted: boolean): void {
    this.muted = muted;
    this.state.update((state) => ({ ...state, muted }));
  }

  replace(track: MediaStreamTrack): void {
    this.input = track;
  }

  retry(): void {
    this.retried++;
  }

  stop(): void {
    this.stopped = true;
  }
}

export class FakeMedia implements MediaAccess {
  readonly session = writable<MediaSession | null>(null);
  readonly rooms = writable<ReadonlyMap<string, RoomMedia>>(new Map());
  readonly arrivals = writable<ReadonlyMap<number, TrackArrival>>(new Map());
  readonly levels = writable<ReadonlyMap<number, TrackLevel>>(new Map());
  readonly low = writable({ on: false, suggested: false });
  readonly sound = writable<SoundState>({
    context: "running",
    volumes: { talk: 1, voices: 1, effects: 1 },
    muted: { talk: false, voices: false, effects: false },
    mono: false,
    speaker: "",
  });
  readonly calls: (readonly unknown[])[] = [];
  readonly captures: FakeCapture[] = [];
  readonly published: FakePublication[] = [];
  fault: CaptureError | null = null;
  #listeners = new Set<(event: MediaEvent) => void>();

  async open(): Promise<MediaSession> {
    if (this.session.get() === null) this.session.set(this.#made());
    return this.session.get()!;
  }

  tell(event: MediaEvent): void {
    for (const listener of [...this.#listeners]) listener(event);
    flushSync();
  }

  last(name: string): readonly unknown[] | undefined {
    return this.calls.findLast(([each]) => each === name)?.slice(1);
  }

  /** What goes out now. */
  get sent(): readonly MediaSource[] {
    return this.published.filter(({ stopped }) => !stopped).map(({ source }) => source);
  }

  #record(name: string): (...args: unknown[]) => undefined {
    return (...args) => void this.calls.push([name, ...args]);
  }

  #opened(kind: Capture["kind"]): Capture {
    if (this.fault !== null) throw this.fault;
    const capture = new FakeCapture(kind);
    this.captures.push(capture);
    return capture as unknown as Capture;
  }

  #made(): MediaSession {
    const made = {
      support: { video: true, audio: "browser", publishVideo: true, publishAudio: true, note: "" },
      line: writable({ kind: "connected" }),
      rooms: this.rooms,
      arrivals: this.arrivals,
      lowBandwidth: this.low,
      voices: writable([]),
      publications: writable([]),
      devices: writable({ cameras: [{ id: "c", label: "camera 1" }], microphones: [], speakers: [] }),
      statistics: writable({
        roundTripMs: 23,
        receivedBitRate: 900_000,
        sentBitRate: 0,
        waitingBytes: 0,
        reconnects: 0,
        lipSyncMs: 12,
        tracks: [],
        publications: [],
      }),
      sound: {
        state: this.sound,
        levels: this.levels,
        mutedPeople: writable(new Set()),
        resume: async () => this.#record("resume")(),
        setVolume: this.#record("setVolume"),
        setMuted: this.#record("setMuted"),
        placeListener: this.#record("placeListener"),
        placeVoice: this.#record("placeVoice"),
      },
      watch: this.#record("watch"),
      unwatch: this.#record("unwatch"),
      hear: this.#record("hear"),
      pin: this.#record("pin"),
      point: this.#record("point"),
      setLowBandwidth: this.#record("setLowBandwidth"),
      refreshDevices: async () => undefined,
      attachCanvas: (picture: MediaPicture) => {
        this.calls.push(["attachCanvas", picture.id]);
        return () => this.calls.push(["detachCanvas", picture.id]);
      },
      onFrame: () => () => undefined,
      openCamera: async () => this.#opened("camera"),
      openMicrophone: async () => this.#opened("microphone"),
      openScreen: async () => [this.#opened("screen"), this.#opened("screen_audio")],
      publish: (source: MediaSource, track: MediaStreamTrack, where: object) => {
        const publication = new FakePublication(source, track, where);
        this.published.push(publication);
        return publication as unknown as Publication;
      },
      on: (listener: (event: MediaEvent) => void) => {
        this.#listeners.add(listener);
        return () => void this.#listeners.delete(listener);
      },
    };
    return made as unknown as MediaSession;
  }
}

export function pictureOf(person: string, source: MediaSource = "camera", track = 1): MediaPicture {
  const id = `${person}/${source}`;
  const tracks = [{ track, person, name: person, source, media: "video", room: "hall", width: 640, height: 480 }];
  return {
    id,
    person,
    name: person,
    source,
    room: "hall",
    session: "talk",
    tracks: tracks as unknown as MediaTrack[],
    own: false,
  };
}

const ME = {
  slot: 7,
  person: "me",
  name: "Ana",
  affiliation: "",
  look: [0, 0, 0, 0, 0, 0, 0, 0],
  seat: -1,
  hand: false,
  cameraMode: "third",
  room: "Main hall",
  storey: 0,
} as const;

/** Somebody in the hall, where a session is live. */
export class Hall {
  readonly ui: FakeUi = fakeUi();
  readonly media = new FakeMedia();
  readonly rooms = writable<ReadonlyMap<string, RoomNow>>(new Map());
  readonly backbone = Object.assign(new FakeBackbone(), { rooms: this.rooms });
  readonly begin = Date.now();
  hide: () => void = () => undefined;

  constructor(permissions: readonly string[] = [], view: "flat" | "picture" = "flat") {
    const { store } = this.ui;
    Object.assign(store, { media: this.media, backbone: this.backbone as unknown as VenueBackbone });
    const place = SMALL_VENUE.rooms[1]!.id;
    const put = this.backbone.put.bind(this.backbone);
    put("event", "room", "hall", { title: "Main hall", place, order: 1 });
    put("event", "session", "talk", {
      title: "How cities learn",
      start: this.begin - 60_000,
      end: this.begin + 600_000,
      room: "hall",
      speakers: ["s1"],
    });
    put("event", "speaker", "s1", { name: "Ben", person: "ben" });
    this.backbone.answers["room.mine"] = { rooms: [{ room: "hall", may_enter: true, acts: permissions }] };
    this.backbone.answers["my.permissions"] = { permissions: [] };
    this.backbone.answers["deck.list"] = { decks: [], may_add: true };
    this.phase("live");
    store.view.set(view);
    store.route.set("hall");
    store.venue.set(SMALL_VENUE);
    store.minimap.set(HERE);
    store.self.set({ ...ME });
    store.connection.set({ kind: "connected" });
    store.preflight.set({ done: true, items: [], quality: "high", can3d: true, roundTripMs: 20 });
  }

  phase(phase: string): void {
    this.rooms.set(new Map([["hall", ["hall", 3, 10, false, "open", "talk", phase, ""]]]) as never);
    const run = { phase: phase as SessionRun["phase"], since: this.begin, live_at: this.begin };
    this.backbone.put("room/hall", "session_run", "talk", run);
    flushSync();
  }

  onAir(person: string, name: string, sources: readonly ("camera" | "microphone")[] = ["camera"]): void {
    this.backbone.put("room/hall", "on_air", person, { session: "talk", since: this.begin, sources, name });
  }

  /** Shows it, and waits until what talks need is there. */
  async show(): Promise<this> {
    await import("./index");
    // What one may do is asked for a moment later.
    vi.useFakeTimers();
    try {
      this.hide = showUi(this.ui);
      await vi.advanceTimersByTimeAsync(ASKED_AFTER_MS);
    } finally {
      vi.useRealTimers();
    }
    await this.settled();
    return this;
  }

  async settled(): Promise<void> {
    for (let round = 0; round < 6; round++) {
      await new Promise((resolve) => setTimeout(resolve, 0));
      await settle();
    }
  }
}
