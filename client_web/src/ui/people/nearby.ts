/**
 * The world around in words: what a person who does not see the picture can find and do here. Pure; called every two
 * seconds while the list is open.
 */

import type { DirectoryRow, MinimapData } from "../../app/ports";
import { SPEAKING } from "../../core/types";
import type { Venue } from "../../core/venue";
import { placesOf } from "../map/places";
import { badgeText, formatMetres } from "../texts";

export type ThingKind = "person" | "seat" | "door" | "place";
export type ThingOrder = "distance" | "name";

export type Target =
  | { readonly kind: "person"; readonly person: string }
  | { readonly kind: "seat"; readonly seat: number }
  | { readonly kind: "place"; readonly place: string }
  | { readonly kind: "point"; readonly x: number; readonly z: number };

export interface Thing {
  readonly key: string;
  readonly kind: ThingKind;
  readonly title: string;
  readonly detail: string;
  readonly action: string;
  readonly metres: number;
  readonly target: Target;
}

const SEAT_RANGE_M = 15;
const MAX_SEATS = 12;
const DOOR_RANGE_M = 60;
const PLACE_RANGE_M = 80;

type Here = Pick<MinimapData, "x" | "z" | "yaw" | "storey">;

/** Which way something lies for somebody who looks along `yaw`: "ahead", "left", "behind", "right". */
export function bearing(here: Here, x: number, z: number): string {
  const [dx, dz] = [x - here.x, z - here.z];
  const ahead = -Math.sin(here.yaw) * dx - Math.cos(here.yaw) * dz;
  const right = Math.cos(here.yaw) * dx - Math.sin(here.yaw) * dz;
  if (Math.abs(ahead) >= Math.abs(right)) return ahead >= 0 ? "ahead" : "behind";
  return right >= 0 ? "to the right" : "to the left";
}

const detail = (...parts: string[]): string => parts.filter((part) => part !== "").join(" · ");

function people(rows: readonly DirectoryRow[]): Thing[] {
  return rows.map((row) => ({
    key: `person/${row.person}`,
    kind: "person",
    title: row.name,
    detail: detail(
      ((row.state ?? 0) & SPEAKING) !== 0 ? "speaks" : "",
      badgeText(row.badge),
      row.affiliation,
      formatMetres(row.metres),
    ),
    action: "Go to",
    metres: row.metres,
    target: { kind: "person", person: row.person },
  }));
}

/** Nearest seats of one's own storey; "sit" walks there first if need be. */
function seats(venue: Venue, here: Here, own: number): Thing[] {
  const { base, top } = venue.storeys[here.storey] ?? { base: -Infinity, top: Infinity };
  const found: { seat: number; metres: number }[] = [];
  venue.seats.position.forEach(([x, y, z], seat) => {
    if (seat === own || y < base - 0.5 || y >= top) return;
    const metres = Math.hypot(x - here.x, z - here.z);
    if (metres <= SEAT_RANGE_M) found.push({ seat, metres });
  });
  found.sort((a, b) => a.metres - b.metres);
  return found.slice(0, MAX_SEATS).map(({ seat, metres }) => {
    const [x, , z] = venue.seats.position[seat]!;
    const room = venue.rooms[venue.seats.room[seat] ?? 0]?.title ?? "";
    return {
      key: `seat/${seat}`,
      kind: "seat",
      title: `Seat ${venue.seats.label[seat] || seat + 1}`,
      detail: detail(room, formatMetres(metres), bearing(here, x, z)),
      action: "Sit down",
      metres,
      target: { kind: "seat", seat },
    };
  });
}

function doors(venue: Venue, here: Here): Thing[] {
  return venue.doors.flatMap((door) => {
    const [x, , z] = door.position;
    const metres = Math.hypot(x - here.x, z - here.z);
    const [a, b] = door.rooms.map((room) => venue.rooms[room]);
    if (metres > DOOR_RANGE_M || (a?.storey !== here.storey && b?.storey !== here.storey)) return [];
    const between = [a?.title, b?.title].filter(Boolean).join(" and ");
    return [
      {
        key: `door/${door.id}`,
        kind: "door" as const,
        title: door.title || "Door",
        detail: detail(between && `between ${between}`, formatMetres(metres), bearing(here, x, z)),
        action: "Walk there",
        metres,
        target: { kind: "point" as const, x, z },
      },
    ];
  });
}

function places(venue: Venue, here: Here): Thing[] {
  return placesOf(venue).flatMap((place) => {
    const metres = Math.hypot(place.x - here.x, place.z - here.z);
    if (place.storey !== here.storey || metres > PLACE_RANGE_M) return [];
    return [
      {
        key: `${place.kind}/${place.id}`,
        kind: "place" as const,
        title: place.title,
        detail: detail(place.detail, formatMetres(metres), bearing(here, place.x, place.z)),
        action: "Go to",
        metres,
        target: { kind: "place" as const, place: place.id },
      },
    ];
  });
}

/** `own` is the seat one sits on, -1 for none. */
export function nearbyThings(venue: Venue, here: Here, rows: readonly DirectoryRow[], own: number): Thing[] {
  return [...people(rows), ...seats(venue, here, own), ...doors(venue, here), ...places(venue, here)];
}

export function filterThings(things: readonly Thing[], kind: ThingKind | "all", query: string): Thing[] {
  const words = query.toLowerCase().split(/\s+/).filter(Boolean);
  return things.filter((thing) => {
    const text = `${thing.title} ${thing.detail}`.toLowerCase();
    return (kind === "all" || thing.kind === kind) && words.every((word) => text.includes(word));
  });
}

export function sortThings(things: readonly Thing[], order: ThingOrder): Thing[] {
  return [...things].sort((a, b) =>
    order === "name" ? a.title.localeCompare(b.title, "en", { numeric: true }) : a.metres - b.metres,
  );
}
