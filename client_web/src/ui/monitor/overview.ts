/** How talks get on, as the server tells the staff (server/turia/web/media_overview.py), and in words. Milliseconds. */

import { CommandError } from "../../net/command_error";
import type { Tone } from "../kit/tones";
import { SOURCE_NAMES } from "../talk/sources";

export type Severity = "bad" | "warning" | "note";

export interface MediaProblem {
  readonly severity: Severity;
  readonly code: string;
  readonly text: string;
  readonly advice: string;
  readonly person: string;
}

export interface SourceSeen {
  readonly track: number;
  readonly source: string;
  readonly media: "audio" | "video";
  readonly codec: string;
  readonly quality: number;
  readonly width: number;
  readonly height: number;
  readonly frame_rate: number;
  readonly bit_rate: number;
  readonly begun: boolean;
  readonly idle_ms: number;
  readonly key_ms: number | null;
  /** 0 silent to 127. */
  readonly level: number | null;
  readonly silent_ms: number | null;
  readonly viewers: number;
  readonly behind: number;
  readonly asked_bit_rate: number;
}

export interface PublisherSeen {
  readonly person: string;
  readonly name: string;
  readonly round_trip_ms: number | null;
  readonly sources: readonly SourceSeen[];
}

export interface RefusedSeen {
  readonly person: string;
  readonly name: string;
  readonly source: string;
  readonly code: string;
  readonly message: string;
  readonly ago_ms: number;
  readonly times: number;
}

export interface AudienceSeen {
  readonly viewers: number;
  readonly full: number;
  readonly reduced: number;
  readonly sound_only: number;
  readonly stuck: number;
  readonly idle: number;
  readonly hears: number;
  readonly wants_sound: number;
  readonly stuck_people: readonly { readonly person: string; readonly name: string }[];
  readonly round_trips_ms: readonly number[];
  readonly left_out: Readonly<Record<string, number>>;
  readonly healed: number;
  readonly keys: number;
}

export interface RoomMedia {
  readonly room: string;
  readonly title: string;
  readonly session: string;
  readonly live: boolean;
  readonly problems: readonly MediaProblem[];
  readonly publishers: readonly PublisherSeen[];
  readonly refused: readonly RefusedSeen[];
  readonly audience: AudienceSeen;
  readonly unnamed: number;
}

export interface ServerSeen {
  readonly flush_ms: number;
  readonly flush_p99_ms: number;
  readonly period_ms: number;
  readonly skipped: number;
  readonly bit_rate: number;
  readonly lines: number;
  readonly blocked: number;
  readonly tracks: number;
}

export interface MediaOverview {
  readonly rooms: readonly RoomMedia[];
  readonly rooms_looked_after: number;
  readonly server: ServerSeen;
  readonly server_problems: readonly MediaProblem[];
}

const TIMEOUT_MS = 10_000;
const UNREACHABLE = "The venue cannot be reached. What is shown may be old; it is asked for again by itself.";
/** Nothing for so long is a stop; as in server/turia/media/problems.py. */
const IDLE_MS = 3_000;
const SILENT_MS = 20_000;
/** Loudness of speech, and the span above silence that the bar shows. */
const FLOOR = 57;
const SPAN = 70;

/** `room`: "" for all that one looks after. Rejects with a CommandError. */
export async function askOverview(room: string, fetcher: typeof fetch = fetch): Promise<MediaOverview> {
  const address = room === "" ? "/api/media" : `/api/media?room=${encodeURIComponent(room)}`;
  let answer: Response;
  try {
    answer = await fetcher(address, { cache: "no-store", signal: AbortSignal.timeout(TIMEOUT_MS) });
  } catch {
    throw new CommandError("unreachable", UNREACHABLE, true);
  }
  const content = (await answer.json().catch(() => null)) as (MediaOverview & { error?: string; code?: string }) | null;
  if (answer.ok && content !== null) return content;
  throw new CommandError(content?.code ?? "unexpected", content?.error ?? UNREACHABLE, answer.status >= 500);
}

/** Problems of all rooms and of the server by what stays the same while their seconds count up. */
export function problemsByKey({ rooms, server_problems }: MediaOverview): ReadonlyMap<string, string> {
  const of = (where: string, title: string, problems: readonly MediaProblem[]): [string, string][] =>
    problems
      .filter(({ severity }) => severity !== "note")
      .map(({ code, person, text, advice }) => [`${where} ${code} ${person}`, `${title}: ${text} ${advice}`]);
  return new Map([
    ...of("", "Server", server_problems),
    ...rooms.flatMap(({ room, title, problems }) => of(room, title, problems)),
  ]);
}

/** What is to be said when the second follows the first: what is new, or that all is well again; "" nothing. */
export function news(before: ReadonlyMap<string, string>, now: ReadonlyMap<string, string>): string {
  const fresh = [...now].filter(([key]) => !before.has(key)).map(([, text]) => text);
  if (fresh.length > 0) return fresh.join(" ");
  return before.size > 0 && now.size === 0 ? "All is well again." : "";
}

export const TONES: Readonly<Record<Severity, Tone>> = { bad: "danger", warning: "sun", note: "info" };

