/**
 * Where name tags go on the screen: nearest first, moved up when they would cover another, else left out. None covers a
 * picture that is being watched, but of who speaks or is pointed at. Pure.
 */

export interface TagBoxes {
  /** Centre and bottom of the tag where it would like to be, and its size; CSS pixels, y down. */
  readonly x: Float32Array;
  readonly y: Float32Array;
  readonly width: Float32Array;
  readonly height: Float32Array;
  /** 1: wherever it is, it is shown. */
  readonly free: Uint8Array;
  /** Out: how far the tag moved up, pixels; negative: left out. */
  readonly lift: Float32Array;
}

export function newTagBoxes(capacity: number): TagBoxes {
  return {
    x: new Float32Array(capacity),
    y: new Float32Array(capacity),
    width: new Float32Array(capacity),
    height: new Float32Array(capacity),
    free: new Uint8Array(capacity),
    lift: new Float32Array(capacity),
  };
}

/** Where a screen of the building stands in the picture; CSS pixels, y down. */
export interface ScreenBox {
  left: number;
  top: number;
  right: number;
  bottom: number;
}

export const LEFT_OUT = -1;
const GAP = 2;
const TRIES = 3;
/** So much of a screen's edge may be covered, pixels: tags beside it do not come and go with every step. */
const EDGE = 6;

/** Decides for the first `count` boxes, which are in order of importance. */
export function layoutTags(boxes: TagBoxes, count: number, screens: readonly ScreenBox[] = []): void {
  for (let i = 0; i < count; i++) {
    let lift = 0;
    let placed = false;
    for (let attempt = 0; attempt < TRIES && !placed; attempt++) {
      const blocker = firstBlocker(boxes, i, lift);
      if (blocker < 0) placed = true;
      else lift = above(boxes, i, blocker);
      // A tag far from its head belongs to nobody: rather none.
      if (lift > boxes.height[i]! * 2.2) break;
    }
    if (placed && boxes.free[i] === 0) for (const screen of screens) placed &&= !covers(boxes, i, lift, screen);
    boxes.lift[i] = placed ? lift : LEFT_OUT;
  }
}

function firstBlocker(boxes: TagBoxes, i: number, lift: number): number {
  const bottom = boxes.y[i]! - lift;
  const top = bottom - boxes.height[i]!;
  for (let k = 0; k < i; k++) {
    if (boxes.lift[k]! < 0) continue;
    const apart = (boxes.width[i]! + boxes.width[k]!) / 2 + GAP;
    if (Math.abs(boxes.x[i]! - boxes.x[k]!) >= apart) continue;
    const otherBottom = boxes.y[k]! - boxes.lift[k]!;
    const otherTop = otherBottom - boxes.height[k]!;
    if (bottom > otherTop - GAP && top < otherBottom + GAP) return k;
  }
  return -1;
}

function covers(boxes: TagBoxes, i: number, lift: number, { left, top, right, bottom }: ScreenBox): boolean {
  const below = boxes.y[i]! - lift;
  const half = boxes.width[i]! / 2;
  return (
    below > top + EDGE &&
    below - boxes.height[i]! < bottom - EDGE &&
    boxes.x[i]! + half > left + EDGE &&
    boxes.x[i]! - half < right - EDGE
  );
}

/** The lift that puts box i just above box k. */
function above(boxes: TagBoxes, i: number, k: number): number {
  return boxes.y[i]! - (boxes.y[k]! - boxes.lift[k]! - boxes.height[k]! - GAP);
}

/** The first of `count` laid out boxes, drawn `rise` pixels higher, that a point of the screen lies in, or -1. */
export function boxAt(boxes: TagBoxes, count: number, x: number, y: number, rise: number): number {
  for (let i = 0; i < count; i++) {
    if (boxes.lift[i]! < 0) continue;
    const bottom = boxes.y[i]! - boxes.lift[i]! - rise;
    if (y <= bottom && y >= bottom - boxes.height[i]! && Math.abs(x - boxes.x[i]!) <= boxes.width[i]! / 2) return i;
  }
  return -1;
}

/** Height of a tag on the screen in CSS pixels at a distance in metres: never too small to read, never a billboard. */
export function tagHeight(metres: number, largest: number, smallest: number): number {
  return Math.max(smallest, Math.min(largest, (largest * 5) / Math.max(metres, 0.1)));
}

/** How much larger tags are drawn when the picture has few device pixels per CSS pixel: text must stay readable. */
export function tagScale(pixelRatio: number): number {
  return Math.min(1.4, Math.max(1, 0.8 / pixelRatio));
}

/** 1 near, 0 from `limit` metres on. */
export function tagFade(metres: number, limit: number): number {
  return Math.min(1, Math.max(0, (limit - metres) / (limit * 0.15)));
}
