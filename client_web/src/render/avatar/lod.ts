/** Who is drawn in which detail. Pure; no allocation per frame. */

export const NEAR = 0;
export const MID = 1;
export const FAR = 2;

export interface LodLimits {
  /** Most figures drawn in each detail. */
  readonly near: number;
  readonly mid: number;
  /** Metres up to which that detail is used. */
  readonly nearMetres: number;
  readonly midMetres: number;
}

/** Somebody who has a detail keeps it this much farther out: nobody flickers at the border. */
const HYSTERESIS = 1.12;

/** Ranks people by distance and gives out details: nearest first, within the limits. */
export class LodChooser {
  private readonly order: Uint16Array;
  private readonly keys: Float64Array;

  constructor(readonly capacity: number) {
    this.order = new Uint16Array(capacity);
    this.keys = new Float64Array(capacity);
  }

  /**
   * @param distance2 squared metres from the camera, by person
   * @param lod in: detail of the last frame (-1 none yet); out: detail of this frame
   */
  choose(count: number, distance2: Float32Array, lod: Int8Array, limits: LodLimits): void {
    const n = Math.min(count, this.capacity);
    this.sort(n, distance2);
    let near = 0;
    let mid = 0;
    for (let rank = 0; rank < n; rank++) {
      const i = this.order[rank]!;
      const d2 = distance2[i]!;
      const had = lod[i]!;
      if (near < limits.near && d2 <= reach(limits.nearMetres, had === NEAR)) {
        lod[i] = NEAR;
        near++;
      } else if (mid < limits.mid && d2 <= reach(limits.midMetres, had === NEAR || had === MID)) {
        lod[i] = MID;
        mid++;
      } else lod[i] = FAR;
    }
  }

  /** Indices by distance after choose(): nearest first. */
  nearest(rank: number): number {
    return this.order[rank]!;
  }

  /** Sorts without allocating: distance in centimetres above, index below, in one number. */
  private sort(n: number, distance2: Float32Array): void {
    const keys = this.keys.subarray(0, n);
    for (let i = 0; i < n; i++) keys[i] = Math.min(1e9, Math.round(distance2[i]! * 100)) * 65536 + i;
    keys.sort();
    for (let i = 0; i < n; i++) this.order[i] = keys[i]! % 65536;
  }
}

function reach(metres: number, had: boolean): number {
  const limit = had ? metres * HYSTERESIS : metres;
  return limit * limit;
}
