/** Recordings as the server tells of them (server/turia/web/recording_files.py). Times in milliseconds. */

import type { Recording } from "../../net/event.gen";
import type { Tone } from "../../ui/kit/tones";
import type { Server } from "../model/server";

type RecordingState = Recording["state"];

export interface RecordingNow {
  readonly session: string;
  readonly title: string;
  readonly room: string;
  readonly state: RecordingState;
  readonly watchable: boolean;
  /** Event clock. */
  readonly since: number;
  readonly duration_ms: number;
  readonly bytes: number;
  /** UTC; 0: without end. */
  readonly keep_until: number;
  readonly message: string;
  readonly done: number;
  readonly steps: number;
  readonly may_arm: boolean;
  readonly may_download: boolean;
}

export interface RecordingFile {
  readonly address: string;
  readonly kind: "main" | "sound" | "interpreter" | "picture";
  readonly mime: string;
  readonly bytes: number;
  readonly people: readonly string[];
}

export interface Chapter {
  readonly at: number;
  readonly title: string;
  readonly picture: string;
}

export interface Cue {
  readonly start: number;
  readonly end: number;
  readonly text: string;
  readonly speaker: string;
}

export interface Take {
  readonly take: number;
  readonly duration_ms: number;
  readonly files: readonly RecordingFile[];
  readonly chapters: readonly Chapter[];
  readonly cues: readonly Cue[];
  readonly captions: string;
  readonly chapters_file: string;
}

export interface ToWatch {
  readonly recording: RecordingNow;
  readonly takes: readonly Take[];
}

export const listRecordings = async (server: Server): Promise<readonly RecordingNow[]> =>
  (await server.call<{ recordings: readonly RecordingNow[] }>("/api/recordings", { method: "GET" })).recordings;

/** Those in which somebody is seen or heard: for himself, and for whoever may erase him. */
export const recordingsWith = async (server: Server, person: string): Promise<readonly RecordingNow[]> => {
  const address = `/api/recordings?person=${encodeURIComponent(person)}`;
  return (await server.call<{ recordings?: readonly RecordingNow[] }>(address, { method: "GET" })).recordings ?? [];
};

export const recordingOf = (server: Server, session: string): Promise<ToWatch> =>
  server.call(`/api/recordings/${encodeURIComponent(session)}`, { method: "GET" });

export const watchPage = (session: string): string => `/watch/${encodeURIComponent(session)}`;

interface Standing {
  readonly tone: Tone;
  readonly title: string;
}

export const STANDINGS: Readonly<Record<RecordingState, Standing>> = {
  off: { tone: "plain", title: "Not recorded" },
  armed: { tone: "sun", title: "Will be recorded" },
  recording: { tone: "danger", title: "Being recorded" },
  paused: { tone: "sun", title: "Off the record" },
  processing: { tone: "info", title: "Being prepared" },
  ready: { tone: "good", title: "Ready" },
  failed: { tone: "danger", title: "Failed" },
  deleted: { tone: "plain", title: "Deleted" },
};

/** So often is looked whether one that is under way has got on, milliseconds. */
export const EVERY_MS = 3_000;

/** Whether it will look different soon. */
export const moving = (state: RecordingState): boolean =>
  ["armed", "recording", "paused", "processing"].includes(state);

/** Number of the last of these that has begun at a time; -1 before the first. They are in order. */
export function lastBegun(begins: readonly number[], at: number): number {
  let low = 0;
  let high = begins.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((begins[middle] ?? 0) <= at) low = middle + 1;
    else high = middle;
  }
  return low - 1;
}

const fold = (text: string): string => text.normalize("NFKD").replace(/\p{M}/gu, "").toLocaleLowerCase("en");

/** Cues in which all words stand, in whatever order; accents and capitals do not count. */
export function search(cues: readonly Cue[], wanted: string): readonly Cue[] {
  const words = fold(wanted).split(/\s+/).filter(Boolean);
  if (words.length === 0) return cues;
  return cues.filter(({ speaker, text }) => {
    const said = fold(`${speaker} ${text}`);
    return words.every((word) => said.includes(word));
  });
}

/** `1:02:03` or `2:03`. */
export function position(ms: number): string {
  const seconds = Math.max(0, Math.floor(ms / 1000));
  const two = (value: number): string => String(value).padStart(2, "0");
  const [hours, minutes] = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60];
  return hours > 0 ? `${hours}:${two(minutes)}:${two(seconds % 60)}` : `${minutes}:${two(seconds % 60)}`;
}

/** What a file is, for a list of downloads. */
export function fileTitle({ kind, people }: RecordingFile): string {
  const whose = people.length > 0 ? ` (${people.join(", ")})` : "";
  const titles = {
    main: "Picture and sound",
    sound: "More sound",
    interpreter: "Sign language",
    picture: "Another picture",
  } as const;
  return titles[kind] + (kind === "main" ? "" : whose);
}
