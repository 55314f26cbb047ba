/**
 * What panels, renderer and flat view see of talks and voice: types only, so importing this file loads nothing.
 *
 * `MediaAccess` stands in the UI's store. `open()` loads the rest (a chunk of its own) and connects the second line when
 * something is first watched, heard or published:
 *
 *     const media = await store.media.open();
 *     media.watch("hall");                                  // sound plays; pictures come for what is shown
 *     const detach = media.attachCanvas(track, canvas);     // draws a track, chooses its quality by the canvas's size
 *
 *     const camera = await media.openCamera();              // CaptureError with a sentence if it cannot be had
 *     const talk = media.publish("camera", camera.track, { room: "hall", session: "s-12" });
 *     talk.state.subscribe(...)                             // starting, live, refused (why) ...
 *
 * All stores follow Svelte's contract (`$store`) and hold values that are replaced, never changed. Words: docs/media.md.
 */

import type { Readable, Unsubscribe } from "../core/store";
import type { Interim } from "../net/media.gen";

/** Sources that can be published; the right to it is the server's to give (`refused` says why not). */
export type MediaSource =
  "camera" | "microphone" | "screen" | "screen_audio" | "film" | "film_audio" | "interpreter" | "voice" | "echo";

/** Three volumes, each with a mute: talks (stage, film, screen), voices of people near, and sounds of the venue. */
export type SoundKind = "talk" | "voices" | "effects";

/** How the UI comes to the session. */
export interface MediaAccess {
  /** Null until `open()` was called. */
  readonly session: Readable<MediaSession | null>;
  /** Loads the media chunk once; every call gives the same session. Rejects with a sentence when it cannot be loaded. */
  open(): Promise<MediaSession>;
}

// -- what there is ---------------------------------------------------------------------------------

/** The second connection. `off`: not needed yet, or the person is not inside. */
export type MediaLineState =
  | { readonly kind: "off" }
  | { readonly kind: "connecting" }
  | { readonly kind: "connected" }
  /** Comes back by itself in `seconds` (0: trying now); `message` for people. */
  | { readonly kind: "reconnecting"; readonly seconds: number; readonly message: string }
  /** For good, until `retry()`. */
  | { readonly kind: "closed"; readonly code: number; readonly message: string };

/** What this browser can do. */
export interface MediaSupport {
  /** Pictures can be decoded here. */
  readonly video: boolean;
  /** How sound is decoded: by the browser, by a WASM decoder, or not at all. */
  readonly audio: "browser" | "wasm" | "none";
  /** Camera and screen, and microphone, can be sent from here. */
  readonly publishVideo: boolean;
  readonly publishAudio: boolean;
  /** For people, "" when everything works: what does not and what to do. */
  readonly note: string;
}

/** A track that somebody publishes. */
export interface MediaTrack {
  readonly track: number;
  readonly person: string;
  readonly name: string;
  readonly source: MediaSource;
  readonly media: "audio" | "video";
  readonly codec: string;
  /** "" for voices and the echo. */
  readonly room: string;
  readonly session: string;
  readonly width: number;
  readonly height: number;
  readonly frameRate: number;
  /** 0 the better one; both qualities of a picture are shown as one entry of `pictures`. */
  readonly quality: number;
  /** Whose avatar speaks; 0xffff unknown. */
  readonly slot: number;
  /** A voice that the whole room hears: he has the microphone. */
  readonly wholeRoom: boolean;
  /** One's own: never played back. */
  readonly own: boolean;
}

/** One picture of one person (camera, screen, film, interpreter): what layouts place. */
export interface MediaPicture {
  /** Stable while it is published: `person/source`. */
  readonly id: string;
  readonly person: string;
  readonly name: string;
  readonly source: MediaSource;
  readonly room: string;
  readonly session: string;
  /** Best first. */
  readonly tracks: readonly MediaTrack[];
  readonly own: boolean;
}

/** What is known of one followed room. */
export interface RoomMedia {
  readonly room: string;
  readonly tracks: readonly MediaTrack[];
  readonly pictures: readonly MediaPicture[];
  /** Why this room cannot be followed, "" when it can. */
  readonly refused: string;
}

