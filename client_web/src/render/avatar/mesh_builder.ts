/** Builds the parts of figures from smooth closed surfaces, with bone weights, colour slots and baked shade. */

import { BufferAttribute, BufferGeometry } from "three";

/** Which of the figure's own colours a vertex takes. */
export const SLOT = { skin: 0, hair: 1, top: 2, bottom: 3, accent: 4, shoe: 5, light: 6, dark: 7 } as const;
export type Slot = (typeof SLOT)[keyof typeof SLOT];

/** Two bones and the weight of the second. */
export type Weights = readonly [first: number, second: number, weight: number];
export type V3 = [number, number, number];

export interface SurfaceOptions {
  readonly rows: number;
  readonly cols: number;
  /** u runs 0 to 1 over the rows, v 0 to 1 round the columns (1 excluded when closed). */
  readonly at: (u: number, v: number) => V3;
  readonly slot: Slot;
  readonly bones: Weights | ((p: V3) => Weights);
  readonly shade?: number | ((p: V3) => number);
  /** Columns wrap round (default). */
  readonly closed?: boolean;
  /** Both sides are seen. */
  readonly twoSided?: boolean;
}

export interface Ring {
  readonly c: V3;
  /** Half axes: across and along the ring's plane. */
  readonly r: readonly [number, number];
}

export class MeshBuilder {
  private readonly position: number[] = [];
  private readonly normal: number[] = [];
  private readonly skin: number[] = [];
  private readonly shade: number[] = [];
  private readonly variant: number[] = [];
  private readonly index: number[] = [];
  /** Variant code of what is added next (0: every figure has it). */
  variantCode = 0;

  /** `detail` scales the number of rows and columns: 1 near, about 0.5 mid. */
  constructor(readonly detail: number) {}

  get triangles(): number {
    return this.index.length / 3;
  }

  count(n: number, least: number): number {
    return Math.max(least, Math.round(n * this.detail));
  }

  /** A grid of points; outward is found by the sign of the enclosed volume. */
  surface(o: SurfaceOptions): void {
    const { rows, cols } = o;
    const closed = o.closed ?? true;
    const first = this.position.length / 3;
    const grid: number[][] = [];
    for (let r = 0; r <= rows; r++) grid.push(this.addRow(o, r / rows, closed ? cols : cols + 1, closed));
    const faces: number[] = [];
    for (let r = 0; r < rows; r++) {
      for (let c = 0; c < cols; c++) {
        const at = (row: number, col: number): number => grid[row]![col % grid[row]!.length]!;
        const next = closed ? (c + 1) % cols : c + 1;
        this.pushFace(faces, at(r, c), at(r + 1, c), at(r + 1, next));
        this.pushFace(faces, at(r, c), at(r + 1, next), at(r, next));
      }
    }
    if (this.volume(faces) < 0) flip(faces);
    this.addNormals(first, faces);
    if (o.twoSided) this.addBack(first, faces);
    for (const i of faces) this.index.push(i);
  }

  /** A tube or body through elliptic rings whose planes are normal to `axis`; ends are closed by shrinking rings. */
  loft(
    rings: readonly Ring[],
    o: Omit<SurfaceOptions, "rows" | "cols" | "at"> & { cols: number; axis?: 0 | 1 | 2; square?: number },
  ): void {
    const axis = o.axis ?? 1;
    const [a, b] = axis === 1 ? [0, 2] : axis === 2 ? [0, 1] : [2, 1];
    const power = 2 / (o.square ?? 2);
    const kept = this.detail < 0.8 ? thin(rings) : rings;
    this.surface({
      ...o,
      rows: kept.length - 1,
      at: (u, v) => {
        const ring = kept[Math.round(u * (kept.length - 1))]!;
        const angle = v * Math.PI * 2;
        const p: V3 = [...ring.c];
        p[a!] = p[a!]! + spow(Math.cos(angle), power) * ring.r[0];
        p[b!] = p[b!]! + spow(Math.sin(angle), power) * ring.r[1];
        return p;
      },
    });
  }

  ellipsoid(
    c: V3,
    r: V3,
    o: Omit<SurfaceOptions, "rows" | "cols" | "at"> & { rows: number; cols: number; shape?: (d: V3) => V3 },
  ): void {
    this.surface({
      ...o,
      at: (u, v) => {
        const d = direction(u, v);
        const s = o.shape ? o.shape(d) : d;
        return [c[0] + s[0] * r[0], c[1] + s[1] * r[1], c[2] + s[2] * r[2]];
      },
    });
  }

  /** A ring (torus) in the plane normal to `axis`, flattened by `r`. */
  torus(
    c: V3,
    r: readonly [number, number],
    tube: number,
    o: Omit<SurfaceOptions, "rows" | "cols" | "at"> & { rows: number; cols: number; axis?: 1 | 2; tall?: number },
  ): void {
    const axis = o.axis ?? 1;
    const tall = o.tall ?? 1;
    this.surface({
      ...o,
      at: (u, v) => {
        const a = u * Math.PI * 2;
        const t = v * Math.PI * 2;
        const x = Math.cos(a) * (r[0] + Math.cos(t) * tube);
        const y = Math.sin(a) * (r[1] + Math.cos(t) * tube);
        const up = Math.sin(t) * tube * tall;
        return axis === 1 ? [c[0] + x, c[1] + up, c[2] + y] : [c[0] + x, c[1] + y, c[2] + up];
      },
    });
  }

