/** What can be done here: the room one is in, free seats and lifts within reach. */

import { SIT_REACH_M } from "../net/protocol.gen";
import type { Seats, Venue } from "./venue";

const LIFT_REACH_M = 3;
/** Seats are offered from nearer than the server allows: the way there must not be a riddle. */
const SEAT_OFFER_M = 1.6;
const BUCKET_M = 4;

export interface NearbyLift {
  readonly lift: string;
  readonly title: string;
  readonly stop: number;
  readonly stops: readonly { readonly stop: number; readonly title: string }[];
}

export class Surroundings {
  readonly #venue: Venue;
  /** Seats by bucket of the floor plan. */
  readonly #buckets = new Map<string, number[]>();

  constructor(venue: Venue) {
    this.#venue = venue;
    venue.seats.position.forEach(([x, , z], seat) => {
      const key = bucket(x, z);
      const list = this.#buckets.get(key);
      if (list === undefined) this.#buckets.set(key, [seat]);
      else list.push(seat);
    });
  }

  /** The nearest seat within reach that is not taken, or -1. */
  seatNear(x: number, y: number, z: number, taken: (seat: number) => boolean, reach = SEAT_OFFER_M): number {
    let best = -1;
    let bestDistance = Math.min(reach, SIT_REACH_M);
    for (const seat of this.#around(x, z)) {
      const [sx, sy, sz] = this.#seats.position[seat]!;
      if (Math.abs(sy - y) > 1) continue;
      const distance = Math.hypot(sx - x, sz - z);
      if (distance >= bestDistance || taken(seat)) continue;
      best = seat;
      bestDistance = distance;
    }
    return best;
  }

  /** Whether a seat is near enough to be taken from here. */
  seatInReach(seat: number, x: number, y: number, z: number): boolean {
    const at = this.#seats.position[seat];
    return at !== undefined && Math.hypot(at[0] - x, at[1] - y, at[2] - z) <= SIT_REACH_M - 0.1;
  }

  /** The seat somebody sits on who is drawn at a place, or -1. */
  seatAt(x: number, y: number, z: number): number {
    for (const seat of this.#around(x, z)) {
      const [sx, sy, sz] = this.#seats.position[seat]!;
      if (Math.hypot(sx - x, sy - y, sz - z) < 0.4) return seat;
    }
    return -1;
  }

  seatLabel(seat: number): string {
    const room = this.#venue.rooms[this.#seats.room[seat] ?? 0]?.title ?? "";
    const label = this.#seats.label[seat] ?? `Seat ${seat + 1}`;
    return room === "" ? label : `${label}, ${room}`;
  }

  liftNear(x: number, y: number, z: number): NearbyLift | null {
    for (const lift of this.#venue.lifts) {
      const here = lift.stops.findIndex(
        ({ position: [sx, sy, sz] }) => Math.hypot(sx - x, sz - z) < LIFT_REACH_M && Math.abs(sy - y) < 1.5,
      );
      if (here < 0) continue;
      const stops = lift.stops
        .map((stop, index) => ({ stop: index, title: this.#venue.storeys[stop.storey]?.title ?? `Storey ${index}` }))
        .filter(({ stop }) => stop !== here);
      return { lift: lift.id, title: lift.title, stop: here, stops };
    }
    return null;
  }

  roomTitle(room: number): string {
    const found = this.#venue.rooms[room];
    return found === undefined || room === 0 ? "Outside" : found.title;
  }

  storeyAt(y: number): number {
    let best = 0;
    let bestBase = -Infinity;
    this.#venue.storeys.forEach(({ base }, i) => {
      if (base > y + 0.5 || base <= bestBase) return;
      best = i;
      bestBase = base;
    });
    return best;
  }

  get #seats(): Seats {
    return this.#venue.seats;
  }

  *#around(x: number, z: number): Iterable<number> {
    for (let ix = -1; ix <= 1; ix++) {
      for (let iz = -1; iz <= 1; iz++) yield* this.#buckets.get(bucket(x + ix * BUCKET_M, z + iz * BUCKET_M)) ?? [];
    }
  }
}

const bucket = (x: number, z: number): string => `${Math.floor(x / BUCKET_M)},${Math.floor(z / BUCKET_M)}`;
