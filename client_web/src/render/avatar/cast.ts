/** The looks of people by slot, worked out once per introduction and kept. */

import { lookFromSeed } from "../../core/look";
import { DEFAULT_LOOK, type Introduction } from "../../core/types";
import type { LookIndices } from "../../core/look";
import { type FarLook, farLookOf } from "./far";
import { type FigureParts, partsOf } from "./figures";
import { figureOf } from "./palette";

export interface Appearance {
  readonly parts: FigureParts;
  readonly far: FarLook;
}

interface Known {
  revision: number;
  appearance: Appearance;
}

const STRANGERS = 64;

export class Cast {
  private readonly known = new Map<number, Known>();
  /** Looks for people of the crowd who were never introduced, by slot. */
  private readonly strangers: Appearance[] = Array.from({ length: STRANGERS }, (_, i) => appear(lookFromSeed(i)));
  private readonly plain = appear(DEFAULT_LOOK);
  private own: Appearance | null = null;
  private ownLook: LookIndices = [];

  of(slot: number, introductions: ReadonlyMap<number, Introduction>, stranger: boolean): Appearance {
    const introduction = introductions.get(slot);
    if (!introduction) return stranger ? this.strangers[(slot * 37) % STRANGERS]! : this.plain;
    const known = this.known.get(slot);
    if (known && known.revision === introduction.revision) return known.appearance;
    const appearance = appear(introduction.look);
    this.known.set(slot, { revision: introduction.revision, appearance });
    return appearance;
  }

  self(look: LookIndices): Appearance {
    if (this.own && look === this.ownLook) return this.own;
    this.ownLook = look;
    this.own = appear(look);
    return this.own;
  }

  /** Drops slots that nobody knows any more. */
  trim(introductions: ReadonlyMap<number, Introduction>): void {
    for (const slot of this.known.keys()) if (!introductions.has(slot)) this.known.delete(slot);
  }
}

function appear(look: LookIndices): Appearance {
  const figure = figureOf(look);
  return { parts: partsOf(figure), far: farLookOf(figure) };
}
