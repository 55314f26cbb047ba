/**
 * The floor plan as numbers: which rooms a storey has, where labels go, and how metres become pixels. Pure.
 * On the map north is -Z (up) and east is +X (right), as the rest of the client counts yaw; on a turned one north is
 * left and east is up.
 */

import type { Polygon, Room, Venue } from "../../core/venue";

/** A tap this far beside a small room still means it, pixels. */
export const FINGER_PX = 16;

export interface PlanRoom {
  readonly index: number;
  readonly room: Room;
  readonly path: string;
  /** Where the label stands. */
  readonly label: LabelPlace;
  /** The same on a turned plan. */
  readonly turnedLabel: LabelPlace;
  readonly area: number;
}

export interface LabelPlace {
  /** Metres: x and z. */
  readonly centre: readonly [number, number];
  /** Room for the label along the lines of the text, metres. */
  readonly breadth: number;
}

export interface View {
  /** Metres in the middle of the picture. */
  readonly cx: number;
  readonly cz: number;
  /** Pixels a metre. */
  readonly scale: number;
  /** Pixels. */
  readonly width: number;
  readonly height: number;
  /** A quarter turn against the clock: a long building fills a wide picture. */
  readonly turned: boolean;
}

/** Signed area in square metres (shoelace). */
export function signedArea(polygon: Polygon): number {
  let sum = 0;
  for (let i = 0; i < polygon.length; i++) {
    const [ax, az] = polygon[i]!;
    const [bx, bz] = polygon[(i + 1) % polygon.length]!;
    sum += ax * bz - bx * az;
  }
  return sum / 2;
}

export function contains(polygon: Polygon, x: number, z: number): boolean {
  let inside = false;
  for (let i = 0, j = polygon.length - 1; i < polygon.length; j = i++) {
    const [ax, az] = polygon[i]!;
    const [bx, bz] = polygon[j]!;
    if (az > z !== bz > z && x < ((bx - ax) * (z - az)) / (bz - az) + ax) inside = !inside;
  }
  return inside;
}

/** The stretches of the line z = const inside a polygon, as [from, to] along x. */
function chords(polygon: Polygon, z: number): [number, number][] {
  const hits: number[] = [];
  for (let i = 0; i < polygon.length; i++) {
    const [ax, az] = polygon[i]!;
    const [bx, bz] = polygon[(i + 1) % polygon.length]!;
    if (az > z !== bz > z) hits.push(ax + ((z - az) / (bz - az)) * (bx - ax));
  }
  hits.sort((a, b) => a - b);
  const out: [number, number][] = [];
  for (let i = 0; i + 1 < hits.length; i += 2) out.push([hits[i]!, hits[i + 1]!]);
  return out;
}

/** Stretches less others, each [from, to]. */
function without(
  stretches: readonly [number, number][],
  others: readonly (readonly [number, number])[],
): (readonly [number, number])[] {
  let left: (readonly [number, number])[] = [...stretches];
  for (const [from, to] of others)
    left = left.flatMap(([a, b]): (readonly [number, number])[] =>
      to <= a || from >= b
        ? [[a, b]]
        : [[a, Math.min(b, from)] as const, [Math.max(a, to), b] as const].filter(([c, d]) => d > c),
    );
  return left;
}

/**
 * The best place of a horizontal label: the middle of the widest chord among lines near the middle of the polygon. The
 * centroid loses, because it lies outside of curved rooms such as a foyer along an arc. `within`: smaller rooms that lie
 * inside of it and have labels of their own.
 */
export function labelPlace(polygon: Polygon, within: readonly Polygon[] = []): LabelPlace {
  const zs = polygon.map((p) => p[1]);
  const low = Math.min(...zs);
  const high = Math.max(...zs);
  let best = { centre: [polygon[0]?.[0] ?? 0, (low + high) / 2] as [number, number], breadth: 0, score: -1 };
  for (let i = 1; i < 16; i++) {
    const t = i / 16;
    const z = low + (high - low) * t;
    for (const [from, to] of without(
      chords(polygon, z),
      within.flatMap((inner) => chords(inner, z)),
    )) {
      const score = (to - from) * (1 - Math.abs(t - 0.5));
      if (score > best.score) best = { centre: [(from + to) / 2, z], breadth: to - from, score };
    }
  }
  return { centre: best.centre, breadth: best.breadth };
}

