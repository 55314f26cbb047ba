/** Payloads of the media plane (protocol/media.py). Maps, but `Wanted`, which travels as an array. */

import type { Closing } from "./protocol.gen";

export const MEDIA_PATH = "/media.io/";
export const MEDIA_EVENT = "m";

export interface Publish {
  source: string;
  media: "audio" | "video";
  codec: string;
  room?: string;
  session?: string;
  width?: number;
  height?: number;
  frame_rate?: number;
  channels?: number;
  layers?: number;
  quality?: number;
  bit_rate?: number;
}

export interface TrackInfo {
  track: number;
  person: string;
  name: string;
  source: string;
  media: string;
  codec: string;
  room: string;
  session: string;
  width: number;
  height: number;
  frame_rate: number;
  channels: number;
  layers: number;
  quality: number;
  bit_rate: number;
  slot: number;
  whole_room: boolean;
}

export interface RefusedTrack {
  track: number;
  code: string;
  message: string;
}

export interface Tracks {
  room: string;
  tracks: TrackInfo[];
}

export interface Following {
  rooms: Tracks[];
  refused: Record<string, string>;
}

export type Wanted = [track: number, topLayer: number];

export interface TrackReport {
  track: number;
  frames: number;
  lost_groups: number;
  late_ms: number;
  decoded: number;
  dropped: number;
}

export interface Rate {
  track: number;
  bit_rate: number;
  viewers: number;
  behind: number;
}

export interface DroppedTrack {
  track: number;
  frames: number;
  reason: string;
}

interface Command<P, A> {
  payload: P;
  answer: A;
}

type Done = Record<string, never>;

export interface MediaClientEvents {
  publish: Command<Publish, { track: number }>;
  unpublish: Command<{ track: number }, Done>;
  follow: Command<{ rooms: string[] }, Following>;
  want: Command<{ tracks: Wanted[]; restart?: number[] }, { tracks: number[]; refused: RefusedTrack[] }>;
  hear: Command<{ voices: number }, Done>;
  keyframe: Command<{ track: number }, Done>;
  report: Command<{ round_trip_ms: number; tracks: TrackReport[]; hidden: boolean }, Done>;
  sync: Command<{ t: number }, { t: number }>;
}

export interface MediaServerEvents {
  tracks: Tracks;
  voices: { voices: TrackInfo[] };
  keyframe: { track: number };
  refused: RefusedTrack;
  rate: Rate;
  dropped: { tracks: DroppedTrack[] };
  closing: Closing;
}