/**
 * How a track comes in. `idle`: not wanted (nobody looks); `waiting`: asked for, no picture yet; `arriving`; `held`: left
 * out by the server for now, because this line is too slow; `healing`: should come and does not, asked for again;
 * `refused`.
 */
export type Arrival = "idle" | "waiting" | "arriving" | "held" | "healing" | "refused";

export interface TrackArrival {
  readonly track: number;
  readonly arrival: Arrival;
  /** For people, "" when all is well. */
  readonly message: string;
}

/** Loudness of a track now: `level` 0 to 1 (for meters, already smoothed), `speaking` with hangover. */
export interface TrackLevel {
  readonly level: number;
  readonly speaking: boolean;
}

// -- sending ---------------------------------------------------------------------------------------

/** What a person chooses of his sound. */
export interface AudioProcessing {
  readonly echoCancellation?: boolean;
  readonly noiseSuppression?: boolean;
  readonly autoGainControl?: boolean;
}

export interface CameraOptions {
  readonly device?: string;
  /** Pixels; 1280 x 720 at 30 a second unless told otherwise. */
  readonly width?: number;
  readonly height?: number;
  readonly frameRate?: number;
}

export interface MicrophoneOptions extends AudioProcessing {
  readonly device?: string;
}

export interface ScreenOptions {
  /** Take the sound, too, where the browser can. */
  readonly sound?: boolean;
}

/** Why a camera, microphone or screen cannot be had; `message` says what to do. */
export type CaptureFault = "denied" | "none" | "busy" | "unplugged" | "unsupported" | "cancelled" | "failed";

/** Thrown by the `open...` calls. */
export interface CaptureError extends Error {
  readonly code: CaptureFault;
}

/** An open device. Publishing it does not close it: `stop()` does. */
export interface Capture {
  readonly kind: "camera" | "microphone" | "screen" | "screen_audio";
  readonly track: MediaStreamTrack;
  /** For people: the name of the device. */
  readonly label: string;
  /** Of a microphone, 0 to 1, about 15 times a second; 0 for pictures. */
  readonly level: Readable<TrackLevel>;
  /** "" while it runs, else why it ended: unplugged, or sharing stopped from the browser's bar. */
  readonly ended: Readable<string>;
  /** Shows a picture in a video element, for the preview; returns how to take it away. */
  preview(element: HTMLVideoElement): Unsubscribe;
  stop(): void;
}

export interface DeviceChoice {
  readonly id: string;
  /** "Camera 1" until the browser tells names (after the first permission). */
  readonly label: string;
}

export interface DeviceLists {
  readonly cameras: readonly DeviceChoice[];
  readonly microphones: readonly DeviceChoice[];
  readonly speakers: readonly DeviceChoice[];
}

export interface PublishOptions {
  /** Of the programme; both left out for `voice` and `echo`. */
  readonly room?: string;
  readonly session?: string;
  /** Highest bits a second; by the source when left out. */
  readonly bitRate?: number;
  /** Also a small picture for small places and slow lines; by the machine's strength when left out. */
  readonly twoQualities?: boolean;
  /** Sound only: send only while somebody speaks. True for `voice`, false else. */
  readonly voiceActivity?: boolean;
}

/**
 * `starting`; `live`; `muted`: by oneself, nothing is sent; `waiting`: the line is away, goes on by itself; `refused`: by
 * the server, `message` says why (goes on by `retry()`); `ended`: device gone, or stopped; `failed`: cannot be encoded.
 */
export type PublicationPhase = "starting" | "live" | "muted" | "waiting" | "refused" | "ended" | "failed";

export interface PublicationState {
  readonly phase: PublicationPhase;
  /** By oneself; whatever the line does meanwhile. */
  readonly muted: boolean;
  /** Of a refusal; "" else. */
  readonly code: string;
  readonly message: string;
  readonly codec: string;
  readonly width: number;
  readonly height: number;
  /** Aim and truth, bits a second; of all qualities together. */
  readonly aimBitRate: number;
  readonly bitRate: number;
  /** Frames a second that leave. */
  readonly frameRate: number;
  /** Frames left out since the start, because encoder or line did not follow. */
  readonly dropped: number;
  /** What the server said last. */
  readonly viewers: number;
  readonly viewersBehind: number;
  /** Microsecond clock's start, milliseconds of `performance.now()`; 0 before the first frame. For "on air since". */
  readonly since: number;
}