  build(): BufferGeometry {
    const geometry = new BufferGeometry();
    const set = (name: string, data: number[], size: number): void => {
      geometry.setAttribute(name, new BufferAttribute(new Float32Array(data), size));
    };
    set("position", this.position, 3);
    set("normal", this.normal, 3);
    set("aSkin", this.skin, 4);
    set("aShade", this.shade, 1);
    set("aVariant", this.variant, 1);
    geometry.setIndex(this.index);
    return geometry;
  }

  private addRow(o: SurfaceOptions, u: number, n: number, closed: boolean): number[] {
    const points: V3[] = [];
    for (let c = 0; c < n; c++) points.push(o.at(u, c / (closed ? n : n - 1)));
    const p0 = points[0]!;
    const pole = closed && points.every((p) => Math.hypot(p[0] - p0[0], p[1] - p0[1], p[2] - p0[2]) < 1e-5);
    return (pole ? [p0] : points).map((p) => this.addVertex(o, p));
  }

  private addVertex(o: SurfaceOptions, p: V3): number {
    const bones = typeof o.bones === "function" ? o.bones(p) : o.bones;
    const shade = typeof o.shade === "function" ? o.shade(p) : (o.shade ?? 1);
    this.position.push(p[0], p[1], p[2]);
    this.normal.push(0, 0, 0);
    this.skin.push(bones[0], bones[1], bones[2], o.slot);
    this.shade.push(shade);
    this.variant.push(this.variantCode);
    return this.position.length / 3 - 1;
  }

  private pushFace(faces: number[], a: number, b: number, c: number): void {
    if (a !== b && b !== c && c !== a) faces.push(a, b, c);
  }

  private volume(faces: readonly number[]): number {
    const p = this.position;
    let cx = 0;
    let cy = 0;
    let cz = 0;
    for (const i of faces) {
      cx += p[i * 3]! / faces.length;
      cy += p[i * 3 + 1]! / faces.length;
      cz += p[i * 3 + 2]! / faces.length;
    }
    let sum = 0;
    for (let f = 0; f < faces.length; f += 3) {
      const [n0, n1, n2] = this.faceNormal(faces[f]!, faces[f + 1]!, faces[f + 2]!);
      const a = faces[f]! * 3;
      sum += n0 * (p[a]! - cx) + n1 * (p[a + 1]! - cy) + n2 * (p[a + 2]! - cz);
    }
    return sum;
  }

  private faceNormal(a: number, b: number, c: number): V3 {
    const p = this.position;
    const ux = p[b * 3]! - p[a * 3]!;
    const uy = p[b * 3 + 1]! - p[a * 3 + 1]!;
    const uz = p[b * 3 + 2]! - p[a * 3 + 2]!;
    const vx = p[c * 3]! - p[a * 3]!;
    const vy = p[c * 3 + 1]! - p[a * 3 + 1]!;
    const vz = p[c * 3 + 2]! - p[a * 3 + 2]!;
    return [uy * vz - uz * vy, uz * vx - ux * vz, ux * vy - uy * vx];
  }

  private addNormals(first: number, faces: readonly number[]): void {
    const n = this.normal;
    for (let f = 0; f < faces.length; f += 3) {
      const face = this.faceNormal(faces[f]!, faces[f + 1]!, faces[f + 2]!);
      for (let k = 0; k < 3; k++) {
        const i = faces[f + k]! * 3;
        for (let axis = 0; axis < 3; axis++) n[i + axis] = n[i + axis]! + face[axis]!;
      }
    }
    for (let i = first * 3; i < n.length; i += 3) {
      const length = Math.hypot(n[i]!, n[i + 1]!, n[i + 2]!) || 1;
      for (let axis = 0; axis < 3; axis++) n[i + axis] = n[i + axis]! / length;
    }
  }

  private addBack(first: number, faces: number[]): void {
    const last = this.position.length / 3;
    const shift = last - first;
    for (let i = first; i < last; i++) {
      for (let axis = 0; axis < 3; axis++) {
        this.position.push(this.position[i * 3 + axis]!);
        this.normal.push(-this.normal[i * 3 + axis]!);
      }
      for (let k = 0; k < 4; k++) this.skin.push(this.skin[i * 4 + k]!);
      this.shade.push(this.shade[i]! * 0.8);
      this.variant.push(this.variantCode);
    }
    const n = faces.length;
    for (let f = 0; f < n; f += 3) faces.push(faces[f]! + shift, faces[f + 2]! + shift, faces[f + 1]! + shift);
  }
}

/** Unit vector of a sphere's grid: u from the top (+Y) down, v round from +X over +Z. */
export function direction(u: number, v: number): V3 {
  const theta = u * Math.PI;
  const phi = v * Math.PI * 2;
  const s = u === 0 || u === 1 ? 0 : Math.sin(theta);
  return [s * Math.cos(phi), Math.cos(theta), s * Math.sin(phi)];
}

export function smooth(low: number, high: number, x: number): number {
  const t = Math.min(1, Math.max(0, (x - low) / (high - low)));
  return t * t * (3 - 2 * t);
}

export function mix(a: number, b: number, t: number): number {
  return a + (b - a) * t;
}

/** Every second ring, ends kept: enough for figures some metres away. */
function thin(rings: readonly Ring[]): readonly Ring[] {
  if (rings.length < 7) return rings;
  return rings.filter((_, i) => i % 2 === 0 || i === rings.length - 1);
}

function spow(x: number, power: number): number {
  return Math.sign(x) * Math.abs(x) ** power;
}

function flip(faces: number[]): void {
  for (let f = 0; f < faces.length; f += 3) {
    const t = faces[f + 1]!;
    faces[f + 1] = faces[f + 2]!;
    faces[f + 2] = t;
  }
}