export function standing(problems: readonly MediaProblem[]): { readonly tone: Tone; readonly text: string } {
  const count = (severity: Severity): number => problems.filter((each) => each.severity === severity).length;
  const [bad, warnings] = [count("bad"), count("warning")];
  if (bad > 0) return { tone: "danger", text: bad === 1 ? "1 problem" : `${bad} problems` };
  if (warnings > 0) return { tone: "sun", text: "Look at this" };
  return { tone: "good", text: "All is well" };
}

export const rateText = (bits: number): string =>
  bits >= 999_500 ? `${(bits / 1_000_000).toFixed(1)} Mbit/s` : `${Math.round(bits / 1_000)} kbit/s`;

export function agoText(ms: number): string {
  if (ms < 1_000) return "now";
  const seconds = Math.floor(ms / 1_000);
  return seconds < 120 ? `${seconds} s ago` : `${Math.floor(seconds / 60)} min ago`;
}

const spanText = (ms: number): string => agoText(ms).replace(" ago", "");

export function sourceName({ source, quality }: Pick<SourceSeen, "source" | "quality">): string {
  const name = (SOURCE_NAMES as Readonly<Record<string, string>>)[source] ?? source;
  return quality > 0 ? `${name}, small` : name;
}

/** In two or three words, whether it comes. */
export function comes(source: SourceSeen): { readonly tone: Tone; readonly text: string } {
  if (!source.begun) return { tone: "sun", text: "Not begun" };
  if (source.idle_ms >= IDLE_MS) return { tone: "danger", text: `Stopped ${agoText(source.idle_ms)}` };
  if (source.silent_ms !== null && source.silent_ms >= SILENT_MS)
    return { tone: "plain", text: `Silent for ${spanText(source.silent_ms)}` };
  return { tone: "good", text: "Comes" };
}

/** What it is made of. */
export function detail(source: SourceSeen): string {
  const parts = [source.codec];
  if (source.width > 0) parts.unshift(`${source.width} × ${source.height}`);
  if (source.media === "video" && source.idle_ms < IDLE_MS)
    parts.push(`${Math.round(source.frame_rate)} pictures a second`);
  if (source.key_ms !== null) parts.push(`whole picture ${agoText(source.key_ms)}`);
  if (source.silent_ms !== null && source.silent_ms < SILENT_MS) parts.push(`heard ${agoText(source.silent_ms)}`);
  if (source.asked_bit_rate > 0) parts.push(`asked to keep to ${rateText(source.asked_bit_rate)}`);
  return parts.join(", ");
}

export function goesTo({ viewers, behind }: Pick<SourceSeen, "viewers" | "behind">): string {
  if (viewers === 0) return "Goes to nobody.";
  const people = viewers === 1 ? "1 person" : `${viewers} people`;
  return behind === 0 ? `Goes to ${people}.` : `Goes to ${people}, of whom ${behind} are behind.`;
}

export function lineText({ round_trip_ms: ms }: Pick<PublisherSeen, "round_trip_ms">): string {
  if (ms === null) return "line not measured yet";
  return `line: ${ms < 1 ? "under 1" : ms} ms there and back`;
}

/** 0 to 1, for a bar. */
export const loudness = (level: number): number => Math.min(1, Math.max(0, (level - FLOOR) / SPAN));

/** The one sentence that everybody asks for; "" where nothing is on air. */
export function reach({ publishers, audience }: Pick<RoomMedia, "publishers" | "audience">): string {
  const sounds = publishers.flatMap(({ sources }) => sources).filter(({ media }) => media === "audio");
  if (publishers.length === 0) return "";
  if (sounds.length === 0) return "No sound is sent.";
  if (sounds.every(({ idle_ms }) => idle_ms >= IDLE_MS)) return "No sound comes here from the speakers.";
  if (audience.wants_sound === 0) return "Sound comes here; nobody listens.";
  if (audience.hears === audience.wants_sound)
    return audience.hears === 1 ? "Sound reaches the one person who listens." : `Sound reaches all ${audience.hears}.`;
  return `Sound reaches ${audience.hears} of ${audience.wants_sound} people.`;
}

export interface Share {
  readonly id: string;
  readonly title: string;
  readonly count: number;
}

/** Everybody who follows the room, in parts. */
export const shares = (audience: AudienceSeen): readonly Share[] => [
  { id: "full", title: "Get everything", count: audience.full },
  { id: "reduced", title: "Smaller picture", count: audience.reduced },
  { id: "sound", title: "Sound only", count: audience.sound_only },
  { id: "stuck", title: "Stuck", count: audience.stuck },
  { id: "idle", title: "Do not watch", count: audience.idle },
];

const LEFT_OUT: Readonly<Record<string, string>> = {
  layers: "every other picture, for slow lines",
  group: "pictures that were too late",
  audio: "sound that was too late",
  waiting_key: "pictures before a whole one",
};

/** Frames that were left out, most first. */
export const leftOut = (audience: AudienceSeen): readonly Share[] =>
  Object.entries(audience.left_out)
    .map(([id, count]) => ({ id, title: LEFT_OUT[id] ?? id, count }))
    .sort((a, b) => b.count - a.count);

/** Who is stuck, by name as far as one may know it. */
export function stuckText({ audience, unnamed }: Pick<RoomMedia, "audience" | "unnamed">): string {
  const names = audience.stuck_people.map(({ name }) => name);
  if (unnamed > 0) names.push(names.length === 0 ? `${unnamed} who watch from elsewhere` : `${unnamed} more`);
  return names.join(", ");
}
