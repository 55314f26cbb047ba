/** A room of the programme as panels show it: from the programme, its state now, and what I may do there. Pure. */

import type { Mine, Room, Session } from "../../net/event.gen";
import { formatCount } from "../texts";
import { ROOMNOW_INDEX as AT, type RoomNow } from "../../net/protocol.gen";

export interface RoomView {
  readonly key: string;
  readonly title: string;
  /** Id in venue.json, "" for none. */
  readonly place: string;
  readonly inside: number;
  /** 0: no limit. */
  readonly capacity: number;
  readonly full: boolean;
  readonly door: string;
  readonly phase: string;
  readonly on: { readonly key: string; readonly session: Session } | null;
  readonly next: { readonly key: string; readonly session: Session } | null;
  readonly mine: Mine | null;
}

export function roomOf(
  key: string,
  room: Room,
  now: RoomNow | null,
  sessions: ReadonlyMap<string, Session>,
  mine: Mine | null,
): RoomView {
  const find = (session: string | undefined): RoomView["on"] => {
    const found = session ? sessions.get(session) : undefined;
    return found === undefined || session === undefined ? null : { key: session, session: found };
  };
  return {
    key,
    title: room.title,
    place: room.place,
    inside: now?.[AT.inside] ?? 0,
    capacity: now?.[AT.capacity] ?? room.capacity,
    full: now?.[AT.full] ?? false,
    door: now?.[AT.door] ?? "open",
    phase: now?.[AT.phase] ?? "",
    on: find(now?.[AT.session]),
    next: find(now?.[AT.next]),
    mine,
  };
}

/** What the building calls a room, where that is not its name in the programme; "" otherwise. */
export function nameOnSigns(
  room: Pick<RoomView, "place" | "title">,
  places: readonly { readonly id: string; readonly title: string }[],
): string {
  const sign = places.find(({ id }) => id === room.place)?.title ?? "";
  return sign === room.title ? "" : sign;
}

/** "37 of 250 inside", "37 inside", "Full: 250 inside", "Full: 240 inside, the rest is kept for those with a role". */
export function occupancyText(room: Pick<RoomView, "inside" | "capacity" | "full">): string {
  const inside = formatCount(room.inside);
  if (room.full && room.inside < room.capacity) return `Full: ${inside} inside, the rest is kept for those with a role`;
  if (room.full) return `Full: ${inside} inside`;
  return room.capacity > 0 ? `${inside} of ${formatCount(room.capacity)} inside` : `${inside} inside`;
}

export const DOOR_TEXTS: Readonly<Record<string, string>> = {
  open: "Open to all",
  members: "For those who take part",
  invitation: "By invitation",
  waiting_room: "A moderator lets you in",
  locked: "Locked",
  closed: "Closed",
};

/** What a card says of the door, to me; "" where it is open. */
export function doorText({ door, mine }: Pick<RoomView, "door" | "mine">): string {
  if (door === "open") return "";
  if (mine?.may_enter && mine.admitted) return "You may go in";
  if (mine?.may_enter && door === "waiting_room") return "Waiting room";
  return DOOR_TEXTS[door] ?? door;
}

/** Rooms as the panel lists them: where people wait for me first, then where I am, then as in the programme. */
export function inOrder<R extends Pick<RoomView, "key" | "place">>(
  rooms: readonly R[],
  here: string,
  waiting: (key: string) => number,
): readonly R[] {
  const rank = (room: R): number =>
    (waiting(room.key) > 0 ? 2 : 0) + (room.place !== "" && room.place === here ? 1 : 0);
  return [...rooms].sort((a, b) => rank(b) - rank(a));
}

/** The same as choices of those who set it. */
export const DOOR_CHOICES: readonly { readonly value: string; readonly label: string }[] = [
  { value: "open", label: "Open to all" },
  { value: "members", label: "People with a part in it" },
  { value: "invitation", label: "Invited people" },
  { value: "waiting_room", label: "Waiting room: you let people in" },
  { value: "locked", label: "Locked: whoever is inside stays" },
  { value: "closed", label: "Closed: staff only" },
];

export const PHASE_TEXTS: Readonly<Record<string, string>> = {
  planned: "Planned",
  open: "Doors open",
  live: "Live",
  paused: "Paused",
  ended: "Ended",
  cancelled: "Cancelled",
};

/** Why I may not go in, and what helps: a sentence, or "" when I may. */
export function refusalText(mine: Mine | null): string {
  if (mine === null || mine.may_enter) return "";
  if (mine.waiting) {
    return mine.place_in_line > 1
      ? `You are number ${mine.place_in_line} in the line. A moderator lets you in.`
      : "You are next in the line. A moderator lets you in.";
  }
  if (mine.declined) return mine.note ? `You were not let in: ${mine.note}` : "You were not let in this time.";
  return WHY[mine.why] ?? "You cannot go in at the moment.";
}

const WHY: Readonly<Record<string, string>> = {
  members: "Only people with a part in it may go in.",
  invitation: "Only invited people may go in.",
  waiting_room: "A moderator lets people in one by one. Ask to be let in.",
  locked: "The room is locked. Whoever is inside may stay.",
  closed: "The room is closed at the moment.",
  full: "The room is full. Somebody has to leave before you can go in.",
  not_let_in: "You were not let in this time.",
};

export interface Move {
  readonly command:
    "session.open" | "session.go_live" | "session.pause" | "session.resume" | "session.end" | "session.reopen";
  readonly label: string;
  /** Of the question, where it is not the label. */
  readonly title?: string;
  /** Asks first: it cannot simply be taken back. */
  readonly confirm?: string;
}

/** What is said once it is done. */
export const MOVED: Readonly<Record<Move["command"], string>> = {
  "session.open": "The doors are open.",
  "session.go_live": "The session is live.",
  "session.pause": "The session is paused.",
  "session.resume": "The session goes on.",
  "session.end": "The session has ended.",
  "session.reopen": "The session is open again.",
};

/** What the chair can do with a session in this phase, the most likely first. */
export function movesFrom(phase: string): readonly Move[] {
  const end: Move = { command: "session.end", label: "End", confirm: "End this session? The doors follow." };
  switch (phase) {
    case "planned":
    case "":
      return [
        { command: "session.open", label: "Open the doors" },
        { command: "session.go_live", label: "Begin now" },
      ];
    case "open":
      return [{ command: "session.go_live", label: "Begin" }, end];
    case "live":
      return [end, { command: "session.pause", label: "Pause" }];
    case "paused":
      return [{ command: "session.resume", label: "Go on" }, end];
    case "ended":
      return [{ command: "session.reopen", label: "Open again" }];
    default:
      return [];
  }
}
