/** Which seats of a room one may hope to get, nearest first. */

import type { Venue } from "./venue";

/** Indices of seats of room `room` that `taken` does not know as taken, by the way over ground from x, z. */
export function freeSeats(
  venue: Venue,
  room: number,
  x: number,
  z: number,
  taken: (seat: number) => boolean,
): number[] {
  const metres = (seat: number): number => {
    const [sx, , sz] = venue.seats.position[seat]!;
    return Math.hypot(sx - x, sz - z);
  };
  return venue.seats.room
    .flatMap((of, seat) => (of === room && !taken(seat) ? [seat] : []))
    .sort((a, b) => metres(a) - metres(b));
}

/** Indices of the rooms that have seats: those of one's own storey first, by their nearest seat over ground. */
export function roomsWithSeats(
  venue: Venue,
  { x, z, storey }: { readonly x: number; readonly z: number; readonly storey: number },
): number[] {
  const nearest = new Map<number, number>();
  venue.seats.position.forEach(([sx, , sz], seat) => {
    const room = venue.seats.room[seat] ?? 0;
    const metres = Math.hypot(sx - x, sz - z);
    if (room !== 0 && metres < (nearest.get(room) ?? Infinity)) nearest.set(room, metres);
  });
  const elsewhere = (room: number): number => (venue.rooms[room]?.storey === storey ? 0 : 1);
  return [...nearest].sort(([a, am], [b, bm]) => elsewhere(a) - elsewhere(b) || am - bm).map(([room]) => room);
}
