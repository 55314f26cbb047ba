/** Where the signs beside doors hang: on the wall that the door is in, on the side one comes from. */

import type { Door, Venue } from "../../core/venue";

/** Metres along a ray to what is solid, at most `most`. */
export type CastRay = (x: number, y: number, z: number, dx: number, dy: number, dz: number, most: number) => number;

export interface SignPlace {
  /** Index of the room that the sign speaks of. */
  readonly room: number;
  /** The middle of the sign. */
  readonly x: number;
  readonly y: number;
  readonly z: number;
  /** Unit vector that the sign looks along. */
  readonly nx: number;
  readonly nz: number;
}

export const SIGN_WIDTH_M = 1.2;
export const SIGN_HEIGHT_M = 0.9;
const MIDDLE_M = 1.75;
/** Between the frame of the door and the sign. */
const BESIDE_M = 0.3;
const FROM_M = 1.6;
const REACH_M = 2.6;
/** In front of the wall: nothing flickers, and a curved wall does not come through. */
const PROUD_M = 0.04;

/** One place a door and side, on the right of who comes in, else on the left; none where there is no wall beside it. */
export function signPlaces(venue: Venue, rooms: ReadonlySet<number>, cast: CastRay): SignPlace[] {
  return venue.doors.flatMap((door) =>
    ([1, 0] as const).flatMap((into) => {
      const room = door.rooms[into];
      if (!rooms.has(room)) return [];
      const place = beside(door, into === 1 ? 1 : -1, room, cast);
      return place === null ? [] : [place];
    }),
  );
}

/** `way` 1: one comes from the first room of the door and goes along its yaw. */
function beside(door: Door, way: 1 | -1, room: number, cast: CastRay): SignPlace | null {
  const turn = (door.yaw / 256) * 2 * Math.PI;
  const [ix, iz] = [-Math.sin(turn) * way, -Math.cos(turn) * way];
  const [px, py, pz] = door.position;
  const y = py + MIDDLE_M;
  for (const side of [1, -1]) {
    const along = side * (door.width / 2 + BESIDE_M + SIGN_WIDTH_M / 2);
    // To the right of somebody who walks along (ix, iz).
    const [rx, rz] = [-iz, ix];
    let free = Infinity;
    let wall = 0;
    for (const across of [-0.5, 0, 0.5]) {
      const at = along + across * SIGN_WIDTH_M;
      const found = cast(px - ix * FROM_M + rx * at, y, pz - iz * FROM_M + rz * at, ix, 0, iz, REACH_M);
      free = Math.min(free, found);
      wall = Math.max(wall, found);
    }
    // No wall at all, or one that runs away: the sign would hang in the air.
    if (wall >= REACH_M || wall - free > 0.5 || free < 0.3) continue;
    const back = FROM_M - free + PROUD_M;
    return { room, x: px - ix * back + rx * along, y, z: pz - iz * back + rz * along, nx: -ix, nz: -iz };
  }
  return null;
}
