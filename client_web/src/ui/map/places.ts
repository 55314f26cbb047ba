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
  /** What is found besides the title: kind, floor, owner; no numbers of seats. */
  readonly about: string;
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
    const about = join(kindOf(room.kind, room.title), venue.storeys[room.storey]?.title ?? "");
    const detail = join(about, count > 0 ? `${count.toLocaleString("en")} seats` : "");
    return [
      {
        id: room.id,
        title: room.title || room.id,
        kind: "room" as const,
        detail,
        about,
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
      about: join("Stand", stand.owner, where(stand.room)),
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
      about: where(mark.room),
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
      about: join("Arrival point", where(spawn.room)),
      storey: storey(spawn.room),
      room: spawn.room,
      x: spawn.position[0],
      z: spawn.position[2],
    })),
  ];
}

/** Places whose title, kind, floor or owner holds every word; those whose title is or begins with the query first. */
export function filterPlaces(places: readonly PlaceRow[], query: string): PlaceRow[] {
  const words = query.toLowerCase().split(/\s+/).filter(Boolean);
  if (words.length === 0) return [...places];
  const ranks = new Map(places.map((place) => [place, rankOf(place, words)] as const));
  return places.filter((place) => ranks.get(place)! < NOT_FOUND).sort((a, b) => ranks.get(a)! - ranks.get(b)!);
}

const NOT_FOUND = 9;

/** 0 the very title, 1 it begins so, 2 each word begins one of the title, 3 is within it, 4 elsewhere. */
function rankOf(place: PlaceRow, words: readonly string[]): number {
  const title = place.title.toLowerCase();
  const text = `${title} ${place.about.toLowerCase()}`;
  // A number is meant as it stands: 3 is neither 13 nor 1,463.
  const found = (word: string, within: string): boolean =>
    /^\d+$/.test(word) ? ` ${within}`.includes(` ${word}`) : within.includes(word);
  if (!words.every((word) => found(word, text))) return NOT_FOUND;
  const query = words.join(" ");
  if (title === query) return 0;
  if (title.startsWith(query)) return 1;
  if (words.every((word) => ` ${title}`.includes(` ${word}`))) return 2;
  return words.every((word) => found(word, title)) ? 3 : 4;
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
