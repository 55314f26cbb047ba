import { describe, expect, it } from "vitest";
import { fitted, fittingLayout, type Scene, type Tile, tilesOf } from "./layout";

const camera = (person: string) => ({ id: `${person}/camera`, person, source: "camera" });
const screen = (person: string) => ({ id: `${person}/screen`, person, source: "screen" });
const scene = (more: Partial<Scene> = {}): Scene => ({
  layout: null,
  focus: "",
  speaking: "",
  pictures: [camera("ana"), camera("ben")],
  slides: false,
  people: ["ana", "ben"],
  ...more,
});
const ids = (tiles: readonly Tile[]): string[] => tiles.map(({ id }) => id);

/** Nothing leaves the screen, and only a corner lies over something else. */
function tidy(tiles: readonly Tile[]): void {
  for (const tile of tiles) {
    expect(tile.x).toBeGreaterThanOrEqual(-1e-9);
    expect(tile.y).toBeGreaterThanOrEqual(-1e-9);
    expect(tile.x + tile.width).toBeLessThanOrEqual(1 + 1e-9);
    expect(tile.y + tile.height).toBeLessThanOrEqual(1 + 1e-9);
  }
}

describe("the screen of a talk", () => {
  it("chooses by what there is where the chair did not", () => {
    expect(fittingLayout(scene({ people: ["ana"] }))).toBe("speaker");
    expect(fittingLayout(scene())).toBe("gallery");
    expect(fittingLayout(scene({ slides: true }))).toBe("both");
    expect(fittingLayout(scene({ slides: true, pictures: [camera("ana"), screen("ana")] }))).toBe("screen");
  });

  it("keeps to the chair's choice while there is something for it", () => {
    expect(fittingLayout(scene({ layout: "slides", slides: true }))).toBe("slides");
    expect(fittingLayout(scene({ layout: "slides" }))).toBe("speaker");
    expect(fittingLayout(scene({ layout: "screen" }))).toBe("speaker");
    expect(fittingLayout(scene({ layout: "screen", slides: true }))).toBe("slides");
    expect(fittingLayout(scene({ layout: "gallery", slides: true }))).toBe("gallery");
    expect(fittingLayout(scene({ layout: "speaker", slides: true }))).toBe("speaker");
  });

  it("shows whoever speaks large, or whoever the chair chose", () => {
    expect(ids(tilesOf(scene({ layout: "speaker", speaking: "ben" })))).toEqual(["ben/camera"]);
    expect(ids(tilesOf(scene({ layout: "speaker", speaking: "ben", focus: "ana" })))).toEqual(["ana/camera"]);
  });

  it("shows the name of somebody without a camera, after those who are seen", () => {
    const alone = tilesOf(scene({ layout: "speaker", pictures: [], people: ["ana"] }));
    expect(alone).toMatchObject([{ kind: "person", id: "ana" }]);
    const silent = scene({ layout: "speaker", pictures: [camera("ben")], speaking: "ana" });
    expect(ids(tilesOf(silent))).toEqual(["ben/camera"]);
    expect(ids(tilesOf({ ...silent, focus: "ana" }))).toEqual(["ana"]);
  });

  it("puts people beside the page, three at most", () => {
    const many = ["ana", "ben", "cleo", "dan"];
    const tiles = tilesOf(scene({ slides: true, people: many, pictures: many.map(camera) }));
    expect(ids(tiles)).toEqual(["slides", "ana/camera", "ben/camera", "cleo/camera"]);
    expect(tiles[0]!.width).toBeGreaterThan(0.7);
    tidy(tiles);
  });

  it("puts the speaker in the corner of a shared screen", () => {
    const tiles = tilesOf(scene({ pictures: [camera("ana"), screen("ana")], people: ["ana"] }));
    expect(ids(tiles)).toEqual(["ana/screen", "ana/camera"]);
    expect(tiles[0]!.whole).toBe(true);
    tidy(tiles);
  });

  it("gives everybody the same room in the gallery, where nobody jumps about", () => {
    for (let count = 1; count <= 16; count++) {
      const people = Array.from({ length: count }, (_, index) => `p${index}`);
      const tiles = tilesOf(
        scene({ layout: "gallery", people, pictures: people.map(camera), speaking: people.at(-1)! }),
      );
      expect(tiles.map(({ person }) => person)).toEqual(people);
      expect(new Set(tiles.map(({ width, height }) => `${width} ${height}`)).size).toBe(1);
      tidy(tiles);
    }
  });

  it("shows nothing where nobody is on air and no page is up", () => {
    expect(tilesOf(scene({ people: [], pictures: [] }))).toEqual([]);
  });

  it("fits a page into its place without cutting it", () => {
    const box = { x: 0, y: 0, width: 1, height: 1 };
    expect(fitted(box, 16 / 9, 16 / 9)).toEqual(box);
    const square = fitted(box, 16 / 9, 4 / 3);
    expect(square.width).toBeCloseTo(0.75);
    expect(square.x).toBeCloseTo(0.125);
    expect(fitted(box, 1, 2).height).toBeCloseTo(0.5);
  });
});
