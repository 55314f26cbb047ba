/** Everything one can go to, as one list. Pure. */

import type { Venue } from "../../core/venue";

export type PlaceKind = "room" | "stand" | "landmark" | "entrance";

export interface PlaceRow {
  /** Id for Actions.goToPlace. */
  readonly id: string;
  readonly title: string;
  readonly kind: PlaceKind;
  /** "Auditorium, ground floor, 1,463 seats". */
  readonly detail: string;
  readonly storey: number;
  /** Index of the room that it is, or lies in. */
  readonly room: number;
  readonly x: number;
  readonly z: number;
}

const ROOM_KINDS: Readonly<Record<string, string>> = {
  entrance: "Entrance",
  foyer: "Foyer",
  auditorium: "Auditorium",
  seminar: "Seminar room",
  exhibition: "Exhibition",
  green_room: "Speakers' room",
  help_desk: "Help desk",
  circulation: "Passage",
  service: "Service",
};

const HIDDEN = new Set(["service", "circulation", "outside"]);

/** "Foyer, Ground floor" says nothing twice where the room is called Foyer. */
const kindOf = (kind: string, title: string): string => {
  const word = ROOM_KINDS[kind] ?? "";
  return title.toLowerCase().includes(word.toLowerCase()) ? "" : word;
};

const join = (...parts: string[]): string => parts.filter((part) => part !== "").join(", ");

const middle = (polygon: readonly (readonly [number, number])[]): [number, number] => {
  const n = Math.max(1, polygon.length);
  return [polygon.reduce((sum, p) => sum + p[0], 0) / n, polygon.reduce((sum, p) => sum + p[1], 0) / n];
};

function rooms(venue: Venue): PlaceRow[] {
  const seats = venue.rooms.map(() => 0);
  for (const room of venue.seats.room) seats[room] = (seats[room] ?? 0) + 1;
  return venue.rooms.flatMap((room, index) => {
    if (HIDDEN.has(room.kind) || room.polygon.length < 3) return [];
    const [x, z] = middle(room.polygon);
    const count = seats[index] ?? 0;
    const detail = join(
      kindOf(room.kind, room.title),
      venue.storeys[room.storey]?.title ?? "",
      count > 0 ? `${count.toLocaleString("en")} seats` : "",
    );
    return [
      {
        id: room.id,
        title: room.title || room.id,
        kind: "room" as const,
        detail,
        storey: room.storey,
        room: index,
        x,
        z,
      },
    ];
  });
}

/** Rooms, then stands, landmarks and entrances, each in the order of the venue. */
export function placesOf(venue: Venue): PlaceRow[] {
  const where = (room: number): string => venue.rooms[room]?.title ?? "";
  const storey = (room: number): number => venue.rooms[room]?.storey ?? 0;
  // A landmark may stand for a room of the same id, an arrival point beside a landmark: one row is enough.
  const known = new Set(venue.rooms.map((room) => room.id));
  const landmarks = venue.landmarks.filter((mark) => !known.has(mark.id));
  const marked = new Set(landmarks.map((mark) => mark.title));
  const spawns = venue.spawns.filter((spawn) => !known.has(spawn.id) && !marked.has(spawn.title));
  return [
    ...rooms(venue),
    ...venue.stands.map((stand) => ({
      id: stand.id,
      title: stand.title || stand.id,
      kind: "stand" as const,
      detail: join("Stand", stand.owner, where(stand.room)),
      storey: storey(stand.room),
      room: stand.room,
      x: stand.position[0],
      z: stand.position[2],
    })),
    ...landmarks.map((mark) => ({
      id: mark.id,
      title: mark.title || mark.id,
      kind: "landmark" as const,
      detail: where(mark.room),
      storey: storey(mark.room),
      room: mark.room,
      x: mark.position[0],
      z: mark.position[2],
    })),
    ...spawns.map((spawn) => ({
      id: spawn.id,
      title: spawn.title || "Entrance",
      kind: "entrance" as const,
      detail: join("Arrival point", where(spawn.room)),
      storey: storey(spawn.room),
      room: spawn.room,
      x: spawn.position[0],
      z: spawn.position[2],
    })),
  ];
}

/** Places whose title or detail holds every word. */
export function filterPlaces(places: readonly PlaceRow[], query: string): PlaceRow[] {
  const words = query.toLowerCase().split(/\s+/).filter(Boolean);
  return places.filter((place) => {
    const text = `${place.title} ${place.detail}`.toLowerCase();
    return words.every((word) => text.includes(word));
  });
}

export type SortBy = "venue" | "name" | "distance";

/** `x, z` is where the person stands; places of another storey come after those of one's own. */
export function sortPlaces(places: readonly PlaceRow[], by: SortBy, x: number, z: number, storey: number): PlaceRow[] {
  const rows = [...places];
  if (by === "name") rows.sort((a, b) => a.title.localeCompare(b.title, "en"));
  if (by === "distance") rows.sort((a, b) => farness(a, x, z, storey) - farness(b, x, z, storey));
  return rows;
}

const OTHER_STOREY_M = 1000;
const farness = (place: PlaceRow, x: number, z: number, storey: number): number =>
  Math.hypot(place.x - x, place.z - z) + (place.storey === storey ? 0 : OTHER_STOREY_M);
