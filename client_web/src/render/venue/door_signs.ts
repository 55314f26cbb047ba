/** Signs beside the doors of rooms: title, what is on, how full it is. All of them are one mesh with one texture. */

import {
  BufferAttribute,
  BufferGeometry,
  CanvasTexture,
  Group,
  LinearFilter,
  LinearMipmapLinearFilter,
  Mesh,
  MeshBasicMaterial,
  SRGBColorSpace,
} from "three";
import type { RoomBoard, RoomBoards } from "../../app/ports";
import type { Venue } from "../../core/venue";
import { countText, doorMark, phaseMark, type Tone } from "./board_texts";
import { type CastRay, SIGN_HEIGHT_M, SIGN_WIDTH_M, type SignPlace, signPlaces } from "./sign_places";
import { type Canvas2d, fittingSize, writeLines, writePill } from "./writing";

/** Pixels of one sign on the common canvas, and signs in a row of it. */
const CELL_W = 384;
const CELL_H = 288;
const COLUMNS = 4;
const DEPTH_M = 0.03;
const PILLS: Readonly<Record<Tone, readonly [string, string]>> = {
  live: ["#0e5a65", "#ffffff"],
  open: ["#2b6a41", "#ffffff"],
  calm: ["#6b5310", "#ffffff"],
  stop: ["#8c1d18", "#ffffff"],
};

interface Cell {
  readonly place: string;
  readonly x: number;
  readonly y: number;
  drawn: string;
}

export class DoorSigns {
  readonly group = new Group();
  private cells: Cell[] = [];
  private texture: CanvasTexture | null = null;
  private context: Canvas2d | null = null;
  private mesh: Mesh<BufferGeometry, MeshBasicMaterial> | null = null;
  private places = "";

  constructor(
    private readonly venue: Venue,
    private readonly cast: CastRay,
  ) {}

  show(boards: RoomBoards): void {
    // Another set of rooms is a rare thing: then the signs are hung anew.
    const places = [...boards.keys()].sort().join("\n");
    if (places !== this.places) {
      this.places = places;
      this.hang(boards);
    }
    let changed = false;
    for (const cell of this.cells) changed = this.draw(cell, boards.get(cell.place)!) || changed;
    if (changed && this.texture) this.texture.needsUpdate = true;
  }

  dispose(): void {
    if (this.mesh) this.group.remove(this.mesh);
    this.mesh?.geometry.dispose();
    this.mesh?.material.dispose();
    this.texture?.dispose();
    this.mesh = this.texture = this.context = null;
    this.cells = [];
  }

  private hang(boards: RoomBoards): void {
    this.dispose();
    const rooms = new Set(this.venue.rooms.flatMap(({ id }, index) => (boards.has(id) ? [index] : [])));
    const signs = signPlaces(this.venue, rooms, this.cast);
    const shown = [...new Set(signs.map(({ room }) => room))];
    if (shown.length === 0) return;
    this.cells = shown.map((room, i) => ({
      place: this.venue.rooms[room]!.id,
      x: (i % COLUMNS) * CELL_W,
      y: Math.floor(i / COLUMNS) * CELL_H,
      drawn: "",
    }));
    const canvas = document.createElement("canvas");
    canvas.width = Math.min(COLUMNS, shown.length) * CELL_W;
    canvas.height = Math.ceil(shown.length / COLUMNS) * CELL_H;
    this.context = canvas.getContext("2d");
    this.texture = new CanvasTexture(canvas);
    this.texture.colorSpace = SRGBColorSpace;
    this.texture.flipY = false;
    this.texture.anisotropy = 8;
    this.texture.minFilter = LinearMipmapLinearFilter;
    this.texture.magFilter = LinearFilter;
    const geometry = geometryOf(signs, (room) => {
      const { x, y } = this.cells[shown.indexOf(room)]!;
      return [x / canvas.width, y / canvas.height, (x + CELL_W) / canvas.width, (y + CELL_H) / canvas.height];
    });
    this.mesh = new Mesh(geometry, new MeshBasicMaterial({ map: this.texture, toneMapped: false }));
    this.mesh.name = "DoorSigns";
    this.mesh.matrixAutoUpdate = false;
    this.group.add(this.mesh);
  }

