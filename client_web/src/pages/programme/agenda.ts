/** The programme as a page shows it: by day, filtered, with what is on now and what comes next. Pure. */

import type { Item } from "../../net/backbone";
import type { Room, Session, Speaker, Track } from "../../net/event.gen";
import { plain } from "../../ui/kit/combobox";
import { wall } from "../../ui/kit/zone";

export interface Wanted {
  /** Words in titles, texts, speakers and rooms. */
  readonly text: string;
  readonly track: string;
  readonly room: string;
  readonly type: string;
  readonly starred: boolean;
}

export const ALL: Wanted = { text: "", track: "", room: "", type: "", starred: false };

/** What sessions refer to. */
export interface Around {
  readonly rooms: ReadonlyMap<string, Room>;
  readonly tracks: ReadonlyMap<string, Track>;
  readonly speakers: ReadonlyMap<string, Speaker>;
  readonly stars: ReadonlySet<string>;
  /** How rooms are, by key. Left out where that is not known: then only the clock can say what is on. */
  readonly runs?: ReadonlyMap<string, Run> | null;
}

/** What runs in a room, and what comes next there: keys of sessions, "" for none. */
export interface Run {
  readonly session: string;
  readonly phase: string | null;
  readonly next: string;
}

export type SessionItem = Item<"session">;

export interface Day {
  /** `2025-11-03`, in the zone that is shown. */
  readonly day: string;
  readonly sessions: readonly SessionItem[];
}

export const TYPE_TITLES: Readonly<Record<Session["type"], string>> = {
  opening: "Opening",
  keynote: "Keynote",
  panel: "Panel",
  flagship_presentation: "Flagship presentation",
  remote_presentation: "Remote presentation",
  pitch: "Pitch",
  award_ceremony: "Award ceremony",
  exhibition: "Exhibition",
  break: "Break",
  closing: "Closing",
  other: "Session",
};

/** Sessions that fit, in the order of their beginning, then of their rooms. */
export function fitting(items: Iterable<SessionItem>, wanted: Wanted, around: Around): readonly SessionItem[] {
  const words = plain(wanted.text).split(" ").filter(Boolean);
  const order = (item: SessionItem): number => around.rooms.get(item.value.room)?.order ?? 0;
  return [...items]
    .filter(
      ({ key, value }) =>
        (wanted.track === "" || value.track === wanted.track) &&
        (wanted.room === "" || value.room === wanted.room) &&
        (wanted.type === "" || value.type === wanted.type) &&
        (!wanted.starred || around.stars.has(key)) &&
        (words.length === 0 || holds(value, words, around)),
    )
    .sort((a, b) => a.value.start - b.value.start || order(a) - order(b) || a.key.localeCompare(b.key));
}

function holds(session: Session, words: readonly string[], around: Around): boolean {
  const text = plain(
    [
      session.title,
      session.subtitle,
      session.abstract,
      TYPE_TITLES[session.type],
      around.rooms.get(session.room)?.title,
      around.tracks.get(session.track)?.title,
      ...session.speakers.flatMap((key) => {
        const speaker = around.speakers.get(key);
        return [speaker?.name, speaker?.affiliation];
      }),
    ].join(" "),
  );
  return words.every((word) => text.includes(word));
}

/** Sorted sessions by the day on which they begin in `zone`. */
export function byDay(sessions: readonly SessionItem[], zone: string): readonly Day[] {
  const days = new Map<string, SessionItem[]>();
  for (const item of sessions) {
    const { day } = wall(item.value.start, zone);
    const list = days.get(day);
    if (list === undefined) days.set(day, [item]);
    else list.push(item);
  }
  return [...days].map(([day, list]) => ({ day, sessions: list }));
}

export type When = "over" | "now" | "later";

export function when(session: Session, now: number): When {
  return now >= session.end ? "over" : now >= session.start ? "now" : "later";
}

/** Where a session really stands: one that its chair has ended is over, one that begins late is still to come. */
export function standing({ key, value }: SessionItem, now: number, runs: Around["runs"]): When {
  const run = runs?.get(value.room);
  const byClock = when(value, now);
  if (run === undefined) return byClock;
  if (run.session === key) return run.phase === "open" ? "later" : "now";
  return byClock === "now" ? (run.next === key ? "later" : "over") : byClock;
}

/** What is said of a session that stands at "now". */
export const onText = ({ value }: SessionItem, runs: Around["runs"]): string =>
  runs?.has(value.room) ? "On now" : "Planned for now";

/** Where the line of the present stands in a sorted list: before this index. -1: before everything or after the end. */
export function nowLine(sessions: readonly SessionItem[], now: number): number {
  const at = sessions.findIndex(({ value }) => value.start > now);
  const over = sessions.every(({ value }) => value.end <= now);
  return over ? -1 : at < 0 ? -1 : at;
}

/** The next one that begins after `now` and is not cancelled. */
export function upNext(sessions: Iterable<SessionItem>, now: number): SessionItem | null {
  let next: SessionItem | null = null;
  for (const item of sessions)
    if (!item.value.cancelled && item.value.start > now && (next === null || item.value.start < next.value.start))
      next = item;
  return next;
}

/** Pairs of what one starred that are on at the same time: keys of those that meet another. */
export function clashes(items: Iterable<SessionItem>, stars: ReadonlySet<string>): ReadonlySet<string> {
  const mine = [...items].filter(({ key, value }) => stars.has(key) && !value.cancelled);
  const found = new Set<string>();
  for (const a of mine)
    for (const b of mine) if (a !== b && a.value.start < b.value.end && b.value.start < a.value.end) found.add(a.key);
  return found;
}
