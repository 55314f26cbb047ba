/**
 * The walkable field: stacked layers of 0.25 m cells. Format and rule of moving: docs/venue-format.md; the same
 * arithmetic as server/turia/world/walkable.py, held to tests/golden/walk.json.
 *
 * A *surface* is an index into the flat arrays: the place in the stack of one cell. -1 stands for no surface.
 */

import { type NpyArray, type NpyData, parseNpy } from "./npy";
import { ArchiveError, unzip } from "./zip";

export const NONE = 255;
export const FREE = 0;
export const WALL = 1;
export const DOOR = 2;
export const ZONE = 3;
export type Reason = typeof FREE | typeof WALL | typeof DOOR | typeof ZONE;

/** Order of the link fields: +x, -x, +z, -z. */
const STEP_X = [1, -1, 0, 0] as const;
const STEP_Z = [0, 0, 1, -1] as const;

/** What is closed for this person: by index, 1 forbidden; index 255 (none) must stay 0. */
export interface Forbidden {
  readonly doors: Uint8Array;
  readonly zones: Uint8Array;
}

export const openToAll = (): Forbidden => ({ doors: new Uint8Array(256), zones: new Uint8Array(256) });

/** Where a sweep ended: the surface reached, or the last one before the obstacle. */
export interface Swept {
  surface: number;
  reason: Reason;
}

export interface WalkArrays {
  readonly origin: readonly [number, number];
  readonly cell: number;
  /** nz, nx */
  readonly shape: readonly [number, number];
  readonly count: ArrayLike<number>;
  readonly height: Int16Array;
  readonly links: Uint8Array;
  readonly room: Uint8Array;
  readonly zone: Uint8Array;
  readonly door: Uint8Array;
}

export class WalkField {
  readonly originX: number;
  readonly originZ: number;
  readonly cell: number;
  readonly nx: number;
  readonly nz: number;
  /** Surfaces in all. */
  readonly size: number;
  /** Index of the first surface of each cell, one more at the end. */
  readonly first: Int32Array;
  /** Centimetres. */
  readonly height: Int16Array;
  readonly room: Uint8Array;
  readonly zone: Uint8Array;
  readonly door: Uint8Array;
  /** Flat cell of each surface. */
  readonly cellOf: Int32Array;
  /** Surface behind the link in each of the four directions (surface * 4 + direction), or -1. */
  readonly next: Int32Array;

  constructor(arrays: WalkArrays) {
    [this.originX, this.originZ] = arrays.origin;
    this.cell = arrays.cell;
    [this.nz, this.nx] = arrays.shape;
    const cells = this.nz * this.nx;
    this.first = new Int32Array(cells + 1);
    for (let i = 0; i < cells; i++) this.first[i + 1] = this.first[i]! + arrays.count[i]!;
    this.size = this.first[cells]!;
    for (const name of ["height", "links", "room", "zone", "door"] as const) {
      if (arrays[name].length !== this.size) throw wrong(name, `holds ${arrays[name].length} values, not ${this.size}`);
    }
    this.height = arrays.height;
    this.room = arrays.room;
    this.zone = arrays.zone;
    this.door = arrays.door;
    this.cellOf = new Int32Array(this.size);
    for (let i = 0; i < cells; i++) this.cellOf.fill(i, this.first[i]!, this.first[i + 1]!);
    this.next = this.#targets(arrays.links);
  }

  /** Surface at a point (metres) in a layer, or -1. */
  locate(x: number, z: number, layer: number): number {
    const cell = this.#cellAt(x, z);
    if (cell < 0) return -1;
    const surface = this.first[cell]! + layer;
    return surface < this.first[cell + 1]! ? surface : -1;
  }

  layerOf(surface: number): number {
    return surface - this.first[this.cellOf[surface]!]!;
  }

  /** Metres. */
  heightOf(surface: number): number {
    return this.height[surface]! / 100;
  }

  /** Middle of the cell, metres. */
  middle(surface: number): { x: number; y: number; z: number } {
    const cell = this.cellOf[surface]!;
    const iz = Math.floor(cell / this.nx);
    const ix = cell - iz * this.nx;
    return {
      x: this.originX + (ix + 0.5) * this.cell,
      y: this.heightOf(surface),
      z: this.originZ + (iz + 0.5) * this.cell,
    };
  }

