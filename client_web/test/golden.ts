/** Vectors and fixtures shared by the tests. */

import { readFileSync } from "node:fs";
import { join } from "node:path";
import { type Forbidden, openToAll, WalkField } from "../src/core/walkfield";
import type { Venue } from "../src/core/venue";

/** A file of tests/golden, parsed. */
export function golden<T>(name: string): T {
  return JSON.parse(readFileSync(join(import.meta.dirname, "../../tests/golden", name), "utf8")) as T;
}

export function fromHex(hex: string): Uint8Array<ArrayBuffer> {
  return Uint8Array.from(hex.match(/../g) ?? [], (pair) => parseInt(pair, 16));
}

export function toHex(bytes: ArrayBuffer | Uint8Array): string {
  return [...new Uint8Array(bytes as ArrayBuffer)].map((b) => b.toString(16).padStart(2, "0")).join("");
}

export interface GoldenField {
  version: number;
  origin: [number, number];
  cell: number;
  shape: [number, number];
  count: number[][];
  height: number[];
  links: number[];
  room: number[];
  zone: number[];
  door: number[];
}

export function fieldOf(field: GoldenField): WalkField {
  return new WalkField({
    origin: field.origin,
    cell: field.cell,
    shape: field.shape,
    count: field.count.flat(),
    height: Int16Array.from(field.height),
    links: Uint8Array.from(field.links),
    room: Uint8Array.from(field.room),
    zone: Uint8Array.from(field.zone),
    door: Uint8Array.from(field.door),
  });
}

/**
 * A flat field from a drawing, one character a cell, rows along +z, low corner at (0, 0): "." floor, "#" nothing,
 * "d" sill of door 0, "z" zone 0.
 */
export function drawField(rows: readonly string[], cell = 0.25): WalkField {
  const nz = rows.length;
  const nx = rows[0]!.length;
  const at = (ix: number, iz: number): string => rows[iz]?.[ix] ?? "#";
  const count: number[] = [];
  const links: number[] = [];
  const zone: number[] = [];
  const door: number[] = [];
  for (let iz = 0; iz < nz; iz++) {
    for (let ix = 0; ix < nx; ix++) {
      const here = at(ix, iz);
      count.push(here === "#" ? 0 : 1);
      if (here === "#") continue;
      const ways = [at(ix + 1, iz), at(ix - 1, iz), at(ix, iz + 1), at(ix, iz - 1)];
      links.push(ways.reduce((bits, way, i) => bits | (way === "#" ? 0 : 1 << (2 * i)), 0));
      zone.push(here === "z" ? 0 : 255);
      door.push(here === "d" ? 0 : 255);
    }
  }
  return new WalkField({
    origin: [0, 0],
    cell,
    shape: [nz, nx],
    count,
    height: new Int16Array(links.length),
    links: Uint8Array.from(links),
    room: new Uint8Array(links.length),
    zone: Uint8Array.from(zone),
    door: Uint8Array.from(door),
  });
}

export function forbid(doors: readonly number[], zones: readonly number[] = []): Forbidden {
  const forbidden = openToAll();
  for (const door of doors) forbidden.doors[door] = 1;
  for (const zone of zones) forbidden.zones[zone] = 1;
  return forbidden;
}

/** A small building: one enclosed room with a door, two seats, a lift between two storeys. */
export function smallVenue(): Venue {
  const part = (id: string, title: string): { id: string; title: string } => ({ id, title });
  const file = { file: "x", bytes: 1, sha256: "" };
  return {
    format: "turia.venue",
    version: 1,
    id: "small",
    title: "Small",
    subtitle: "",
    glb: file,
    walk: file,
    bounds: [
      [0, 0, 0],
      [20, 5, 20],
    ],
    storeys: [
      { ...part("ground", "Ground floor"), base: 0, top: 4 },
      { ...part("first", "First floor"), base: 4, top: 8 },
    ],
    rooms: [
      {
        ...part("outside", "Outside"),
        storey: 0,
        kind: "outside",
        polygon: [],
        floor: 0,
        ceiling: 9,
        capacity: 0,
        enclosed: false,
      },
      {
        ...part("hall", "Hall"),
        storey: 0,
        kind: "auditorium",
        polygon: [
          [0, 0],
          [10, 0],
          [10, 10],
          [0, 10],
        ],
        floor: 0,
        ceiling: 4,
        capacity: 2,
        enclosed: true,
      },
    ],
    zones: [{ ...part("stage", "Stage"), kind: "stage", room: 1, polygon: [], floor: 0, ceiling: 4 }],
    doors: [{ ...part("door", "Door"), rooms: [0, 1], position: [5, 0, 0], yaw: 0, width: 2, height: 2.2, open: true }],
    portals: [],
    seats: {
      position: [
        [2, 0, 2],
        [3, 0, 2],
      ],
      yaw: [0, 0],
      room: [1, 1],
      label: ["A1", "A2"],
      hip: 0.45,
    },
    stages: [],
    screens: [],
    spawns: [{ ...part("gate", "Gate"), position: [1, 0, 1], yaw: 0, radius: 1, room: 0 }],
    stands: [],
    landmarks: [],
    lifts: [
      {
        ...part("lift", "Lift"),
        stops: [
          { storey: 0, position: [8, 0, 8], yaw: 0 },
          { storey: 1, position: [8, 4, 8], yaw: 0 },
        ],
      },
    ],
    about: {},
  };
}
