/**
 * The seams between core, renderer and panels. `app/` wires them; nothing else knows all of them.
 *
 * Modules that the others provide:
 * - `src/render/index.ts` exports `createRenderer: CreateRenderer` and `createAvatarPreview: CreateAvatarPreview`;
 *   it is loaded lazily, so that the entry page does not wait for three.js.
 * - `src/ui/mount.ts` exports `mountUi: MountUi`: the entry page and everything over the picture.
 */

import type { KeyAction, NameTags, Quality, Settings, ViewKind } from "../core/settings";
import type { Readable } from "../core/store";
import type { CameraMode, Emote, Look, Marker, SceneState, Tried } from "../core/types";
import type { Venue } from "../core/venue";
import type { Registered, TextToAgree } from "../net/http";
import type { VenueBackbone } from "../net/backbone";
import type { MediaAccess } from "../media/api";
import type { RoomBoard, RoomBoards } from "./boards";

export type { Registered, RoomBoard, RoomBoards, TextToAgree };
export type { KeyAction, NameTags, Quality, Settings, ViewKind };

// -- renderer --------------------------------------------------------------------------------------

/** What lies under a point of the picture, nearest first; slots before seats before ground. */
export type Pick =
  | { readonly kind: "ground"; readonly x: number; readonly y: number; readonly z: number }
  | { readonly kind: "slot"; readonly slot: number }
  | { readonly kind: "seat"; readonly seat: number }
  | { readonly kind: "nothing" };

/** CSS pixels from the top left of the canvas; `depth` in metres. */
export interface ScreenPoint {
  readonly x: number;
  readonly y: number;
  readonly depth: number;
}

export interface RenderOptions {
  /** 0 off: no camera bob, no idle sway (prefers-reduced-motion). */
  readonly reducedMotion: boolean;
  readonly nameTags: NameTags;
  /** Darken the edges while moving: helps against motion sickness. */
  readonly vignette: boolean;
  /** Move the first-person camera with the steps. */
  readonly bob: boolean;
  readonly highContrast: boolean;
}

export interface RenderStats {
  drawCalls: number;
  triangles: number;
  /** Frames a second, smoothed. */
  fps: number;
  /** Script time of the last frame() in milliseconds. */
  frameMs: number;
  /** Figures, instanced bodies and crowd bodies drawn in the last frame. */
  avatars: number;
}

/** A moving picture for the screens of a room. */
export interface ScreenPicture {
  /** 16 to 9; its size may change. */
  readonly canvas: HTMLCanvasElement;
  /** Counts up whenever there is something new on the canvas. */
  readonly version: number;
  /** Told for every frame how many pixels wide a screen is in the picture now; 0: out of sight. */
  seen(width: number): void;
}

/** Draws a SceneState that it does not own and never changes. */
export interface Renderer {
  /** Makes the WebGL2 context. Throws an Error with a sentence for the person when that fails. */
  mount(canvas: HTMLCanvasElement): void;
  /** `progress` is 0 to 1 of the work after the download. Rejects with a sentence for the person. */
  loadVenue(glb: ArrayBuffer, venue: Venue, onProgress: (progress: number) => void): Promise<void>;
  setQuality(quality: Quality): void;
  setOptions(options: RenderOptions): void;
  /** What screens and door signs say, by the id of the room in venue.json; whole, and only when something changed. */
  showRooms(boards: RoomBoards): void;
  /** What the screens of a room show instead of its board, by the id of the room in venue.json; null: the board again. */
  showPicture(place: string, picture: ScreenPicture | null): void;
  /** CSS pixels; the renderer decides the device pixel ratio by quality. */
  resize(width: number, height: number): void;
  /** Draws one frame. `dtMs` since the last one, already capped at 100. */
  frame(state: SceneState, dtMs: number): void;
  /** CSS pixels from the top left of the canvas. */
  pick(x: number, y: number): Pick;
  /** Metres along a ray (unit direction) to the first solid part of the building, at most `most`. Glass is none. */
  cast(x: number, y: number, z: number, dx: number, dy: number, dz: number, most: number): number;
  /** Where the head of an avatar stands on the canvas, or null when it is not drawn or behind the camera. */
  project(slot: number): ScreenPoint | null;
  readonly stats: Readonly<RenderStats>;
  /** Called when the graphics context is lost for good; the app then offers a lower quality. */
  onLost?: (message: string) => void;
  dispose(): void;
}

export type CreateRenderer = () => Renderer;

/** The turning figure of the entry page. */
export interface AvatarPreview {
  setLook(look: Look): void;
  /** Plays an emote once (a wave when the person enters). */
  play(emote: Emote): void;
  dispose(): void;
}

export type CreateAvatarPreview = (canvas: HTMLCanvasElement, look: Look, reducedMotion: boolean) => AvatarPreview;

// -- stores for the panels -------------------------------------------------------------------------

/** entry: the form; loading: bytes and the venue; hall: inside; left: said goodbye. */
export type Route = "entry" | "loading" | "hall" | "left";

