/** What the screens and door signs of the building say: worked out from the event's stream and the rooms as they are. */

import type { Cancel, Clock } from "../core/clock";
import type { StreamHandle, VenueBackbone } from "../net/backbone";
import type { Room, Session } from "../net/event.gen";
import { ROOMNOW_INDEX as AT, type RoomNow } from "../net/protocol.gen";
import { knownZone, span } from "../ui/kit/zone";

export interface BoardTalk {
  readonly title: string;
  /** Names, "" for none. */
  readonly speakers: string;
  /** "09:30 to 10:15", in the zone of the event. */
  readonly time: string;
}

export interface RoomBoard {
  readonly title: string;
  /** A door policy: open, members, invitation, waiting_room, locked, closed. */
  readonly door: string;
  readonly full: boolean;
  readonly inside: number;
  /** 0: no limit. */
  readonly capacity: number;
  /** Of what is on: open, live, paused, ...; "" for nothing. */
  readonly phase: string;
  readonly on: BoardTalk | null;
  readonly next: BoardTalk | null;
  readonly draft: boolean;
}

export type RoomBoards = ReadonlyMap<string, RoomBoard>;

type Event = Pick<StreamHandle, "all" | "get">;

/** By the place of the room in the building; of two rooms in one place, the first of the programme. */
export function boardsOf(event: Event, now: ReadonlyMap<string, RoomNow>): RoomBoards {
  const boards = new Map<string, RoomBoard>();
  const rooms = [...event.all("room")].sort(([a, x], [b, y]) => x.order - y.order || a.localeCompare(b));
  for (const [key, room] of rooms)
    if (room.place !== "" && !boards.has(room.place))
      boards.set(room.place, boardOf(event, room, now.get(key) ?? null));
  return boards;
}

function boardOf(event: Event, room: Room, now: RoomNow | null): RoomBoard {
  const talk = (key: string | undefined): BoardTalk | null => {
    const session = key ? event.get("session", key) : null;
    return session === null ? null : talkOf(event, session);
  };
  return {
    title: room.title,
    door: now?.[AT.door] ?? "open",
    full: now?.[AT.full] ?? false,
    inside: now?.[AT.inside] ?? 0,
    capacity: now?.[AT.capacity] ?? room.capacity,
    phase: now?.[AT.phase] ?? "",
    on: talk(now?.[AT.session]),
    next: talk(now?.[AT.next]),
    draft: event.get("programme", "programme")?.draft !== false,
  };
}

function talkOf(event: Event, session: Session): BoardTalk {
  const zone = knownZone(event.get("info", "info")?.zone ?? "UTC");
  const names = session.speakers.map((key) => event.get("speaker", key)?.name ?? "").filter(Boolean);
  return { title: session.title, speakers: names.join(", "), time: span(session.start, session.end, zone) };
}

/** Many people come and go in a second: a sign that flickers is not read. */
const TOGETHER_MS = 1000;

/** Follows the event and says what boards show, as often as that changes and once a second at most. */
export class BoardFeed {
  readonly #backbone: Pick<VenueBackbone, "rooms">;
  readonly #event: StreamHandle;
  readonly #clock: Clock;
  readonly #show: (boards: RoomBoards) => void;
  readonly #stops: (() => void)[];
  #shown = "";
  #waiting: Cancel | null = null;

  constructor(backbone: Pick<VenueBackbone, "rooms" | "subscribe">, clock: Clock, show: (boards: RoomBoards) => void) {
    this.#backbone = backbone;
    this.#clock = clock;
    this.#show = show;
    this.#event = backbone.subscribe("event");
    this.#stops = [
      this.#event.onChange(() => this.#soon()),
      backbone.rooms.subscribe(() => this.#soon()),
      () => this.#event.close(),
    ];
    this.#tell();
  }

  stop(): void {
    this.#waiting?.();
    for (const stop of this.#stops) stop();
  }

  #soon(): void {
    this.#waiting ??= this.#clock.after(TOGETHER_MS, () => {
      this.#waiting = null;
      this.#tell();
    });
  }

  #tell(): void {
    if (!this.#event.ready) return;
    const boards = boardsOf(this.#event, this.#backbone.rooms.get());
    const shown = JSON.stringify([...boards]);
    if (shown === this.#shown) return;
    this.#shown = shown;
    this.#show(boards);
  }
}
