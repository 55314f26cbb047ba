/** `window.__turia`: a read-only look inside for end-to-end tests and for helping people. Copies, never the real thing. */

import type { MediaDebug, MediaSession } from "../media/api";
import type { Controller } from "./controller";

export interface DebugPose {
  x: number;
  y: number;
  z: number;
  yaw: number;
  state: number;
}

export interface DebugState {
  route: string;
  /** "picture" or "flat". */
  view: string;
  connection: string;
  self:
    (DebugPose & { slot: number; name: string; seat: number; room: string; speed: number; affiliation: string }) | null;
  /** Interpolated people in sight, by name (of two with the same name, one). */
  others: Record<string, DebugPose & { slot: number }>;
  near: number;
  crowd: number;
  people: number;
  tick: number;
  delayMs: number;
  roundTripMs: number | null;
  camera: { mode: string; x: number; y: number; z: number; yaw: number; pitch: number; distance: number } | null;
  closedDoors: number[];
  drawCalls: number;
  triangles: number;
  fps: number;
  frameMs: number;
  avatars: number;
}

export interface Debug {
  readonly version: 1;
  getState(): DebugState;
  /** Null before sound and pictures were first needed. */
  getMedia(): MediaDebug | null;
  /** Not only to look: tests publish and watch through it what panels do not offer. */
  openMedia(): Promise<MediaSession>;
}

export function debugOf(controller: Controller): Debug {
  const { media } = controller.stores;
  return Object.freeze({
    version: 1 as const,
    getState: () => stateOf(controller),
    getMedia: () => media.session.get()?.debug() ?? null,
    openMedia: () => media.open(),
  });
}

function stateOf(controller: Controller): DebugState {
  const { stores, stay } = controller;
  const scene = stay?.world.scene;
  const stats = stay?.view.renderer?.stats;
  return {
    route: stores.route.get(),
    view: stores.view.get(),
    connection: stores.connection.get().kind,
    self: selfOf(controller),
    others: othersOf(controller),
    near: scene?.near.count ?? 0,
    crowd: scene?.crowd.count ?? 0,
    people: stores.people.get(),
    tick: stay?.world.clock.tick ?? 0,
    delayMs: stay?.world.clock.delayMs ?? 0,
    roundTripMs: stores.roundTripMs.get(),
    camera: scene === undefined ? null : { ...scene.camera },
    closedDoors: scene === undefined ? [] : [...scene.doorsClosed.keys()].filter((i) => scene.doorsClosed[i] === 1),
    drawCalls: stats?.drawCalls ?? 0,
    triangles: stats?.triangles ?? 0,
    fps: stats?.fps ?? 0,
    frameMs: stats?.frameMs ?? 0,
    avatars: stats?.avatars ?? 0,
  };
}

function selfOf({ stay }: Controller): DebugState["self"] {
  if (stay === null || !stay.world.scene.self.present) return null;
  const { x, y, z, yaw, state, slot, name, affiliation, seat, speed } = stay.world.scene.self;
  const room = stay.world.surroundings.roomTitle(stay.world.room);
  return { x, y, z, yaw, state, slot, name, affiliation, seat, room, speed };
}

function othersOf({ stay }: Controller): DebugState["others"] {
  const out: DebugState["others"] = {};
  if (stay === null) return out;
  const { near } = stay.world.scene;
  for (let i = 0; i < near.count; i++) {
    const slot = near.slot[i]!;
    const name = stay.world.introductions.get(slot)?.name ?? `slot ${slot}`;
    out[name] = { slot, x: near.x[i]!, y: near.y[i]!, z: near.z[i]!, yaw: near.yaw[i]!, state: near.state[i]! };
  }
  return out;
}