function turnedLabelPlace(polygon: Polygon, within: readonly Polygon[] = []): LabelPlace {
  const turn = (each: Polygon): Polygon => each.map(([x, z]) => [z, -x]);
  const { centre, breadth } = labelPlace(turn(polygon), within.map(turn));
  return { centre: [-centre[1], centre[0]], breadth };
}

export const pathOf = (polygon: Polygon): string =>
  polygon.length < 3 ? "" : `M${polygon.map(([x, z]) => `${round(x)} ${round(z)}`).join("L")}Z`;

const round = (value: number): number => Math.round(value * 100) / 100;

/** Rooms of a storey that have an outline, largest first, so that small ones lie on top and can be hit. */
export function planRooms(venue: Venue, storey: number): PlanRoom[] {
  return venue.rooms
    .map((room, index) => ({ room, index, area: Math.abs(signedArea(room.polygon)) }))
    .filter(({ room }) => room.storey === storey && room.polygon.length >= 3)
    .sort((a, b) => b.area - a.area)
    .map(({ room, index, area }, i, all) => {
      const within = all.slice(i + 1).map((smaller) => smaller.room.polygon);
      return {
        index,
        room,
        path: pathOf(room.polygon),
        area,
        label: labelPlace(room.polygon, within),
        turnedLabel: turnedLabelPlace(room.polygon, within),
      };
    });
}

/** Index of the room at a point, else of the nearest one whose outline is within `reach` metres: a finger is not exact. */
export function roomNear(rooms: readonly PlanRoom[], x: number, z: number, reach: number): number | null {
  const exact = roomAt(rooms, x, z);
  if (exact !== null) return exact;
  let best: number | null = null;
  let nearest = reach;
  for (const { index, room } of rooms) {
    const metres = toOutline(room.polygon, x, z);
    if (metres >= nearest) continue;
    best = index;
    nearest = metres;
  }
  return best;
}

/** Metres from a point to the nearest side of an outline. */
function toOutline(polygon: Polygon, x: number, z: number): number {
  let nearest = Infinity;
  polygon.forEach(([ax, az], i) => {
    const [bx, bz] = polygon[(i + 1) % polygon.length]!;
    const [ex, ez] = [bx - ax, bz - az];
    const t = Math.max(0, Math.min(1, ((x - ax) * ex + (z - az) * ez) / (ex * ex + ez * ez || 1)));
    nearest = Math.min(nearest, Math.hypot(x - ax - t * ex, z - az - t * ez));
  });
  return nearest;
}

/** Index of the smallest room of the storey at a point, or null. */
export function roomAt(rooms: readonly PlanRoom[], x: number, z: number): number | null {
  for (let i = rooms.length - 1; i >= 0; i--) {
    const plan = rooms[i]!;
    if (contains(plan.room.polygon, x, z)) return plan.index;
  }
  return null;
}

/** Turned where the plan becomes larger by that at least; else north stays up, as people expect. */
const WORTH_TURNING = 1.1;

/** Who walks outside is shown to the next few metres, so that the plan does not creep at every step. */
const OUTSIDE_STEP_M = 8;

