/** What the flat view says and draws, worked out: people's doings, doors and seats of the plan. Pure. */

import { EMOTES, emoteOf, HAND_UP, motionOf, RUNNING, SEATED, SPEAKING, WALKING, AWAY } from "../../core/types";
import type { Venue } from "../../core/venue";

const EMOTE_TEXTS: Readonly<Record<string, string>> = {
  wave: "waves",
  clap: "claps",
  thumbs_up: "thumbs up",
  heart: "sends a heart",
  nod: "nods",
  shake: "shakes the head",
};

/** "seated, hand up, claps": what the picture would show of somebody; "" for one who just stands. */
export function doingText(state: number): string {
  const motion = motionOf(state);
  const emote = EMOTES[emoteOf(state) - 1];
  return [
    motion === SEATED ? "seated" : motion === WALKING ? "walking" : motion === RUNNING ? "running" : "",
    motion === AWAY ? "away" : "",
    (state & HAND_UP) !== 0 ? "hand up" : "",
    (state & SPEAKING) !== 0 ? "speaking" : "",
    emote === undefined ? "" : (EMOTE_TEXTS[emote] ?? emote),
  ]
    .filter(Boolean)
    .join(", ");
}

export interface PlanDoor {
  readonly index: number;
  readonly closed: boolean;
  /** Of an SVG path, metres. */
  readonly path: string;
}

/** Doors of a storey as short lines in their walls. */
export function planDoors(venue: Venue, storey: number, closed: ReadonlySet<number>): PlanDoor[] {
  return venue.doors.flatMap((door, index) => {
    if (!door.rooms.some((room) => room !== 0 && venue.rooms[room]?.storey === storey)) return [];
    const turn = (door.yaw / 256) * 2 * Math.PI;
    const [x, , z] = door.position;
    const [dx, dz] = [(Math.cos(turn) * door.width) / 2, (-Math.sin(turn) * door.width) / 2];
    const point = (px: number, pz: number): string => `${px.toFixed(2)} ${pz.toFixed(2)}`;
    return [{ index, closed: closed.has(index), path: `M${point(x - dx, z - dz)}L${point(x + dx, z + dz)}` }];
  });
}

/** All seats of a storey as one path of points. */
export function seatsPath(venue: Venue, storey: number): string {
  return venue.seats.position
    .flatMap(([x, , z], seat) =>
      venue.rooms[venue.seats.room[seat] ?? 0]?.storey === storey ? [`M${x.toFixed(2)} ${z.toFixed(2)}h0`] : [],
    )
    .join("");
}

/** The transform that FloorPlan gives its rooms, for what is drawn over it. */
export function planTransform(view: {
  readonly width: number;
  readonly height: number;
  readonly scale: number;
  readonly cx: number;
  readonly cz: number;
  readonly turned: boolean;
}): string {
  const turn = view.turned ? -90 : 0;
  return `translate(${view.width / 2} ${view.height / 2}) rotate(${turn}) scale(${view.scale}) translate(${-view.cx} ${-view.cz})`;
}
