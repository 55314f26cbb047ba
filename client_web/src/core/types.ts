/**
 * The state that is drawn: owned and written by core, read by the renderer and never changed by it.
 *
 * Metres in glTF's axes (Y up). Every yaw here is in **radians**, 0 looks along -Z, positive turns left: exactly
 * three.js's `rotation.y`. Pitch is in radians, positive looks up (three.js's `rotation.x` in order YXZ).
 */

import { EMOTE_MASK, EMOTE_SHIFT, type EMOTES, MOTION_MASK } from "../net/protocol.gen";

/**
 * How an avatar looks, in the order of the wire: skin, hair, hair colour, top, top colour, bottom colour, headwear,
 * build. Each is 0 to 255 and taken modulo the length of the client's palette.
 */
export type Look = readonly [number, number, number, number, number, number, number, number];

export const DEFAULT_LOOK: Look = [0, 0, 0, 0, 0, 0, 0, 0];

/** Who is behind a slot. `revision` counts up when anything of it changes. */
export interface Introduction {
  readonly slot: number;
  readonly revision: number;
  readonly person: string;
  readonly name: string;
  readonly affiliation: string;
  /** "" or speaker, staff, ... */
  readonly badge: string;
  readonly look: Look;
}

export {
  AWAY,
  EMOTE_MASK,
  EMOTE_SHIFT,
  EMOTES,
  HAND_UP,
  MOTION_MASK,
  RUNNING,
  SEATED,
  SPEAKING,
  STANDING,
  WALKING,
} from "../net/protocol.gen";
export type Emote = (typeof EMOTES)[number];

export const motionOf = (state: number): number => state & MOTION_MASK;
export const emoteOf = (state: number): number => (state & EMOTE_MASK) >> EMOTE_SHIFT;

/** One's own avatar, predicted. */
export interface SelfState {
  /** False until the welcome. */
  present: boolean;
  slot: number;
  x: number;
  /** Height of the feet; of the seat's floor point while seated. */
  y: number;
  z: number;
  yaw: number;
  /** State byte: motion, hand, speaking, emote. */
  state: number;
  /** Metres a second over ground: what the leg animation follows. */
  speed: number;
  look: Look;
  name: string;
  affiliation: string;
  badge: string;
  /** Index into venue.seats, or -1. */
  seat: number;
}

export type CameraMode = "third" | "first";

/** Finished camera: the renderer copies it. `x, y, z` is the eye; rotation is (pitch, yaw, 0) in order YXZ. */
export interface CameraState {
  mode: CameraMode;
  x: number;
  y: number;
  z: number;
  yaw: number;
  pitch: number;
  /** Distance of the eye behind the avatar's head now (0 in first person): below 0.6 the own avatar is hidden. */
  distance: number;
  /** Vertical field of view, degrees. */
  fov: number;
}

/**
 * Interpolated avatars of the interest set, structure of arrays; the first `count` entries count, in no fixed order.
 * Follow a person by `slot`. Names and looks: `SceneState.introductions`.
 */
export interface NearAvatars {
  count: number;
  readonly slot: Uint16Array;
  readonly x: Float32Array;
  readonly y: Float32Array;
  readonly z: Float32Array;
  readonly yaw: Float32Array;
  readonly state: Uint8Array;
  /** Metres a second, smoothed, for the leg animation. */
  readonly speed: Float32Array;
}

/** Everyone else in this part of the space (slots of `near` and one's own are already left out). */
export interface CrowdAvatars {
  count: number;
  readonly slot: Uint16Array;
  /** Metres, smoothed between the crowd frames (one a second). */
  readonly x: Float32Array;
  readonly y: Float32Array;
  readonly z: Float32Array;
  /** Direction of the last movement, radians. */
  readonly yaw: Float32Array;
  /** 1 while moving. */
  readonly moving: Uint8Array;
  /** Seconds since the person was last in a crowd frame, at most 3: fade out above 1.5. */
  readonly age: Float32Array;
}

/** Where one is walking to, or null. */
export interface Marker {
  readonly x: number;
  readonly y: number;
  readonly z: number;
}

export interface SceneState {
  /** Milliseconds on the client's monotonic clock at this frame. */
  now: number;
  readonly self: SelfState;
  readonly camera: CameraState;
  readonly near: NearAvatars;
  readonly crowd: CrowdAvatars;
  /** By slot: 1 while a wall stands between the camera and somebody of `near`; renewed a few times a second. */
  readonly unseen: Uint8Array;
  /** By door index of venue.json: 1 closed. */
  doorsClosed: Uint8Array;
  /** Counts up whenever doorsClosed changed. */
  doorsVersion: number;
  /** By slot. May hold slots that are not drawn at present; a slot without an entry is drawn with DEFAULT_LOOK and no name. */
  readonly introductions: ReadonlyMap<number, Introduction>;
  /** Counts up whenever introductions changed. */
  introductionsVersion: number;
  /** Seat index to highlight, or -1. */
  highlightedSeat: number;
  /** Slot to highlight (pointed at, or being walked to), or -1. */
  highlightedSlot: number;
  marker: Marker | null;
}

/** Most entries of `near` and `crowd`. */
export const MAX_NEAR = 128;
export const MAX_CROWD = 8192;

/** What a person has tried out, counted from the beginning of the stay. */
export interface Tried {
  /** Frames in which he walked or asked to. */
  readonly walks: number;
  /** Radians that he turned the view by, in whichever direction. */
  readonly turned: number;
  /** Times he sat down. */
  readonly sits: number;
}

export const NOTHING_TRIED: Tried = { walks: 0, turned: 0, sits: 0 };