  /** The surface of a point's stack whose height is nearest to `y` (metres), or -1. */
  surfaceNear(x: number, z: number, y: number): number {
    const cell = this.#cellAt(x, z);
    if (cell < 0) return -1;
    let best = -1;
    for (let s = this.first[cell]!; s < this.first[cell + 1]!; s++) {
      if (best < 0 || Math.abs(this.heightOf(s) - y) < Math.abs(this.heightOf(best) - y)) best = s;
    }
    return best;
  }

  /** The surface whose middle is nearest to a point within `reach` metres across and `climb` up, or -1. */
  nearest(x: number, y: number, z: number, reach: number, climb = 1): number {
    const ring = Math.trunc(reach / this.cell) + 1;
    const cx = Math.floor((x - this.originX) / this.cell);
    const cz = Math.floor((z - this.originZ) / this.cell);
    let best = -1;
    let bestDistance = reach;
    for (let iz = Math.max(0, cz - ring); iz <= Math.min(this.nz - 1, cz + ring); iz++) {
      for (let ix = Math.max(0, cx - ring); ix <= Math.min(this.nx - 1, cx + ring); ix++) {
        const across = Math.hypot(this.originX + (ix + 0.5) * this.cell - x, this.originZ + (iz + 0.5) * this.cell - z);
        if (across >= bestDistance) continue;
        const surface = this.#inStack(iz * this.nx + ix, y, climb);
        if (surface < 0) continue;
        best = surface;
        bestDistance = across;
      }
    }
    return best;
  }

  /** Walk from (x0, z0) on `surface` (>= 0) to (x1, z1), metres. */
  sweep(surface: number, x0: number, z0: number, x1: number, z1: number, forbidden: Forbidden): Swept {
    const u0 = (x0 - this.originX) / this.cell;
    const u1 = (x1 - this.originX) / this.cell;
    const w0 = (z0 - this.originZ) / this.cell;
    const w1 = (z1 - this.originZ) / this.cell;
    const i0 = Math.floor(u0);
    const j0 = Math.floor(w0);
    let leftX = Math.abs(Math.floor(u1) - i0);
    let leftZ = Math.abs(Math.floor(w1) - j0);
    const du = Math.abs(u1 - u0);
    const dw = Math.abs(w1 - w0);
    const wayX = u1 > u0 ? 0 : 1;
    const wayZ = w1 > w0 ? 2 : 3;
    let nearX = u1 > u0 ? i0 + 1 - u0 : u0 - i0;
    let nearZ = w1 > w0 ? j0 + 1 - w0 : w0 - j0;
    let at = surface;
    while (leftX + leftZ > 0) {
      // Time along the segment is near / d: compared as products, so that no division decides a corner.
      const alongX = leftX > 0 && (leftZ === 0 || nearX * dw <= nearZ * du);
      const alongZ = leftZ > 0 && (leftX === 0 || nearZ * du <= nearX * dw);
      const crossed = this.#cross(at, alongX ? wayX : -1, alongZ ? wayZ : -1, forbidden);
      if (crossed.reason !== FREE) return { surface: at, reason: crossed.reason };
      at = crossed.surface;
      if (alongX) {
        leftX--;
        nearX++;
      }
      if (alongZ) {
        leftZ--;
        nearZ++;
      }
    }
    return { surface: at, reason: FREE };
  }