/** GET /api/venue, or why it could not be had. */
export interface VenueInfo {
  readonly title: string;
  readonly subtitle: string;
  readonly venue: string;
  readonly guests: boolean;
  readonly people: number;
  readonly capacity: number;
  readonly profile: string;
  /** Sentence to show on top (demo profile), or "". */
  readonly banner: string;
}

export interface Profile {
  readonly name: string;
  readonly affiliation: string;
  readonly look: Look;
}

/** A failure for people: what happened and what to do. */
export interface Problem {
  readonly code: string;
  readonly message: string;
  readonly retry: boolean;
}

export type Connection =
  | { readonly kind: "idle" }
  | { readonly kind: "connecting" }
  | { readonly kind: "connected" }
  /** Data is late: still connected. */
  | { readonly kind: "shaky"; readonly message: string }
  /** `seconds` counts down to the next try (0: trying now). */
  | { readonly kind: "reconnecting"; readonly seconds: number; readonly message: string }
  | { readonly kind: "offline"; readonly message: string }
  /** For good. `useHere`: offer "Use here instead"; `reload`: offer to reload the page; `enter`: offer to enter again. */
  | {
      readonly kind: "closed";
      readonly code: number;
      readonly message: string;
      readonly offer: "useHere" | "reload" | "enter";
    };

export interface Loading {
  /** What is going on, for people: "Loading the building". */
  readonly step: string;
  readonly loadedBytes: number;
  /** 0 while unknown. */
  readonly totalBytes: number;
  /** 0 to 1 over everything. */
  readonly progress: number;
}

export interface PreflightItem {
  readonly id: "webgl2" | "gpu" | "network" | "secure" | "memory" | "websocket";
  readonly title: string;
  readonly ok: boolean;
  /** What was found, and if not ok what it means and what to do. */
  readonly text: string;
}

export interface Preflight {
  readonly done: boolean;
  readonly items: readonly PreflightItem[];
  readonly quality: Quality;
  /** False: the picture cannot be shown on this device. */
  readonly can3d: boolean;
  readonly roundTripMs: number | null;
}

export interface SelfInfo {
  readonly slot: number;
  readonly person: string;
  readonly name: string;
  readonly affiliation: string;
  readonly look: Look;
  readonly seat: number;
  readonly hand: boolean;
  readonly cameraMode: CameraMode;
  /** Title of the room, "Outside" outdoors. */
  readonly room: string;
  readonly storey: number;
}

/** Something that can be done here: shown as a button and as a key. */
export type Prompt =
  | { readonly kind: "sit"; readonly seat: number; readonly label: string }
  | { readonly kind: "stand"; readonly label: string }
  | {
      readonly kind: "lift";
      readonly lift: string;
      readonly title: string;
      /** Stops one can ride to (without the one here). */
      readonly stops: readonly { readonly stop: number; readonly title: string }[];
    };

/** A row of the list of people. `metres` from here; `room` is an id of venue.json or "". */
export interface DirectoryRow {
  readonly person: string;
  readonly slot: number;
  readonly name: string;
  readonly affiliation: string;
  readonly badge: string;
  readonly room: string;
  readonly metres: number;
  /** State byte of an avatar in sight: seated, hand up, gestures. */
  readonly state?: number;
}

export interface Directory {
  readonly query: string;
  readonly rows: readonly DirectoryRow[];
  readonly total: number;
  readonly offset: number;
  readonly loading: boolean;
  readonly problem: Problem | null;
}

export interface Toast {
  readonly id: number;
  readonly kind: "info" | "success" | "warning" | "error";
  readonly text: string;
}

/** Replaced as a whole about 5 times a second; `people` holds x, z pairs of everybody known, own avatar left out. */
export interface MinimapData {
  readonly x: number;
  readonly z: number;
  /** Radians, 0 looks along -Z (up on the map), positive turns left. */
  readonly yaw: number;
  /** Which way the camera looks: as yaw. */
  readonly look: number;
  readonly storey: number;
  readonly people: Float32Array;
  /** The same of those in sight who speak now. */
  readonly speakers: Float32Array;
  readonly marker: Marker | null;
}

/** A door did not let me through: what it said, and which room lies behind it. */
export interface Refusal {
  readonly why: "full" | "closed" | "led_out";
  readonly message: string;
  /** Id of the room in venue.json, "" when that is not known. */
  readonly place: string;
}

export type Identity = "asking" | "known" | "unknown";

