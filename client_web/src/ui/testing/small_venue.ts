/** A building that one can reckon with, and people in it. */

import type { DirectoryRow, MinimapData } from "../../app/ports";
import type { Venue } from "../../core/venue";

export const HERE: MinimapData = {
  x: 5,
  z: 5,
  yaw: 0,
  look: 0,
  storey: 0,
  people: new Float32Array([1, 1, 9, 9]),
  speakers: new Float32Array(),
  marker: null,
};

/** Two storeys: a hall of 10 x 10 m with four seats, a smaller room inside of it, one room upstairs. */
export const SMALL_VENUE: Venue = {
  format: "turia.venue",
  version: 1,
  id: "small",
  title: "Small venue",
  subtitle: "",
  glb: { file: "v.glb", bytes: 1, sha256: "" },
  walk: { file: "w.npz", bytes: 1, sha256: "" },
  bounds: [
    [0, 0, 0],
    [20, 9, 20],
  ],
  storeys: [
    { id: "ground", title: "Ground floor", base: -1, top: 4 },
    { id: "upper", title: "Upper floor", base: 4, top: 9 },
  ],
  rooms: [
    room("outside", "Outside", "outside", 0, []),
    room("hall", "Main hall", "auditorium", 0, square(0, 0, 10, 10)),
    room("booth", "Booth", "seminar", 0, square(1, 1, 3, 3)),
    room("upstairs", "Upstairs", "seminar", 1, square(0, 0, 10, 10)),
    room("shaft", "Shaft", "service", 0, square(12, 0, 14, 4)),
  ],
  zones: [],
  doors: [
    {
      id: "door",
      title: "Hall door",
      rooms: [0, 1],
      position: [5, 0, 10],
      yaw: 0,
      width: 2,
      height: 2.2,
      open: true,
    },
  ],
  portals: [],
  seats: {
    position: [
      [5, 0, 4],
      [5, 0, 2],
      [9, 0, 9],
      [5, 5, 5],
    ],
    yaw: [0, 0, 0, 0],
    room: [1, 1, 1, 3],
    label: ["A1", "A2", "", "U1"],
    hip: 0.45,
  },
  stages: [],
  screens: [],
  spawns: [{ id: "entrance", title: "Entrance", position: [5, 0, 15], yaw: 0, radius: 2, room: 0 }],
  stands: [{ id: "stand", title: "Stand 1", room: 3, position: [2, 5, 2], yaw: 0, owner: "A city", text: "" }],
  landmarks: [{ id: "desk", title: "Desk", kind: "desk", position: [8, 0, 8], yaw: 0, room: 1 }],
  lifts: [],
  about: {},
};

function square(x0: number, z0: number, x1: number, z1: number): [number, number][] {
  return [
    [x0, z0],
    [x0, z1],
    [x1, z1],
    [x1, z0],
  ];
}

function room(id: string, title: string, kind: string, storey: number, polygon: [number, number][]): Venue["rooms"][0] {
  return { id, title, storey, kind, polygon, floor: 0, ceiling: 4, capacity: 10, enclosed: true };
}

export function personRow(i: number, over: Partial<DirectoryRow> = {}): DirectoryRow {
  return {
    person: `p${i}`,
    slot: i,
    name: `Person ${i}`,
    affiliation: "",
    badge: "",
    room: "",
    metres: i,
    ...over,
  };
}
