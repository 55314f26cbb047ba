/**
 * Path-finding on the walkable field: A* over surfaces (eight ways, corners by the field's rule), then string pulling
 * with the same sweep that moves people, so that every leg of a path can be walked straight.
 */

import type { Forbidden, WalkField } from "./walkfield";
import { FREE } from "./walkfield";

export interface Waypoint {
  readonly x: number;
  readonly z: number;
  readonly surface: number;
}

export interface Path {
  /** Where to go, in order, without the start. Empty when one is there already. */
  readonly points: readonly Waypoint[];
  /** False: the target cannot be reached; the path ends at the nearest place that can. */
  readonly complete: boolean;
}

const DIAGONAL = Math.SQRT2;
/** Pairs (way along x, way along z) of the four corners. */
const CORNERS = [
  [0, 2],
  [0, 3],
  [1, 2],
  [1, 3],
] as const;

export class Pathfinder {
  readonly #field: WalkField;
  readonly #cost: Float32Array;
  readonly #parent: Int32Array;
  /** Round in which a surface was last seen: saves clearing the arrays. */
  readonly #seen: Uint32Array;
  #round = 0;
  readonly #heap = new Heap();

  constructor(field: WalkField) {
    this.#field = field;
    this.#cost = new Float32Array(field.size);
    this.#parent = new Int32Array(field.size);
    this.#seen = new Uint32Array(field.size);
  }

  /** From a point on `surface` to a point on `target` (surfaces >= 0). */
  find(
    from: { x: number; z: number; surface: number },
    to: { x: number; z: number; surface: number },
    forbidden: Forbidden,
    mostExpanded = 600_000,
  ): Path {
    const straight = this.#field.sweep(from.surface, from.x, from.z, to.x, to.z, forbidden);
    if (straight.reason === FREE && straight.surface === to.surface) return { points: [{ ...to }], complete: true };
    const { end, complete } = this.#search(from.surface, to.surface, forbidden, mostExpanded);
    const raw = this.#trace(end);
    if (complete && raw.length > 0) raw[raw.length - 1] = { ...to };
    return { points: pull(this.#field, from, raw, forbidden), complete };
  }

  #search(start: number, goal: number, forbidden: Forbidden, most: number): { end: number; complete: boolean } {
    const field = this.#field;
    const heap = this.#heap;
    this.#round++;
    heap.clear();
    const gx = field.cellOf[goal]! % field.nx;
    const gz = Math.floor(field.cellOf[goal]! / field.nx);
    const rest = (surface: number): number => {
      const cell = field.cellOf[surface]!;
      const iz = Math.floor(cell / field.nx);
      const dx = Math.abs(cell - iz * field.nx - gx);
      const dz = Math.abs(iz - gz);
      return Math.max(dx, dz) + (DIAGONAL - 1) * Math.min(dx, dz);
    };
    this.#reach(start, -1, 0);
    heap.push(start, rest(start));
    let nearest = start;
    let nearestRest = rest(start) + Math.abs(field.heightOf(start) - field.heightOf(goal)) / field.cell;
    for (let expanded = 0; heap.size > 0 && expanded < most; expanded++) {
      const priority = heap.topPriority;
      const at = heap.pop();
      if (at === goal) return { end: at, complete: true };
      // An older, dearer entry of the same surface.
      if (priority > this.#cost[at]! + rest(at) + 1e-3) continue;
      const left = rest(at) + Math.abs(field.heightOf(at) - field.heightOf(goal)) / field.cell;
      if (left < nearestRest) {
        nearest = at;
        nearestRest = left;
      }
      const visit = (to: number, length: number): void => {
        const cost = this.#cost[at]! + length;
        if (this.#seen[to] === this.#round && this.#cost[to]! <= cost + 1e-4) return;
        this.#reach(to, at, cost);
        heap.push(to, cost + rest(to));
      };
      for (let way = 0; way < 4; way++) {
        const to = field.next[at * 4 + way]!;
        if (to >= 0 && field.reasonAgainst(at, to, forbidden) === FREE) visit(to, 1);
      }
      for (const [wayX, wayZ] of CORNERS) {
        const to = field.corner(at, wayX, wayZ, forbidden);
        if (to >= 0) visit(to, DIAGONAL);
      }
    }
    return { end: nearest, complete: false };
  }

  #reach(surface: number, parent: number, cost: number): void {
    this.#seen[surface] = this.#round;
    this.#parent[surface] = parent;
    this.#cost[surface] = cost;
  }

  /** Middles of the cells from after the start to the end. */
  #trace(end: number): Waypoint[] {
    const points: Waypoint[] = [];
    for (let at = end; at >= 0 && this.#parent[at]! >= 0; at = this.#parent[at]!) {
      const { x, z } = this.#field.middle(at);
      points.push({ x, z, surface: at });
    }
    return points.reverse();
  }
}

/** Leaves out the points between those that see each other. */
function pull(
  field: WalkField,
  from: { x: number; z: number; surface: number },
  raw: readonly Waypoint[],
  forbidden: Forbidden,
): Waypoint[] {
  const out: Waypoint[] = [];
  let anchor: Waypoint = from;
  for (let i = 0; i < raw.length; i++) {
    const next = raw[i + 1];
    if (next !== undefined) {
      const swept = field.sweep(anchor.surface, anchor.x, anchor.z, next.x, next.z, forbidden);
      if (swept.reason === FREE && swept.surface === next.surface) continue;
    }
    anchor = raw[i]!;
    out.push(anchor);
  }
  return out;
}

/** A binary heap of surfaces by priority, on growing typed arrays: a search pushes hundreds of thousands. */
class Heap {
  size = 0;
  #item = new Int32Array(1024);
  #priority = new Float64Array(1024);

  get topPriority(): number {
    return this.#priority[0]!;
  }

  clear(): void {
    this.size = 0;
  }

  push(item: number, priority: number): void {
    if (this.size === this.#item.length) this.#grow();
    let at = this.size++;
    while (at > 0) {
      const up = (at - 1) >> 1;
      if (this.#priority[up]! <= priority) break;
      this.#set(at, this.#item[up]!, this.#priority[up]!);
      at = up;
    }
    this.#set(at, item, priority);
  }

  pop(): number {
    const top = this.#item[0]!;
    const item = this.#item[--this.size]!;
    const priority = this.#priority[this.size]!;
    let at = 0;
    for (;;) {
      let down = 2 * at + 1;
      if (down >= this.size) break;
      if (down + 1 < this.size && this.#priority[down + 1]! < this.#priority[down]!) down++;
      if (this.#priority[down]! >= priority) break;
      this.#set(at, this.#item[down]!, this.#priority[down]!);
      at = down;
    }
    this.#set(at, item, priority);
    return top;
  }

  #set(at: number, item: number, priority: number): void {
    this.#item[at] = item;
    this.#priority[at] = priority;
  }

  #grow(): void {
    const item = new Int32Array(this.#item.length * 2);
    const priority = new Float64Array(item.length);
    item.set(this.#item);
    priority.set(this.#priority);
    this.#item = item;
    this.#priority = priority;
  }
}
