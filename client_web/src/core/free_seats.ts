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
