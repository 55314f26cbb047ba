/**
 * What an avatar's look may be: the choices behind the eight indices of a `Look`, with words for people.
 *
 * Plain data without three.js, so that the entry page can offer the choices before the scene is loaded. The renderer's
 * geometry (render/avatar) is keyed by the `id`s below. Indices travel over the wire: append only.
 */

export interface Choice {
  /** Names the geometry; stable. */
  readonly id: string;
  /** What a person reads and a screen reader says. */
  readonly label: string;
  /** CSS colour for a swatch, where the choice is a colour. */
  readonly colour?: string;
}

export const LOOK_FIELDS = [
  "skin",
  "hair",
  "hair_colour",
  "top",
  "top_colour",
  "bottom_colour",
  "headwear",
  "build",
] as const;
export type LookField = (typeof LOOK_FIELDS)[number];
/** Eight indices in the order of LOOK_FIELDS, as on the wire. */
export type LookIndices = readonly number[];

const choice = (id: string, label: string, colour?: string): Choice =>
  colour === undefined ? { id, label } : { id, label, colour };

export const SKIN: readonly Choice[] = [
  choice("s1", "Skin tone 1", "#fbe3d2"),
  choice("s2", "Skin tone 2", "#f3cfb3"),
  choice("s3", "Skin tone 3", "#e6b692"),
  choice("s4", "Skin tone 4", "#d69d74"),
  choice("s5", "Skin tone 5", "#bf8258"),
  choice("s6", "Skin tone 6", "#a2683f"),
  choice("s7", "Skin tone 7", "#82502f"),
  choice("s8", "Skin tone 8", "#633b25"),
  choice("s9", "Skin tone 9", "#492b1d"),
  choice("s10", "Skin tone 10", "#342018"),
];

export const HAIR: readonly Choice[] = [
  choice("short", "Short"),
  choice("parted", "Parted"),
  choice("bob", "Bob"),
  choice("long", "Long"),
  choice("curls", "Curls"),
  choice("afro", "Afro"),
  choice("bun", "Bun"),
  choice("ponytail", "Ponytail"),
  choice("braids", "Braids"),
  choice("buzz", "Very short"),
  choice("none", "No hair"),
];

export const HAIR_COLOUR: readonly Choice[] = [
  choice("black", "Black", "#1d1a1c"),
  choice("espresso", "Dark brown", "#37241b"),
  choice("brown", "Brown", "#5b3a24"),
  choice("chestnut", "Chestnut", "#7d4a28"),
  choice("copper", "Copper", "#a9562a"),
  choice("honey", "Dark blond", "#b58a4e"),
  choice("blond", "Blond", "#dcbd7f"),
  choice("grey", "Grey", "#8d8f94"),
  choice("silver", "White", "#dadbdf"),
  choice("teal", "Teal", "#2f8a8c"),
];

export const TOP: readonly Choice[] = [
  choice("tshirt", "T-shirt"),
  choice("shirt", "Shirt"),
  choice("blazer", "Blazer"),
  choice("hoodie", "Hoodie"),
  choice("jumper", "Jumper"),
  choice("dress", "Dress"),
  choice("robe", "Long robe"),
];

export const TOP_COLOUR: readonly Choice[] = [
  choice("teal", "Teal", "#1f7f86"),
  choice("navy", "Navy", "#26406e"),
  choice("sky", "Sky blue", "#5b9bd5"),
  choice("white", "White", "#eef0f2"),
  choice("charcoal", "Charcoal", "#3a3f48"),
  choice("coral", "Coral", "#e0684f"),
  choice("ochre", "Ochre", "#d9a02f"),
  choice("olive", "Olive", "#74803a"),
  choice("forest", "Forest green", "#2f6b48"),
  choice("plum", "Plum", "#7a3f73"),
  choice("rose", "Rose", "#cf7d95"),
  choice("burgundy", "Burgundy", "#82293c"),
  choice("sand", "Sand", "#cdb694"),
  choice("lilac", "Lilac", "#9a8fcb"),
];

export const BOTTOM_COLOUR: readonly Choice[] = [
  choice("denim", "Denim", "#3b5478"),
  choice("charcoal", "Charcoal", "#2f333b"),
  choice("black", "Black", "#1e1f23"),
  choice("khaki", "Khaki", "#9c8a64"),
  choice("stone", "Stone", "#c3bbab"),
  choice("navy", "Navy", "#25334f"),
  choice("brown", "Brown", "#5f4632"),
  choice("olive", "Olive", "#565c36"),
  choice("burgundy", "Burgundy", "#652833"),
  choice("white", "White", "#e4e4e2"),
];

export const HEADWEAR: readonly Choice[] = [
  choice("none", "None"),
  choice("glasses", "Glasses"),
  choice("headscarf", "Headscarf"),
  choice("turban", "Turban"),
  choice("cap", "Cap"),
  choice("beanie", "Woollen hat"),
  choice("hat", "Brimmed hat"),
  choice("kippah", "Kippah"),
];

export const BUILD: readonly Choice[] = [
  choice("medium", "Medium"),
  choice("slim", "Slim"),
  choice("broad", "Broad"),
  choice("tall", "Tall"),
  choice("small", "Small"),
  choice("wheelchair", "Wheelchair user"),
];

/** The choices of each field, by field. */
export const LOOK_CHOICES: Readonly<Record<LookField, readonly Choice[]>> = {
  skin: SKIN,
  hair: HAIR,
  hair_colour: HAIR_COLOUR,
  top: TOP,
  top_colour: TOP_COLOUR,
  bottom_colour: BOTTOM_COLOUR,
  headwear: HEADWEAR,
  build: BUILD,
};

/** What a person reads above each list of choices. */
export const LOOK_LABELS: Readonly<Record<LookField, string>> = {
  skin: "Skin",
  hair: "Hair",
  hair_colour: "Hair colour",
  top: "Clothes",
  top_colour: "Colour of clothes",
  bottom_colour: "Colour of trousers",
  headwear: "On the head",
  build: "Build",
};

/** How many choices each field has, in the order of LOOK_FIELDS. */
export const LOOK_SIZES: readonly number[] = LOOK_FIELDS.map((field) => LOOK_CHOICES[field].length);

/** Any eight numbers as valid indices: unknown ones are taken modulo the palette, missing ones are 0. */
export function normaliseLook(look: LookIndices): number[] {
  return LOOK_SIZES.map((size, i) => {
    const value = Math.trunc(look[i] ?? 0);
    return Number.isFinite(value) ? ((value % size) + size) % size : 0;
  });
}

/** 32-bit integer mix (splitmix-like): well spread, the same everywhere. */
export function hash32(value: number): number {
  let h = (value | 0) + 0x9e3779b9;
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
  return (h ^ (h >>> 16)) >>> 0;
}

/** A plausible look for a number, such as a slot or a random seed: the same number always gives the same look. */
export function lookFromSeed(seed: number): number[] {
  const pick = (salt: number, size: number): number => hash32(seed * 16 + salt) % size;
  const look = LOOK_SIZES.map((size, i) => pick(i, size));
  // Most hair is a natural colour and most heads are bare: an even draw would look like a costume party.
  look[2] = pick(8, HAIR_COLOUR.length * 3) < HAIR_COLOUR.length ? look[2]! : pick(9, 4);
  look[6] = pick(10, 5) < 3 ? 0 : look[6]!;
  look[7] = pick(11, 20) === 0 ? BUILD.length - 1 : pick(12, BUILD.length - 1);
  return look;
}
