/**
 * The building as `venue.json` describes it; mirrors server/turia/world/layout.py.
 * Metres, Y up, right-handed; yaw in 256 steps a turn, 0 looks along -Z. Indices are positions in the lists.
 */

export type Point = readonly [number, number, number];
export type Polygon = readonly (readonly [number, number])[];

export interface Part {
  readonly id: string;
  readonly title: string;
}

export interface Storey extends Part {
  readonly base: number;
  readonly top: number;
}

export interface Room extends Part {
  readonly storey: number;
  readonly kind: string;
  readonly polygon: Polygon;
  readonly floor: number;
  readonly ceiling: number;
  readonly capacity: number;
  readonly enclosed: boolean;
}

export interface Zone extends Part {
  readonly kind: string;
  readonly room: number;
  readonly polygon: Polygon;
  readonly floor: number;
  readonly ceiling: number;
}

export interface Door extends Part {
  readonly rooms: readonly [number, number];
  readonly position: Point;
  readonly yaw: number;
  readonly width: number;
  readonly height: number;
  readonly open: boolean;
}

export interface Portal extends Part {
  readonly kind: string;
  readonly rooms: readonly [number, number];
  readonly position: Point;
  readonly width: number;
  readonly door: number | null;
}

/** Structure of arrays, one entry a seat. `hip` is the height of the seat above the floor in metres. */
export interface Seats {
  readonly position: readonly Point[];
  readonly yaw: readonly number[];
  readonly room: readonly number[];
  readonly label: readonly string[];
  readonly hip: number;
}

export interface Stage extends Part {
  readonly room: number;
  readonly zone: number;
  readonly lectern: Point;
  readonly yaw: number;
}

export interface Screen extends Part {
  readonly room: number;
  readonly node: string;
  readonly position: Point;
  readonly yaw: number;
  readonly width: number;
  readonly height: number;
}

export interface Spawn extends Part {
  readonly position: Point;
  readonly yaw: number;
  readonly radius: number;
  readonly room: number;
}

export interface Stand extends Part {
  readonly room: number;
  readonly position: Point;
  readonly yaw: number;
  readonly owner: string;
  readonly text: string;
}

export interface Landmark extends Part {
  readonly kind: string;
  readonly position: Point;
  readonly yaw: number;
  readonly room: number;
}

export interface LiftStop {
  readonly storey: number;
  readonly position: Point;
  readonly yaw: number;
}

export interface Lift extends Part {
  readonly stops: readonly LiftStop[];
}

export interface FileRef {
  readonly file: string;
  readonly bytes: number;
  readonly sha256: string;
}

/** The whole of `venue.json`. */
export interface Venue {
  readonly format: string;
  readonly version: number;
  readonly id: string;
  readonly title: string;
  readonly subtitle: string;
  readonly glb: FileRef;
  readonly walk: FileRef;
  readonly bounds: readonly [Point, Point];
  readonly storeys: readonly Storey[];
  readonly rooms: readonly Room[];
  readonly zones: readonly Zone[];
  readonly doors: readonly Door[];
  readonly portals: readonly Portal[];
  readonly seats: Seats;
  readonly stages: readonly Stage[];
  readonly screens: readonly Screen[];
  readonly spawns: readonly Spawn[];
  readonly stands: readonly Stand[];
  readonly landmarks: readonly Landmark[];
  readonly lifts: readonly Lift[];
  readonly about: Readonly<Record<string, string | readonly string[]>>;
}