/** View of all rooms of the storey, and of the point one is at, as large as can be, with a margin in pixels. */
export function fitView(
  rooms: readonly PlanRoom[],
  width: number,
  height: number,
  margin = 16,
  self: { readonly x: number; readonly z: number } | null = null,
): View {
  const points = rooms.flatMap((plan) => plan.room.polygon);
  if (self !== null && points.length > 0 && roomAt(rooms, self.x, self.z) === null)
    for (const to of [Math.floor, Math.ceil])
      points.push([to(self.x / OUTSIDE_STEP_M) * OUTSIDE_STEP_M, to(self.z / OUTSIDE_STEP_M) * OUTSIDE_STEP_M]);
  if (points.length === 0) return { cx: 0, cz: 0, scale: 1, width, height, turned: false };
  const xs = points.map((p) => p[0]);
  const zs = points.map((p) => p[1]);
  const [x0, x1, z0, z1] = [Math.min(...xs), Math.max(...xs), Math.min(...zs), Math.max(...zs)];
  const [wide, high] = [Math.max(1, width - 2 * margin), Math.max(1, height - 2 * margin)];
  const [dx, dz] = [Math.max(1, x1 - x0), Math.max(1, z1 - z0)];
  const upright = Math.min(wide / dx, high / dz);
  const across = Math.min(wide / dz, high / dx);
  const turned = across > WORTH_TURNING * upright;
  return { cx: (x0 + x1) / 2, cz: (z0 + z1) / 2, scale: turned ? across : upright, width, height, turned };
}

/** Least height of a picture that is `width` wide in which the plan of the rooms is as wide as it can be, pixels. */
export function heightFor(rooms: readonly PlanRoom[], width: number, margin: number): number {
  const points = rooms.flatMap((plan) => plan.room.polygon);
  if (points.length === 0) return width;
  const xs = points.map((p) => p[0]);
  const zs = points.map((p) => p[1]);
  const [dx, dz] = [Math.max(...xs) - Math.min(...xs), Math.max(...zs) - Math.min(...zs)];
  const [long, short] = [Math.max(1, dx, dz), Math.max(1, Math.min(dx, dz))];
  // Room for labels of two lines above and below of a narrow building.
  return Math.ceil(((width - 2 * margin) * short) / long + 2 * margin + 24);
}

/** View of `metres` around a point. */
export const localView = (x: number, z: number, metres: number, width: number, height: number): View => ({
  cx: x,
  cz: z,
  scale: Math.min(width, height) / metres,
  width,
  height,
  turned: false,
});

export function toPixels(view: View, x: number, z: number): [number, number] {
  const [right, down] = view.turned ? [z - view.cz, view.cx - x] : [x - view.cx, z - view.cz];
  return [view.width / 2 + right * view.scale, view.height / 2 + down * view.scale];
}

export function toMetres(view: View, px: number, py: number): [number, number] {
  const [right, down] = [(px - view.width / 2) / view.scale, (py - view.height / 2) / view.scale];
  return view.turned ? [view.cx - down, view.cz + right] : [view.cx + right, view.cz + down];
}

/** Width of a letter of the system font in half-bold, as a share of its size. */
const LETTER = 0.56;

/** The same for fonts with wide letters: no label may run into another, whatever font the system has. */
const WIDE_LETTER = 0.68;

/** At most two lines of a label that fit into `breadth` pixels at a letter size of `size`, or [] if it does not fit. */
export function labelLines(title: string, breadth: number, size: number): string[] {
  const fits = Math.floor((breadth - 4) / (size * LETTER));
  const lines: string[] = [];
  for (const word of title.split(" ").filter(Boolean)) {
    const last = lines.at(-1);
    if (last !== undefined && last.length + 1 + word.length <= fits) lines[lines.length - 1] = `${last} ${word}`;
    else lines.push(word);
  }
  return lines.length <= 2 && lines.every((line) => line.length <= fits) ? lines : [];
}

/** Smaller letters cannot be read. */
const LEAST_PX = 9.5;

/** The label at `size` pixels, else smaller, else none; `must`: rather over the walls of a narrow room than none. */
export function fitLabel(
  title: string,
  breadth: number,
  size: number,
  must = false,
): { lines: readonly string[]; size: number } {
  const sizes = [1, 0.82, 0.66, 0.5].map((share) => share * size).filter((tried) => tried >= LEAST_PX);
  for (const tried of sizes) {
    const lines = labelLines(title, breadth, tried);
    if (lines.length > 0) return { lines, size: tried };
  }
  return must ? { lines: title.split(" ").filter(Boolean), size: sizes.at(-1) ?? size } : { lines: [], size };
}

export interface PlanLabel {
  readonly index: number;
  /** Pixels: the middle of the text. */
  readonly x: number;
  readonly y: number;
  readonly size: number;
  readonly lines: readonly string[];
}