export interface Publication {
  readonly source: MediaSource;
  readonly media: "audio" | "video";
  readonly state: Readable<PublicationState>;
  /** Of sound: what leaves, 0 to 1. */
  readonly level: Readable<TrackLevel>;
  /** The track being sent; changes by `replace`. */
  readonly input: MediaStreamTrack | null;
  /** Sends nothing and keeps the track (push-to-talk: mute and unmute are instant). */
  mute(muted: boolean): void;
  /** Another device, the same publication. */
  replace(track: MediaStreamTrack): void;
  /** After a refusal. */
  retry(): void;
  stop(): void;
}

/** A video file as a source: picture and sound in step. Owned by whoever opened it: `stop()`. */
export interface Film {
  readonly state: Readable<FilmState>;
  readonly publications: Readable<readonly Publication[]>;
  play(): void;
  pause(): void;
  /** Seconds. */
  seek(seconds: number): void;
  /** Draws what is sent, for the speaker himself. */
  attachCanvas(canvas: HTMLCanvasElement): Unsubscribe;
  /** How loud the speaker himself hears it, 0 to 1; 0 at first. */
  monitor(volume: number): void;
  stop(): void;
}

export interface FilmState {
  /** `failed`: `message` says why the file cannot be played. */
  readonly phase: "loading" | "paused" | "playing" | "over" | "failed";
  readonly message: string;
  readonly name: string;
  /** Seconds. */
  readonly position: number;
  readonly duration: number;
  readonly hasAudio: boolean;
}

/** The device test: what is sent comes back from the server. */
export interface EchoTest {
  readonly state: Readable<EchoState>;
  attachCanvas(canvas: HTMLCanvasElement): Unsubscribe;
  stop(): void;
}

export interface EchoState {
  /** `failed`: `message` says what to do. */
  readonly phase: "starting" | "running" | "failed";
  readonly message: string;
  /** From capture here to having it back, milliseconds; null before. */
  readonly soundMs: number | null;
  readonly pictureMs: number | null;
  /** Loudest that came back in the last seconds, 0 to 1. */
  readonly heard: number;
  readonly pictures: number;
  /** One sentence for people: "Your sound comes back after 120 ms." */
  readonly verdict: string;
}

// -- showing and hearing ---------------------------------------------------------------------------

/** Called for each picture in its time. The frame belongs to the caller: draw it at once, never close or keep it. */
export type FrameSink = (frame: VideoFrame) => void;

/** A picture for the renderer: draw `canvas` when `version` has changed. */
export interface PictureTexture {
  readonly canvas: HTMLCanvasElement;
  readonly version: number;
  /** 0 before the first picture. */
  readonly width: number;
  readonly height: number;
  /** CSS pixels on the screen now, 0 when it is out of sight: decides quality, and whether it is decoded at all. */
  seen(width: number): void;
  release(): void;
}

export interface SinkOptions {
  /** CSS pixels wide; decides the quality. Whole size when left out. */
  readonly width?: number;
}

export interface SoundState {
  /** `blocked`: the browser waits for a click or key: show a button that calls `resume()`. */
  readonly context: "off" | "blocked" | "running" | "none";
  readonly volumes: Readonly<Record<SoundKind, number>>;
  readonly muted: Readonly<Record<SoundKind, boolean>>;
  readonly mono: boolean;
  /** Id of the loudspeaker, "" the system's. */
  readonly speaker: string;
}

/** Metres, the venue's axes. */
export interface Place {
  readonly x: number;
  readonly y: number;
  readonly z: number;
}

/** Distance model of a panner; WebAudio's words. */
export interface VoiceZone {
  readonly model: "linear" | "inverse" | "exponential";
  readonly refDistance: number;
  readonly maxDistance: number;
  readonly rolloff: number;
}

