/** A media session for tests of panels: remembers what was asked of it; tests set what it tells. */

import { type Writable, writable } from "../../core/store";
import type {
  Capture,
  CaptureError,
  CaptureFault,
  DeviceLists,
  EchoState,
  MediaAccess,
  MediaEvent,
  MediaSession,
  MediaTrack,
  MicrophoneOptions,
  Publication,
  PublicationState,
  RoomMedia,
  Sound,
  SoundState,
  TrackLevel,
} from "../../media/api";

const SILENT: TrackLevel = { level: 0, speaking: false };

export class FakeCapture {
  readonly kind = "microphone" as const;
  readonly track = { kind: "audio" } as MediaStreamTrack;
  readonly label = "Microphone 1";
  readonly level = writable<TrackLevel>(SILENT);
  readonly ended = writable("");
  stopped = false;
  constructor(readonly options: MicrophoneOptions) {}
  preview(): () => void {
    return () => undefined;
  }
  stop(): void {
    this.stopped = true;
  }
}

export class FakePublication {
  readonly media = "audio" as const;
  readonly state: Writable<PublicationState>;
  readonly level = writable<TrackLevel>(SILENT);
  muted = false;
  stopped = false;

  constructor(
    readonly source: Publication["source"],
    public input: MediaStreamTrack | null,
    readonly voiceActivity: boolean | undefined,
  ) {
    this.state = writable({ phase: "starting", code: "", message: "" } as PublicationState);
  }

  is(phase: PublicationState["phase"], code = "", message = ""): void {
    this.state.set({ ...this.state.get(), phase, code, message });
  }

  mute(muted: boolean): void {
    this.muted = muted;
    this.state.update((state) => ({ ...state, muted }));
  }

  replace(track: MediaStreamTrack): void {
    this.input = track;
  }

  retry(): void {}

  stop(): void {
    this.stopped = true;
    this.is("ended");
  }
}

export class FakeSound {
  readonly state = writable<SoundState>({
    context: "running",
    volumes: { talk: 1, voices: 1, effects: 1 },
    muted: { talk: false, voices: false, effects: false },
    mono: false,
    speaker: "",
  });
  readonly levels = writable<ReadonlyMap<number, TrackLevel>>(new Map());
  readonly mutedPeople = writable<ReadonlySet<string>>(new Set());
  readonly calls: (readonly unknown[])[] = [];
  speakerFault = "";
  resume = async (): Promise<void> => void this.calls.push(["resume"]);
  setVolume = (...args: unknown[]): unknown => this.calls.push(["setVolume", ...args]);
  setMuted = (...args: unknown[]): unknown => this.calls.push(["setMuted", ...args]);
  setMono = (...args: unknown[]): unknown => this.calls.push(["setMono", ...args]);
  placeVoice = (...args: unknown[]): unknown => this.calls.push(["placeVoice", ...args]);
  placeListener = (...args: unknown[]): unknown => this.calls.push(["placeListener", ...args]);
  effects = (): null => null;

  async setSpeaker(device: string): Promise<void> {
    if (this.speakerFault !== "") throw new Error(this.speakerFault);
    this.calls.push(["setSpeaker", device]);
  }

  mutePerson(person: string, muted: boolean): void {
    const people = new Set(this.mutedPeople.get());
    if (muted) people.add(person);
    else people.delete(person);
    this.mutedPeople.set(people);
  }

  last(name: string): readonly unknown[] | undefined {
    return this.calls.findLast(([each]) => each === name)?.slice(1);
  }
}

export class FakeMedia implements MediaAccess {
  readonly session = writable<MediaSession | null>(null);
  readonly sound = new FakeSound();
  readonly voices = writable<readonly MediaTrack[]>([]);
  readonly rooms = writable<ReadonlyMap<string, RoomMedia>>(new Map());
  readonly publications = writable<readonly Publication[]>([]);
  readonly devices = writable<DeviceLists>({ cameras: [], microphones: [], speakers: [] });
  readonly captures: FakeCapture[] = [];
  readonly published: FakePublication[] = [];
  readonly heard: number[] = [];
  readonly echo = {
    state: writable({ phase: "running", message: "", heard: 0, verdict: "" } as EchoState),
    stopped: 0,
  };
  fault: CaptureFault | null = null;
  cannotLoad = false;
  #listeners = new Set<(event: MediaEvent) => void>();

  async open(): Promise<MediaSession> {
    if (this.cannotLoad) throw new Error("Sound and pictures cannot be loaded.");
    if (this.session.get() === null) this.session.set(this.#made());
    return this.session.get()!;
  }

  tell(event: MediaEvent): void {
    for (const listener of [...this.#listeners]) listener(event);
  }

  get publication(): FakePublication {
    return this.published.at(-1)!;
  }

  #made(): MediaSession {
    const made: Partial<MediaSession> = {
      sound: this.sound as unknown as Sound,
      voices: this.voices,
      rooms: this.rooms,
      publications: this.publications,
      devices: this.devices,
      hear: (voices) => void this.heard.push(voices),
      refreshDevices: async () => undefined,
      openMicrophone: async (options = {}) => {
        if (this.fault !== null) throw fault(this.fault);
        const capture = new FakeCapture(options);
        this.captures.push(capture);
        return capture as unknown as Capture;
      },
      publish: (source, track, options) => {
        const publication = new FakePublication(source, track, options?.voiceActivity);
        this.published.push(publication);
        return publication as unknown as Publication;
      },
      echoTest: () => ({
        state: this.echo.state,
        attachCanvas: () => () => undefined,
        stop: () => void this.echo.stopped++,
      }),
      on: (listener) => {
        this.#listeners.add(listener);
        return () => void this.#listeners.delete(listener);
      },
    };
    return made as MediaSession;
  }
}

function fault(code: CaptureFault): CaptureError {
  return Object.assign(new Error(`Your microphone: ${code}.`), { code });
}

export function voiceTrack(track: number, person: string, over: Partial<MediaTrack> = {}): MediaTrack {
  return {
    track,
    person,
    name: person,
    source: "voice",
    media: "audio",
    codec: "opus",
    room: "",
    session: "",
    width: 0,
    height: 0,
    frameRate: 0,
    quality: 0,
    slot: track,
    wholeRoom: false,
    own: false,
    ...over,
  };
}