  /** One border (the other direction is -1) or one corner; the surface behind it and why not. */
  #cross(from: number, wayX: number, wayZ: number, forbidden: Forbidden): Swept {
    if (wayX < 0 || wayZ < 0) {
      const to = this.next[from * 4 + (wayX < 0 ? wayZ : wayX)]!;
      return { surface: to, reason: this.reasonAgainst(from, to, forbidden) };
    }
    const viaX = this.next[from * 4 + wayX]!;
    const viaZ = this.next[from * 4 + wayZ]!;
    const behindX = viaX < 0 ? -1 : this.next[viaX * 4 + wayZ]!;
    const behindZ = viaZ < 0 ? -1 : this.next[viaZ * 4 + wayX]!;
    const to = behindX === behindZ ? behindX : -1;
    let reason = this.reasonAgainst(from, to, forbidden);
    // Nobody squeezes past the edge of something closed.
    for (const beside of [viaX, viaZ]) {
      if (to >= 0 && reason === FREE) reason = this.reasonAgainst(from, beside, forbidden);
    }
    return { surface: to, reason };
  }

  /** Why one may not step from a surface to the next one (-1: a wall). One may move within what has closed, and leave it. */
  reasonAgainst(from: number, to: number, forbidden: Forbidden): Reason {
    if (to < 0) return WALL;
    const door = this.door[to]!;
    if (forbidden.doors[door] === 1 && door !== this.door[from]) return DOOR;
    const zone = this.zone[to]!;
    if (forbidden.zones[zone] === 1 && zone !== this.zone[from]) return ZONE;
    return FREE;
  }

  /** The surface diagonally behind two links, by the corner rule, or -1. Directions are one of x and one of z. */
  corner(from: number, wayX: number, wayZ: number, forbidden: Forbidden): number {
    const crossed = this.#cross(from, wayX, wayZ, forbidden);
    return crossed.reason === FREE ? crossed.surface : -1;
  }

  #cellAt(x: number, z: number): number {
    const ix = Math.floor((x - this.originX) / this.cell);
    const iz = Math.floor((z - this.originZ) / this.cell);
    return ix >= 0 && ix < this.nx && iz >= 0 && iz < this.nz ? iz * this.nx + ix : -1;
  }

  #inStack(cell: number, y: number, climb: number): number {
    let best = -1;
    let bestClimb = climb;
    for (let s = this.first[cell]!; s < this.first[cell + 1]!; s++) {
      const up = Math.abs(this.heightOf(s) - y);
      if (up <= bestClimb) {
        best = s;
        bestClimb = up;
      }
    }
    return best;
  }

  #targets(links: Uint8Array): Int32Array {
    const next = new Int32Array(this.size * 4).fill(-1);
    for (let s = 0; s < this.size; s++) {
      const cell = this.cellOf[s]!;
      const iz = Math.floor(cell / this.nx);
      const ix = cell - iz * this.nx;
      for (let way = 0; way < 4; way++) {
        const k = (links[s]! >> (2 * way)) & 3;
        if (k === 0) continue;
        const x = ix + STEP_X[way]!;
        const z = iz + STEP_Z[way]!;
        if (x < 0 || x >= this.nx || z < 0 || z >= this.nz) throw wrong("links", "leads out of the grid");
        const to = z * this.nx + x;
        const target = this.first[to]! + k - 1;
        if (target >= this.first[to + 1]!) throw wrong("links", "leads to a surface that does not exist");
        next[s * 4 + way] = target;
      }
    }
    return next;
  }
}

const wrong = (name: string, what: string): ArchiveError =>
  new ArchiveError(`The walkable field is damaged: '${name}' ${what}. Reload the page.`);

/** From the bytes of walk.npz. Rejects with an ArchiveError. */
export async function readWalkField(buffer: ArrayBuffer): Promise<WalkField> {
  const members = await unzip(buffer);
  const arrays = new Map<string, NpyArray>();
  for (const [file, bytes] of members) {
    const name = file.replace(/\.npy$/, "");
    arrays.set(name, parseNpy(bytes, name));
  }
  const take = <T extends NpyData>(name: string, type: new (n: number) => T, length?: number): T => {
    const array = arrays.get(name);
    if (array === undefined) throw wrong(name, "is missing");
    if (!(array.data instanceof type)) throw wrong(name, `is ${array.dtype}`);
    if (length !== undefined && array.data.length !== length) throw wrong(name, `holds ${array.data.length} values`);
    return array.data;
  };
  if (take("version", Uint32Array, 1)[0] !== 1) throw wrong("version", "is not 1");
  const origin = take("origin", Float32Array, 2);
  const shape = take("shape", Uint32Array, 2);
  return new WalkField({
    origin: [origin[0]!, origin[1]!],
    cell: take("cell", Float32Array, 1)[0]!,
    shape: [shape[0]!, shape[1]!],
    count: take("count", Uint8Array, shape[0]! * shape[1]!),
    height: take("height", Int16Array),
    links: take("links", Uint8Array),
    room: take("room", Uint8Array),
    zone: take("zone", Uint8Array),
    door: take("door", Uint8Array),
  });
}
