/** From a look to what the figure's geometry and colours are. Colours are linear, as shaders want them. */

import {
  BOTTOM_COLOUR,
  BUILD,
  HAIR,
  HAIR_COLOUR,
  HEADWEAR,
  type LookIndices,
  normaliseLook,
  SKIN,
  TOP,
  TOP_COLOUR,
  hash32,
} from "../../core/look";
import { COLOURS } from "./skeleton";

export interface Figure {
  /** Index into TOPS, HAIRS (-1: none), HEADWEARS (-1: none) of the geometry modules. */
  readonly top: string;
  readonly hair: string;
  readonly headwear: string;
  readonly wheelchair: boolean;
  readonly width: number;
  readonly height: number;
  /** COLOURS x RGBA, linear; alpha unused. */
  readonly colours: Float32Array;
}

/** Hats and shoes follow the clothes: a hand-picked partner for each colour of clothes. */
const ACCENT: Readonly<Record<string, string>> = {
  teal: "#f0e3c4",
  navy: "#c9d6e6",
  sky: "#2a3f63",
  white: "#4a6a8a",
  charcoal: "#c25b4a",
  coral: "#344a6b",
  ochre: "#3c4c63",
  olive: "#e6d7ae",
  forest: "#e9d9b5",
  plum: "#e3c7d8",
  rose: "#5f3f5c",
  burgundy: "#e2c9b0",
  sand: "#6b4a35",
  lilac: "#4b3f74",
};
const SHOES = ["#2b2523", "#5a3d2b", "#e8e6e1", "#22272f", "#7b5a3c"];
const LIGHT = "#f4f3ef";
const DARK = "#17181c";

const SIZES: Readonly<Record<string, readonly [width: number, height: number]>> = {
  medium: [1, 1],
  slim: [0.92, 1.01],
  broad: [1.13, 1.0],
  tall: [1.01, 1.07],
  small: [0.95, 0.92],
  wheelchair: [1, 1],
};

/** Hair that stays visible under something on the head. */
const UNDER: Readonly<Record<string, string>> = {
  short: "under_short",
  parted: "under_short",
  curls: "under_short",
  afro: "under_short",
  buzz: "buzz",
  none: "none",
  bob: "under_long",
  long: "under_long",
  bun: "under_short",
  ponytail: "under_long",
  braids: "braids_only",
};
const COVERS_ALL = new Set(["headscarf", "turban"]);
const COVERS_TOP = new Set(["cap", "beanie", "hat"]);

/** sRGB "#rrggbb" as linear values 0 to 1. */
export function linear(hex: string): [number, number, number] {
  const n = Number.parseInt(hex.slice(1), 16);
  const channel = (shift: number): number => {
    const c = ((n >> shift) & 255) / 255;
    return c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4;
  };
  return [channel(16), channel(8), channel(0)];
}

/** What a look is made of. Any numbers are taken modulo the palette. */
export function figureOf(look: LookIndices): Figure {
  const [skin, hair, hairColour, top, topColour, bottomColour, headwear, build] = normaliseLook(look);
  const worn = HEADWEAR[headwear!]!.id;
  const topId = TOP_COLOUR[topColour!]!.id;
  const style = HAIR[hair!]!.id;
  const shape = COVERS_ALL.has(worn) ? "none" : COVERS_TOP.has(worn) ? UNDER[style]! : style;
  const shoe = SHOES[hash32(topColour! * 31 + bottomColour!) % SHOES.length]!;
  const accent = worn === "glasses" ? "#2a2b30" : ACCENT[topId]!;
  const buildId = BUILD[build!]!.id;
  const [width, height] = SIZES[buildId]!;
  const colours = new Float32Array(COLOURS * 4);
  [
    SKIN[skin!]!.colour!,
    HAIR_COLOUR[hairColour!]!.colour!,
    TOP_COLOUR[topColour!]!.colour!,
    BOTTOM_COLOUR[bottomColour!]!.colour!,
    accent,
    shoe,
    LIGHT,
    DARK,
  ].forEach((hex, i) => colours.set([...linear(hex), 1], i * 4));
  return {
    top: TOP[top!]!.id,
    hair: shape,
    headwear: worn,
    wheelchair: buildId === "wheelchair",
    width,
    height,
    colours,
  };
}
