/** What lies under a point of the picture. */

import { type PerspectiveCamera, Vector3 } from "three";
import type { Pick } from "../app/ports";
import type { People } from "./avatar/people";
import type { LoadedVenue } from "./venue/load";

const REACH = 120;
const SEAT_REACH = 30;
/** Upward part of the normal from which a surface counts as ground: ramps yes, walls no. */
const GROUND = 0.7;
const NOTHING: Pick = { kind: "nothing" };

export class Picker {
  private readonly direction = new Vector3();

  /** `x`, `y` in normalised device coordinates (-1 to 1, y up); `self` is one's own slot. */
  pick(x: number, y: number, camera: PerspectiveCamera, people: People, venue: LoadedVenue | null, self: number): Pick {
    const o = camera.position;
    const d = this.direction.set(x, y, 0.5).unproject(camera).sub(o).normalize();
    const hit = venue?.rays.cast(o.x, o.y, o.z, d.x, d.y, d.z, REACH);
    const wall = hit ? hit.t : REACH;
    const far = Math.min(REACH, wall + 0.2);
    const slot = people.hit(o.x, o.y, o.z, d.x, d.y, d.z, far, self);
    if (slot >= 0) return { kind: "slot", slot };
    const seat = venue?.seats.hit(o.x, o.y, o.z, d.x, d.y, d.z, Math.min(SEAT_REACH, far)) ?? -1;
    if (seat >= 0) return { kind: "seat", seat };
    if (!hit || !Number.isFinite(hit.t) || hit.up < GROUND || d.y > 0) return NOTHING;
    return { kind: "ground", x: o.x + d.x * hit.t, y: o.y + d.y * hit.t, z: o.z + d.z * hit.t };
  }
}
