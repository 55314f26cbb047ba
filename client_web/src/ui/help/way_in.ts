/** The way from where people arrive into the building, for a newcomer. */

import type { Venue } from "../../core/venue";

export interface WayIn {
  readonly x: number;
  readonly z: number;
}

/**
 * The nearest place of a foyer for somebody who is outside or in an entrance hall, whose middle a desk may take; null
 * elsewhere, and where the building has none on this storey.
 */
export function wayIn(
  venue: Venue,
  here: { readonly x: number; readonly z: number; readonly storey: number },
  room: string | undefined,
): WayIn | null {
  const at = venue.rooms.find(({ title }) => title === room);
  if (room === undefined || (at !== undefined && at !== venue.rooms[0] && at.kind !== "entrance")) return null;
  let nearest: WayIn | null = null;
  let least = Infinity;
  for (const { room: index, position } of venue.landmarks) {
    const to = venue.rooms[index];
    if (to?.kind !== "foyer" || to.storey !== here.storey) continue;
    const metres = Math.hypot(position[0] - here.x, position[2] - here.z);
    if (metres >= least) continue;
    least = metres;
    nearest = { x: position[0], z: position[2] };
  }
  return nearest;
}