export interface Sound {
  readonly state: Readable<SoundState>;
  /** Of every track that is heard, and of one's own by its publication; replaced about 10 times a second. */
  readonly levels: Readable<ReadonlyMap<number, TrackLevel>>;
  /** Must be called in a click or key when `blocked`. */
  resume(): Promise<void>;
  setVolume(kind: SoundKind, volume: number): void;
  setMuted(kind: SoundKind, muted: boolean): void;
  setMono(mono: boolean): void;
  /** Rejects with a sentence where the browser cannot choose. */
  setSpeaker(device: string): Promise<void>;
  /** For me only. */
  mutePerson(person: string, muted: boolean): void;
  readonly mutedPeople: Readable<ReadonlySet<string>>;
  /** Where a voice comes from; null: from everywhere. */
  placeVoice(track: number, place: Place | null, zone?: VoiceZone): void;
  /** Own ears: place and direction of looking (radians, 0 looks along -Z, positive turns left). */
  placeListener(place: Place, yaw: number): void;
  /** Where sounds of the venue are plugged in, or null while there is no context. */
  effects(): AudioNode | null;
}

// -- statistics ------------------------------------------------------------------------------------

export interface TrackStatistics {
  readonly track: number;
  readonly name: string;
  readonly source: MediaSource;
  readonly media: "audio" | "video";
  readonly codec: string;
  readonly arrival: Arrival;
  /** Of the last second: bits, frames that came, frames shown or heard, frames left out here. */
  readonly bitRate: number;
  readonly frames: number;
  readonly decoded: number;
  readonly droppedHere: number;
  /** Left out by the server for this line in the last second, and why ("" nothing). */
  readonly droppedThere: number;
  readonly reason: string;
  /** Groups that were cut or missing since the start, and how often it was asked for anew. */
  readonly lostGroups: number;
  readonly healed: number;
  /** Milliseconds: spread of arrival, delay before playing, capture to now (by the server's clock, about). */
  readonly jitterMs: number;
  readonly delayMs: number;
  readonly width: number;
  readonly height: number;
}

export interface MediaStatistics {
  readonly roundTripMs: number | null;
  readonly receivedBitRate: number;
  readonly sentBitRate: number;
  /** Bytes that wait to leave. */
  readonly waitingBytes: number;
  readonly reconnects: number;
  /** What is heard minus what is seen, by their times of capture, milliseconds; positive: sound first. Null where not both play. */
  readonly lipSyncMs: number | null;
  readonly tracks: readonly TrackStatistics[];
  readonly publications: readonly (PublicationState & { readonly source: MediaSource })[];
}

/** What happened, for toasts and live regions. `message` is a sentence for people. */
export type MediaEvent =
  | { readonly kind: "refused"; readonly source: MediaSource; readonly code: string; readonly message: string }
  | { readonly kind: "device_ended"; readonly source: MediaSource; readonly message: string }
  | { readonly kind: "rate"; readonly source: MediaSource; readonly bitRate: number; readonly behind: number }
  | { readonly kind: "dropped"; readonly track: number; readonly frames: number; readonly reason: string }
  | { readonly kind: "healed"; readonly track: number; readonly message: string }
  | { readonly kind: "slow_line"; readonly message: string }
  /** Captions while they are written, of a room that is watched. */
  | { readonly kind: "interim"; readonly interim: Interim }
  /** Where the presenter of a watched room points on the page, 0 to 1; null: nowhere any more. */
  | { readonly kind: "point"; readonly room: string; readonly at: { readonly x: number; readonly y: number } | null }
  | { readonly kind: "closing"; readonly code: number; readonly message: string };

// -- the session -----------------------------------------------------------------------------------

export interface MediaSession {
  readonly support: MediaSupport;
  readonly line: Readable<MediaLineState>;
  /** By room; those that are watched. */
  readonly rooms: Readable<ReadonlyMap<string, RoomMedia>>;
  /** People heard nearby or with the microphone. */
  readonly voices: Readable<readonly MediaTrack[]>;
  /** By track, of all that are known. */
  readonly arrivals: Readable<ReadonlyMap<number, TrackArrival>>;
  readonly publications: Readable<readonly Publication[]>;
  readonly devices: Readable<DeviceLists>;
  readonly statistics: Readable<MediaStatistics>;
  readonly sound: Sound;