/** Rooms that people look for come first, ways and service rooms last. */
const LESSER = new Set(["service", "circulation"]);
const LINE = 1.15;
const GAP_PX = 2;
/** Radius of the arrow that is oneself. */
const SELF_PX = 9;
/** Where a label may go when its place is taken: right and down, in heights of its letters. */
const STEPS: readonly (readonly [number, number])[] = [0, 0.9, -0.9, 1.8, -1.8].flatMap((down) =>
  [0, -1, 1, -2, 2].map((right) => [right, down] as const),
);

/**
 * The labels of a plan, none over another: the room one is in first, then large and public ones; what finds no place is
 * left out (it stands in the list). `must`: rather over the walls of a narrow room than none.
 */
export function planLabels(
  rooms: readonly PlanRoom[],
  view: View,
  size: number,
  must: boolean,
  here: number | null = null,
  live: { readonly x: number; readonly z: number } | null = null,
): PlanLabel[] {
  const merit = ({ index, room, area }: PlanRoom): number =>
    index === here ? Infinity : area * (LESSER.has(room.kind) ? 0.01 : 1);
  const placed: PlanLabel[] = [];
  const self = live === null ? null : toPixels(view, live.x, live.z);
  for (const plan of [...rooms].sort((a, b) => merit(b) - merit(a))) {
    const first = plan.index === here;
    const place = view.turned ? plan.turnedLabel : plan.label;
    const [px, py] = toPixels(view, ...place.centre);
    const { lines, size: fitted } = fitLabel(plan.room.title, place.breadth * view.scale, size, must || first);
    if (lines.length === 0) continue;
    const label = { index: plan.index, x: px, y: py, size: fitted, lines };
    const away = first && live !== null && !within(label, view) ? underSelf(label, view, live) : label;
    const free = STEPS.map(([right, down]) => ({
      ...away,
      x: away.x + right * fitted,
      y: away.y + down * fitted,
    })).find(
      (tried) =>
        (first || !sticksOut(tried, view)) &&
        placed.every((other) => apart(tried, other)) &&
        (self === null || clear(tried, self)),
    );
    if (free !== undefined || first) placed.push(free ?? away);
  }
  return placed;
}

const halfWidth = ({ lines, size }: PlanLabel): number =>
  (Math.max(...lines.map((line) => line.length)) * size * WIDE_LETTER) / 2;
const halfHeight = ({ lines, size }: PlanLabel): number => (lines.length * size * LINE) / 2;

const apart = (a: PlanLabel, b: PlanLabel): boolean =>
  Math.abs(a.x - b.x) >= halfWidth(a) + halfWidth(b) + GAP_PX || Math.abs(a.y - b.y) >= halfHeight(a) + halfHeight(b);

const clear = (label: PlanLabel, [x, y]: readonly [number, number]): boolean =>
  Math.abs(label.x - x) >= halfWidth(label) + SELF_PX || Math.abs(label.y - y) >= halfHeight(label) + SELF_PX;

const within = (label: PlanLabel, view: View): boolean =>
  label.x >= halfWidth(label) &&
  label.x <= view.width - halfWidth(label) &&
  label.y >= halfHeight(label) &&
  label.y <= view.height - halfHeight(label);

/** Half in the picture and half out of it; on the small map whole rooms are out, which is well. */
const sticksOut = (label: PlanLabel, view: View): boolean =>
  !within(label, view) &&
  Math.abs(label.x - view.width / 2) < view.width / 2 + halfWidth(label) &&
  Math.abs(label.y - view.height / 2) < view.height / 2 + halfHeight(label);

/** The middle of a large room may lie outside of the picture: its name goes below the arrow, inside the picture. */
function underSelf(label: PlanLabel, view: View, self: { readonly x: number; readonly z: number }): PlanLabel {
  const [x, y] = toPixels(view, self.x, self.z);
  const clamp = (value: number, half: number, most: number): number => Math.max(half, Math.min(most - half, value));
  return {
    ...label,
    x: clamp(x, halfWidth(label), view.width),
    y: clamp(y + 22, halfHeight(label), view.height),
  };
}