  private draw(cell: Cell, board: RoomBoard): boolean {
    const drawn = JSON.stringify(board);
    if (drawn === cell.drawn || this.context === null) return false;
    cell.drawn = drawn;
    drawSign(this.context, cell.x, cell.y, board);
    return true;
  }
}

/** Two triangles a sign; `uv` gives the corner values of a room's cell: left, top, right, bottom. */
export function geometryOf(
  signs: readonly SignPlace[],
  uv: (room: number) => readonly [number, number, number, number],
): BufferGeometry {
  const position: number[] = [];
  const map: number[] = [];
  const index: number[] = [];
  signs.forEach(({ room, x, y, z, nx, nz }, i) => {
    // Seen from the front, right is (nz, -nx).
    const [rx, rz] = [nz * (SIGN_WIDTH_M / 2), -nx * (SIGN_WIDTH_M / 2)];
    const [fx, fz] = [x + nx * DEPTH_M, z + nz * DEPTH_M];
    const [top, bottom] = [y + SIGN_HEIGHT_M / 2, y - SIGN_HEIGHT_M / 2];
    position.push(fx - rx, top, fz - rz, fx + rx, top, fz + rz, fx + rx, bottom, fz + rz, fx - rx, bottom, fz - rz);
    const [u0, v0, u1, v1] = uv(room);
    map.push(u0, v0, u1, v0, u1, v1, u0, v1);
    const at = i * 4;
    index.push(at, at + 3, at + 1, at + 1, at + 3, at + 2);
  });
  const geometry = new BufferGeometry();
  geometry.setAttribute("position", new BufferAttribute(Float32Array.from(position), 3));
  geometry.setAttribute("uv", new BufferAttribute(Float32Array.from(map), 2));
  geometry.setIndex(index);
  geometry.computeBoundingSphere();
  return geometry;
}

const EDGE = 22;

function drawSign(c: Canvas2d, x: number, y: number, board: RoomBoard): void {
  c.save();
  c.beginPath();
  c.rect(x, y, CELL_W, CELL_H);
  c.clip();
  c.fillStyle = "#fbfaf6";
  c.fillRect(x, y, CELL_W, CELL_H);
  c.fillStyle = "#0d3b4c";
  c.fillRect(x, y, CELL_W, 66);
  const left = x + EDGE;
  const width = CELL_W - 2 * EDGE;
  const title = { weight: 700, colour: "#ffffff", most: 1 };
  const size = fittingSize(c, board.title, width, title, [33, 29, 25, 22]);
  writeLines(c, board.title, left, y + 45, width, { ...title, size });
  const talk = board.on ?? board.next;
  const mark = phaseMark(board) ?? (talk === null ? null : { text: "Next", tone: "calm" as const });
  if (talk !== null && mark !== null) {
    const pill = writePill(c, mark.text, left, y + 104, 21, ...PILLS[mark.tone]);
    writeLines(c, talk.time, left + pill + 12, y + 104, width - pill - 12, {
      size: 23,
      weight: 600,
      colour: "#33454b",
      most: 1,
    });
    const style = { weight: 700, colour: "#14262c", most: 2 };
    const below = writeLines(c, talk.title, left, y + 148, width, {
      ...style,
      size: fittingSize(c, talk.title, width, style, [29, 25]),
    });
    const after = board.on === null ? null : board.next;
    // A title of two lines takes its place.
    if (after !== null && below < y + 190)
      writeLines(c, `Next: ${after.title}`, left, y + 200, width, {
        size: 21,
        weight: 500,
        colour: "#33454b",
        most: 1,
      });
  } else writeLines(c, "Nothing is on", left, y + 112, width, { size: 26, weight: 500, colour: "#33454b", most: 1 });
  const door = doorMark(board);
  const foot = y + CELL_H - 30;
  const pill = door === null ? 0 : writePill(c, door.text, left, foot, 25, ...PILLS[door.tone]) + 14;
  writeLines(c, countText(board), left + pill, foot, width - pill, {
    size: 27,
    weight: 700,
    colour: "#14262c",
    most: 1,
  });
  c.strokeStyle = "#0d3b4c";
  c.lineWidth = 6;
  c.strokeRect(x + 3, y + 3, CELL_W - 6, CELL_H - 6);
  c.restore();
}
