/** What each quality level draws, and the resolution that follows how long frames take. Pure. */

import type { Quality } from "../app/ports";
import type { LodLimits } from "./avatar/lod";

export interface Level {
  readonly lod: LodLimits;
  /** Far figures and crowd drawn at most, and how far out, metres. */
  readonly crowd: number;
  readonly crowdMetres: number;
  readonly tags: number;
  readonly tagMetres: number;
  /** Most device pixels per CSS pixel, and how far it may sink when frames are slow. */
  readonly mostRatio: number;
  readonly leastRatio: number;
  readonly antialias: boolean;
  /** Physically based materials; else plain Lambert. */
  readonly fine: boolean;
  /** How far away chairs are drawn, metres. */
  readonly furnitureMetres: number;
  /** Where the picture ends in fog, metres. */
  readonly sight: number;
}

/** `potato` is never chosen by a person: the renderer falls back to it when `low` is still too slow. */
export type LevelName = Quality | "potato";

export const LEVELS: Readonly<Record<LevelName, Level>> = {
  high: {
    lod: { near: 30, mid: 66, nearMetres: 12, midMetres: 34 },
    crowd: 2400,
    crowdMetres: 220,
    tags: 40,
    tagMetres: 30,
    mostRatio: 2,
    leastRatio: 0.75,
    antialias: true,
    fine: true,
    furnitureMetres: 60,
    sight: 420,
  },
  medium: {
    lod: { near: 18, mid: 54, nearMetres: 9, midMetres: 26 },
    crowd: 1600,
    crowdMetres: 160,
    tags: 32,
    tagMetres: 26,
    mostRatio: 1.25,
    leastRatio: 0.6,
    antialias: true,
    fine: false,
    furnitureMetres: 45,
    sight: 320,
  },
  low: {
    lod: { near: 6, mid: 26, nearMetres: 6, midMetres: 14 },
    crowd: 800,
    crowdMetres: 110,
    tags: 20,
    tagMetres: 20,
    mostRatio: 0.9,
    leastRatio: 0.55,
    antialias: false,
    fine: false,
    furnitureMetres: 30,
    sight: 220,
  },
  potato: {
    lod: { near: 2, mid: 10, nearMetres: 4, midMetres: 8 },
    crowd: 300,
    crowdMetres: 70,
    tags: 12,
    tagMetres: 14,
    mostRatio: 0.6,
    leastRatio: 0.45,
    antialias: false,
    fine: false,
    furnitureMetres: 20,
    sight: 140,
  },
};

const SLOW_MS = 40;
const QUICK_MS = 19;
const PATIENCE_MS = 700;
const HICCUP_MS = 400;
const STEP = 0.82;

/** Lowers the pixel ratio while frames are slow and raises it again, slowly, when there is time to spare. */
export class AdaptiveRatio {
  private scale = 1;
  private average = 25;
  private slowFor = 0;
  private quickFor = 0;
  private raisedTwice = 0;

  constructor(private level: Level) {}

  setLevel(level: Level): void {
    this.level = level;
    this.scale = 1;
    this.slowFor = this.quickFor = 0;
  }

  /** Milliseconds a frame, smoothed. */
  get frameMs(): number {
    return this.average;
  }

  /** Takes the time of a frame in milliseconds; true when the ratio changed. */
  take(dtMs: number): boolean {
    // A single long frame is a hiccup (a tab switch, a shader being built), not a slow device.
    const ms = Math.min(dtMs, HICCUP_MS);
    this.average += (ms - this.average) * 0.1;
    this.slowFor = this.average > SLOW_MS ? this.slowFor + ms : 0;
    this.quickFor = this.average < QUICK_MS ? this.quickFor + ms : 0;
    if (this.slowFor > PATIENCE_MS) return this.step(STEP);
    // Each time it had to come down again it waits longer before the next try, so it does not swing.
    if (this.quickFor > 4000 * (1 + this.raisedTwice)) return this.step(1 / STEP);
    return false;
  }

  /** True when the ratio is as low as it goes and frames are still slow. */
  get exhausted(): boolean {
    return this.average > SLOW_MS * 1.5 && this.scale <= this.level.leastRatio / this.level.mostRatio + 1e-6;
  }

  /** Device pixels per CSS pixel for a screen with this ratio. */
  ratio(device: number): number {
    const most = Math.min(device, this.level.mostRatio);
    return Math.max(Math.min(this.level.leastRatio, most), most * this.scale);
  }

  private step(factor: number): boolean {
    this.slowFor = this.quickFor = 0;
    const least = this.level.leastRatio / this.level.mostRatio;
    const before = this.scale;
    this.scale = Math.min(1, Math.max(least, this.scale * factor));
    if (factor > 1 && this.scale !== before) this.raisedTwice = Math.min(8, this.raisedTwice + 1);
    return this.scale !== before;
  }
}