  /** Follow a room: sound of its talk plays, pictures come for what is attached. Two at most: the oldest is let go. */
  watch(room: string): void;
  unwatch(room: string): void;
  /** How many people nearby one hears at once, 0 to 12; 0 turns voices off. */
  hear(voices: number): void;

  /** Audio, slides and captions only: no pictures come. `suggested`: the line looks too slow for pictures. */
  readonly lowBandwidth: Readable<{ readonly on: boolean; readonly suggested: boolean }>;
  setLowBandwidth(on: boolean): void;
  /** A picture that keeps its place whatever the line does (sign language); null none. */
  readonly pinned: Readable<string | null>;
  pin(picture: string | null): void;

  /** Draws a picture or one track of it. Ends by itself when it is no longer published. */
  attachCanvas(picture: MediaPicture | MediaTrack, canvas: HTMLCanvasElement): Unsubscribe;
  onFrame(picture: MediaPicture | MediaTrack, sink: FrameSink, options?: SinkOptions): Unsubscribe;
  texture(picture: MediaPicture | MediaTrack): PictureTexture;

  openCamera(options?: CameraOptions): Promise<Capture>;
  openMicrophone(options?: MicrophoneOptions): Promise<Capture>;
  /** The picture first, then the sound if there is one. */
  openScreen(options?: ScreenOptions): Promise<readonly Capture[]>;
  /** Shows what devices there are now; also happens by itself when they change. */
  refreshDevices(): Promise<void>;

  publish(source: MediaSource, track: MediaStreamTrack, options?: PublishOptions): Publication;
  openFilm(file: File, options: PublishOptions): Promise<Film>;
  /** Sends and receives for oneself only; needs no rights. */
  echoTest(camera: MediaStreamTrack | null, microphone: MediaStreamTrack | null): EchoTest;

  /** Shows the room where I point on the page that I present, 0 to 1; null: nowhere. Sent some times a second. */
  point(room: string, at: { readonly x: number; readonly y: number } | null): void;
  /** Shows the room what I am writing; the newest text is sent a few times a second. */
  writeInterim(interim: Interim): void;

  on(listener: (event: MediaEvent) => void): Unsubscribe;
  /** After `closed`, or when waiting takes too long. */
  retry(): void;
  /** The page is in the background: pictures pause, sound goes on. */
  hidden(hidden: boolean): void;
  /** Goodbye: closes everything that was opened here, captures included. */
  close(): void;
  /** For tests and for helping people: plain data. */
  debug(): MediaDebug;
}

export interface MediaDebug {
  readonly line: string;
  readonly context: string;
  readonly tracks: readonly {
    readonly track: number;
    readonly person: string;
    readonly source: string;
    readonly media: string;
    readonly codec: string;
    readonly room: string;
    readonly own: boolean;
    readonly arrival: string;
    readonly framesReceived: number;
    readonly framesDecoded: number;
    readonly framesDropped: number;
    readonly lostGroups: number;
    readonly healed: number;
    /** Of the sound that left the loudspeaker mix for this track in the last half second, 0 to 1. */
    readonly heard: number;
    readonly delayMs: number;
    /** Of the player of a sound: milliseconds that wait in it, that it had nothing, and how often it jumped. */
    readonly bufferedMs: number;
    readonly starvedMs: number;
    readonly jumps: number;
  }[];
  readonly publications: readonly {
    readonly source: string;
    readonly tracks: readonly number[];
    readonly phase: string;
    readonly code: string;
    readonly message: string;
    readonly codec: string;
    readonly framesSent: number;
    readonly keyframes: number;
    readonly bitRate: number;
    readonly level: number;
  }[];
  /** Loudest sample of everything that is played, last half second. */
  readonly heard: number;
  readonly lipSyncMs: number | null;
  readonly errors: readonly string[];
}
