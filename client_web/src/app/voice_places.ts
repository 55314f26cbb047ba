/** Where voices come from: a few times a second each voice is put where its avatar is drawn, and one's ears beside it. */

import { SEATED, motionOf } from "../core/types";
import type { Venue } from "../core/venue";
import type { World } from "../core/world";
import type { MediaAccess, MediaSession, Place, VoiceZone } from "../media/api";

const EVERY_MS = 50;
const HEAD_M = 1.6;
const SEATED_HEAD_M = 1.2;

/** Where a voice is spoken decides how it fades: as the server lets it carry (world/earshot.py). */
const ZONES: Readonly<Record<string, VoiceZone>> = {
  stage: { model: "inverse", refDistance: 5, maxDistance: 30, rolloff: 0.7 },
  quiet: { model: "inverse", refDistance: 1, maxDistance: 10, rolloff: 1.6 },
  private: { model: "inverse", refDistance: 2, maxDistance: 20, rolloff: 0.7 },
  stand: { model: "inverse", refDistance: 1.2, maxDistance: 20, rolloff: 1.3 },
};
export const OPEN_FLOOR: VoiceZone = { model: "inverse", refDistance: 1.8, maxDistance: 30, rolloff: 1 };

export class VoicePlaces {
  readonly #media: MediaAccess;
  readonly #world: World;
  readonly #venue: Venue;
  #at = -1e9;
  #flat = false;

  constructor(media: MediaAccess, world: World, venue: Venue) {
    this.#media = media;
    this.#world = world;
    this.#venue = venue;
  }

  /** `picture`: there is one to look round in; without any, voices come from everywhere. */
  update(now: number, picture: boolean): void {
    const session = this.#media.session.get();
    if (session === null || now - this.#at < EVERY_MS) return;
    this.#at = now;
    if (picture) this.#place(session);
    else if (!this.#flat) this.#everywhere(session);
    this.#flat = !picture;
  }

  #everywhere(session: MediaSession): void {
    for (const { track } of session.voices.get()) session.sound.placeVoice(track, null);
  }

  #place(session: MediaSession): void {
    const { self, camera } = this.#world.scene;
    if (!self.present) return;
    const ears = { x: self.x, y: self.y + headOf(self.state), z: self.z };
    session.sound.placeListener(ears, camera.yaw);
    for (const { track, slot, wholeRoom } of session.voices.get()) {
      // Whoever has the microphone is heard by the loudspeakers of the room.
      const at = wholeRoom ? null : this.#mouth(slot);
      if (wholeRoom || at !== null) session.sound.placeVoice(track, at, at === null ? undefined : this.#zone(at));
    }
  }

  /** Where somebody is drawn; null while he is not: his voice stays where it was. */
  #mouth(slot: number): Place | null {
    const drawn = this.#world.near.drawn(slot);
    if (drawn !== null) return { x: drawn.x, y: drawn.y + headOf(drawn.state), z: drawn.z };
    const { crowd } = this.#world.scene;
    const i = crowd.slot.subarray(0, crowd.count).indexOf(slot);
    return i < 0 ? null : { x: crowd.x[i]!, y: crowd.y[i]! + HEAD_M, z: crowd.z[i]! };
  }

  #zone({ x, y, z }: Place): VoiceZone {
    const zone = this.#venue.zones.find(
      ({ kind, floor, ceiling, polygon }) =>
        ZONES[kind] !== undefined && y >= floor && y < ceiling && encloses(polygon, x, z),
    );
    return zone === undefined ? OPEN_FLOOR : ZONES[zone.kind]!;
  }
}

const headOf = (state: number): number => (motionOf(state) === SEATED ? SEATED_HEAD_M : HEAD_M);

/** Whether a point lies within a polygon: a ray from it crosses an odd number of sides. */
function encloses(polygon: readonly (readonly [number, number])[], x: number, z: number): boolean {
  let inside = false;
  polygon.forEach(([ax, az], i) => {
    const [bx, bz] = polygon[(i + 1) % polygon.length]!;
    if (az > z !== bz > z && x < ax + ((z - az) / (bz - az)) * (bx - ax)) inside = !inside;
  });
  return inside;
}