/** What the panels show. Read-only for them: they change things through Actions. */
export interface UiStore {
  /** Commands, questions and streams of the event; live while inside. */
  readonly backbone: VenueBackbone;
  /** Talks and voice: sound and pictures; loaded when first needed. */
  readonly media: MediaAccess;
  readonly route: Readable<Route>;
  readonly info: Readable<VenueInfo | null>;
  /** Why the entry page cannot go on, or the last refusal of enter(). */
  readonly entryProblem: Readable<Problem | null>;
  /** Whether it is known yet who is signed in here. "unknown": it could not be asked. */
  readonly identity: Readable<Identity>;
  /** Whoever is signed in with a registration; his name comes from there. Null: a guest, or nobody. */
  readonly registered: Readable<Registered | null>;
  /** True while enter() is under way. */
  readonly entering: Readable<boolean>;
  /** Last profile used in this browser, to prefill the form. */
  readonly profile: Readable<Profile>;
  readonly preflight: Readable<Preflight>;
  readonly loading: Readable<Loading>;
  /** The building, once loaded. */
  readonly venue: Readable<Venue | null>;
  readonly connection: Readable<Connection>;
  readonly self: Readable<SelfInfo | null>;
  readonly people: Readable<number>;
  readonly capacity: Readable<number>;
  readonly roundTripMs: Readable<number | null>;
  readonly directory: Readable<Directory>;
  readonly prompt: Readable<Prompt | null>;
  readonly minimap: Readable<MinimapData | null>;
  readonly toasts: Readable<readonly Toast[]>;
  /** A sentence for the polite live region (status changes); empty when there is none. */
  readonly announcement: Readable<string>;
  readonly settings: Readable<Settings>;
  /** What the person has tried out so far: the walk-in guide goes on by it. */
  readonly tried: Readable<Tried>;
  /** True if the last input came from touch: show the joystick and big targets. */
  readonly touch: Readable<boolean>;
  /**
   * People in sight (the interest set with introductions), nearest first, at most 40, renewed every 2 s or so: the
   * accessible list of the world around.
   */
  readonly nearby: Readable<readonly DirectoryRow[]>;
  /** People in sight who speak now, by id; renewed five times a second. */
  readonly speaking: Readable<ReadonlySet<string>>;
  /** The key for talking is held down in the picture. */
  readonly talkKey: Readable<boolean>;
  /** Where the avatar a person points at or picked stands: for a small card with name and "go to". Null: none. */
  readonly picked: Readable<DirectoryRow | null>;
  /** How the venue is shown inside; another one is being made ready while `changingView` is true. */
  readonly view: Readable<ViewKind>;
  readonly changingView: Readable<boolean>;
  /** Doors that are closed to me, as indices of venue.json. */
  readonly closedDoors: Readable<readonly number[]>;
  /** The last door that did not let me through, until it is closed or I go on. */
  readonly refusal: Readable<Refusal | null>;
}

/** What the panels can ask for. None throws: failures become problems or toasts. */
export interface Actions {
  /** `agreed`: texts that the person agreed to on the way. */
  enter(profile: Profile, agreed?: readonly TextToAgree[]): Promise<void>;
  /** Says goodbye and goes to the page `left`. */
  leave(): Promise<void>;
  /** From `left` or after a refusal back to the form. */
  backToEntry(): void;
  /** "Use here instead" after another tab took over. */
  useHere(): void;
  /** Try to reconnect now. */
  reconnectNow(): void;
  reload(): void;
  /** Asks once more who is signed in here. */
  whoAmI(): void;

  sit(seat: number): Promise<void>;
  stand(): Promise<void>;
  /** Takes the nearest free seat of the room one is in. */
  sitHere(): Promise<void>;
  emote(emote: Emote): void;
  /** Without argument: the other way round. */
  raiseHand(up?: boolean): void;
  goToPerson(person: string): Promise<void>;
  /** Id of a room, stand, landmark, spawn of venue.json. */
  goToPlace(place: string): Promise<void>;
  goSafe(): Promise<void>;
  ride(lift: string, stop: number): Promise<void>;
  /** Walk to a point by path-finding, for example from the map. */
  walkTo(x: number, z: number): void;
  /** Searches the directory; a newer call wins. */
  findPeople(query: string, offset?: number): Promise<void>;
  setLook(look: Look): Promise<void>;
  /** Another name and affiliation, kept in place. The sentence says why it did not change, or "". */
  rename(name: string, affiliation: string): Promise<string>;

  setSetting<K extends keyof Settings>(key: K, value: Settings[K]): void;
  resetSettings(): void;
  /** Shows the venue that way from now on; inside, place, seat and connection stay. */
  setView(view: ViewKind): Promise<void>;
  closeRefusal(): void;
  /** A moving picture on the screens of a room of the building; null: what is on and next again. */
  showOnScreen(place: string, picture: ScreenPicture | null): void;
  setCameraMode(mode: CameraMode): void;
  resetView(): void;
  zoom(steps: number): void;
  /** Button alternative of drag look, radians. */
  turn(yaw: number, pitch: number): void;
  /** x right, y forward, each -1 to 1; length above 0.9 runs. (0, 0) when let go. */
  joystick(x: number, y: number): void;
  dismissToast(id: number): void;
  closePicked(): void;
  /** Puts keyboard focus on the picture. */
  focusScene(): void;
  /** Loads the renderer if need be. Rejects with a sentence when the device has no WebGL2. */
  previewAvatar(canvas: HTMLCanvasElement, look: Look): Promise<AvatarPreview>;
  /** Where to hang a label or card over a person. */
  project(slot: number): ScreenPoint | null;
}

export type MountUi = (target: HTMLElement, store: UiStore, actions: Actions) => { destroy(): void };
