/** Where everything stands on the screen of a talk: the same for the screen in the hall and for every player. Pure. */

export type LayoutName = "speaker" | "slides" | "both" | "gallery" | "screen";

export interface ShownPicture {
  readonly id: string;
  readonly person: string;
  readonly source: string;
}

export interface Scene {
  /** Null: chosen here, by what there is. */
  readonly layout: LayoutName | null;
  /** Person who is large, "" whoever speaks. */
  readonly focus: string;
  /** Whoever speaks now, or spoke last, "" nobody yet. */
  readonly speaking: string;
  readonly pictures: readonly ShownPicture[];
  /** Whether a page is on the screen. */
  readonly slides: boolean;
  /** Everybody on air, in the order in which they came. */
  readonly people: readonly string[];
}

/** A part of the screen, in shares of its width and height. `id`: of a picture, or of a person without one. */
export interface Tile {
  readonly kind: "picture" | "person" | "slides";
  readonly id: string;
  readonly person: string;
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
  /** The whole picture must be seen (slides, screens); faces may be cut at the edges. */
  readonly whole: boolean;
}

type Content = Pick<Tile, "kind" | "id" | "person" | "whole">;
type Box = Pick<Tile, "x" | "y" | "width" | "height">;

const SHARED = new Set(["screen", "film"]);
const FULL: Box = { x: 0, y: 0, width: 1, height: 1 };
/** As large as leaves a page readable. */
const INSET: Box = { x: 0.765, y: 0.74, width: 0.22, height: 0.24 };
const MOST_BESIDE = 3;
const MOST_IN_GALLERY = 16;

export const LAYOUTS: readonly { readonly value: LayoutName; readonly label: string; readonly hint: string }[] = [
  { value: "speaker", label: "Speaker", hint: "Whoever speaks, large" },
  { value: "slides", label: "Slides", hint: "The page alone" },
  { value: "both", label: "Slides and speakers", hint: "The page, and people beside it" },
  { value: "gallery", label: "Gallery", hint: "Everybody at the same size" },
  { value: "screen", label: "Shared screen", hint: "A screen or film, with the speaker in the corner" },
];

/** What is shown where there is no choice by the chair, or no longer anything for it. */
export function fittingLayout(scene: Scene): LayoutName {
  const shared = scene.pictures.some(({ source }) => SHARED.has(source));
  const { layout } = scene;
  if (layout === "screen" ? shared : layout === "slides" || layout === "both" ? scene.slides : layout !== null)
    return layout!;
  if (layout === null || layout === "screen") {
    if (shared) return "screen";
    if (scene.slides) return layout === null ? "both" : "slides";
  }
  return layout === null && scene.people.length > 1 ? "gallery" : "speaker";
}

/** The tiles, the large one first. Empty where nobody is on air and no page is up. */
export function tilesOf(scene: Scene): readonly Tile[] {
  const faces = facesOf(scene);
  const shared = scene.pictures.find(({ source }) => SHARED.has(source));
  const page: Content = { kind: "slides", id: "slides", person: "", whole: true };
  switch (fittingLayout(scene)) {
    case "slides":
      return [{ ...page, ...FULL }];
    case "both":
      return faces.length === 0 ? [{ ...page, ...FULL }] : beside(page, faces);
    case "screen": {
      const large: Content = { kind: "picture", id: shared!.id, person: shared!.person, whole: true };
      const small = faces.find(({ kind }) => kind === "picture");
      return small === undefined
        ? [{ ...large, ...FULL }]
        : [
            { ...large, ...FULL },
            { ...small, ...INSET },
          ];
    }
    case "gallery":
      return gallery(scene, faces);
    case "speaker":
      return faces.slice(0, 1).map((face) => ({ ...face, ...FULL }));
  }
}

/** Faces, whoever is to be large first; people without a camera have their name. */
function facesOf(scene: Scene): Content[] {
  const large = scene.focus || scene.speaking;
  const people = [...scene.people].sort((a, b) => Number(b === large) - Number(a === large));
  const faces = people.map((person): Content => {
    const camera = scene.pictures.find((each) => each.person === person && each.source === "camera");
    return camera === undefined
      ? { kind: "person", id: person, person, whole: false }
      : { kind: "picture", id: camera.id, person, whole: false };
  });
  // Somebody who is seen comes before somebody who is not, unless that one was chosen.
  if (scene.focus !== "") return faces;
  return faces.sort((a, b) => Number(b.kind === "picture") - Number(a.kind === "picture"));
}

function beside(page: Content, faces: readonly Content[]): Tile[] {
  const share = 0.76;
  const shown = faces.slice(0, MOST_BESIDE);
  const height = Math.min(0.42, 1 / shown.length);
  const top = (1 - height * shown.length) / 2;
  return [
    { ...page, x: 0, y: (1 - share) / 2, width: share, height: share },
    ...shown.map((face, index) => ({ ...face, x: share, y: top + index * height, width: 1 - share, height })),
  ];
}

function gallery(scene: Scene, faces: readonly Content[]): Tile[] {
  const shared = scene.pictures.filter(({ source }) => SHARED.has(source));
  // Nobody jumps about when somebody else speaks: in the order in which they came.
  const still = [...faces].sort((a, b) => scene.people.indexOf(a.person) - scene.people.indexOf(b.person));
  const all: Content[] = [
    ...shared.map(({ id, person }): Content => ({ kind: "picture", id, person, whole: true })),
    ...(scene.slides ? [{ kind: "slides", id: "slides", person: "", whole: true } as const] : []),
    ...still,
  ].slice(0, MOST_IN_GALLERY);
  const columns = Math.ceil(Math.sqrt(all.length));
  const rows = Math.ceil(all.length / Math.max(1, columns));
  return all.map((each, index) => {
    const row = Math.floor(index / columns);
    const inRow = row === rows - 1 ? all.length - row * columns : columns;
    const [width, height] = [1 / columns, 1 / rows];
    const left = (1 - inRow * width) / 2;
    return { ...each, x: left + (index - row * columns) * width, y: row * height, width, height };
  });
}

/** A window inside a box that shows all of a picture of this aspect (width to height), in the units of the box. */
export function fitted(box: Box, boxAspect: number, aspect: number): Box {
  const real = (box.width / box.height) * boxAspect;
  if (aspect > real) {
    const height = (box.height * real) / aspect;
    return { ...box, y: box.y + (box.height - height) / 2, height };
  }
  const width = (box.width * aspect) / real;
  return { ...box, x: box.x + (box.width - width) / 2, width };
}
