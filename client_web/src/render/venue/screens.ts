/** Pictures on the screens of the rooms: a talk, what is on and what comes next, or a welcome in the venue's own words. */

import {
  CanvasTexture,
  Frustum,
  LinearFilter,
  LinearMipmapLinearFilter,
  Matrix4,
  type Mesh,
  MeshBasicMaterial,
  type PerspectiveCamera,
  type Sphere,
  SRGBColorSpace,
  type Texture,
  Vector3,
} from "three";
import type { RoomBoard, RoomBoards, ScreenPicture } from "../../app/ports";
import type { Venue } from "../../core/venue";
import { phaseMark, type Tone } from "./board_texts";
import type { ScreenBox } from "../tags/layout";
import { type Canvas2d, fittingSize, FONT, writeLines, writePill } from "./writing";

const WIDTH = 1024;
const HEIGHT = 576;
const LEFT = 64;
/** A screen wider than that in the picture gets about 25 pictures a second, a smaller one 12. */
const NEAR_PIXELS = 420;
const NEAR_MS = 38;
const FAR_MS = 80;
const TEXT_WIDTH = WIDTH - 2 * LEFT;
const PALE = "#d5ecec";
const SUN = "#f2c46d";
const PILLS: Readonly<Record<Tone, readonly [string, string]>> = {
  live: ["#f2c46d", "#1b1605"],
  open: ["#bfe6e4", "#06282c"],
  calm: ["#35717d", "#ffffff"],
  stop: ["#f3b4a6", "#3a0d05"],
};

/** A screen in the building, as far as it matters for what is shown on it. */
interface Surface {
  readonly mesh: Mesh;
  readonly material: MeshBasicMaterial;
  readonly ball: Sphere;
  readonly place: string;
  readonly board: Texture;
  /** Its corners in the building, x, y, z. */
  readonly corners: Float32Array;
}

interface Moving {
  readonly picture: ScreenPicture;
  texture: CanvasTexture;
  width: number;
  height: number;
  shown: number;
  /** When it was given to the graphics card last. */
  at: number;
}

interface Picture {
  readonly texture: CanvasTexture;
  readonly context: Canvas2d | null;
  /** Title in the building, and the id by which boards come. */
  readonly room: string;
  readonly place: string;
  /** What is drawn now. */
  drawn: string;
}

/** One texture for every screen of the same room: screens are few, memory on phones is small. */
export class Screens {
  private readonly pictures = new Map<number, Picture>();
  private readonly surfaces: Surface[] = [];
  private readonly moving = new Map<string, Moving>();
  private readonly frustum = new Frustum();
  private readonly view = new Matrix4();
  private readonly corner = new Vector3();
  private readonly boxes: ScreenBox[] = [];
  private readonly found: ScreenBox[] = [];
  private boards: RoomBoards = new Map();

  constructor(private readonly venue: Venue) {}

  /** Puts a picture on the mesh of a screen. */
  dress(mesh: Mesh, node: string): void {
    const screen = this.venue.screens.find((one) => one.node === node);
    const { texture: map, place } = this.picture(screen?.room ?? 0);
    const material = new MeshBasicMaterial({ map, fog: false, toneMapped: false });
    mesh.material = material;
    mesh.geometry.computeBoundingSphere();
    const ball = mesh.geometry.boundingSphere!.clone().applyMatrix4(mesh.matrixWorld);
    this.surfaces.push({ mesh, material, ball, place, board: map, corners: cornersOf(mesh) });
    this.boxes.push({ left: 0, top: 0, right: 0, bottom: 0 });
  }

  /** A moving picture instead of the board; null: the board again. */
  showPicture(place: string, picture: ScreenPicture | null): void {
    const before = this.moving.get(place);
    if (before?.picture === picture) return;
    before?.texture.dispose();
    this.moving.delete(place);
    if (picture !== null)
      this.moving.set(place, { picture, texture: textureOf(picture.canvas), width: 0, height: 0, shown: -1, at: 0 });
    else this.use(place, null);
  }

  /** Before a frame is drawn: says how large moving pictures are seen, and takes over what is new on them. */
  update(camera: PerspectiveCamera, width: number, now: number): void {
    if (this.moving.size === 0) return;
    this.view.multiplyMatrices(camera.projectionMatrix, camera.matrixWorldInverse);
    this.frustum.setFromProjectionMatrix(this.view);
    // Pixels that one metre takes at a distance of one metre.
    const scale = (width * camera.projectionMatrix.elements[0]!) / 2;
    for (const [place, moving] of this.moving) {
      const seen = this.seen(place, camera, scale);
      moving.picture.seen(Math.min(seen, width));
      if (seen > 0) this.renew(place, moving, seen, now);
    }
  }

  /** Where screens with a moving picture stand in the picture now, CSS pixels; holds until it is asked again. */
  watched(camera: PerspectiveCamera, width: number, height: number): readonly ScreenBox[] {
    this.found.length = 0;
    if (this.moving.size === 0) return this.found;
    this.view.multiplyMatrices(camera.projectionMatrix, camera.matrixWorldInverse);
    this.frustum.setFromProjectionMatrix(this.view);
    this.surfaces.forEach(({ place, ball, corners }, i) => {
      const box = this.boxes[i]!;
      if (!this.moving.has(place) || !this.frustum.intersectsSphere(ball)) return;
      if (this.project(corners, box, width, height)) this.found.push(box);
    });
    return this.found;
  }

  /** Draws again what changed. */
  show(boards: RoomBoards): void {
    this.boards = boards;
    for (const picture of this.pictures.values()) this.draw(picture);
  }

  dispose(): void {
    for (const { texture } of [...this.pictures.values(), ...this.moving.values()]) texture.dispose();
    for (const { material } of this.surfaces) material.dispose();
  }

  private seen(place: string, camera: PerspectiveCamera, scale: number): number {
    let widest = 0;
    for (const { ball, place: there } of this.surfaces) {
      if (there !== place || !this.frustum.intersectsSphere(ball)) continue;
      const distance = Math.max(1, ball.center.distanceTo(camera.position) - ball.radius);
      widest = Math.max(widest, (ball.radius * 1.75 * scale) / distance);
    }
    return widest;
  }

  /** False where a part of it is behind the camera: nobody watches it from there. */
  private project(corners: Float32Array, box: ScreenBox, width: number, height: number): boolean {
    box.left = box.top = Infinity;
    box.right = box.bottom = -Infinity;
    for (let at = 0; at < corners.length; at += 3) {
      this.corner.fromArray(corners, at).applyMatrix4(this.view);
      if (this.corner.z > 1 || this.corner.z < -1) return false;
      const x = (this.corner.x * 0.5 + 0.5) * width;
      const y = (0.5 - this.corner.y * 0.5) * height;
      box.left = Math.min(box.left, x);
      box.right = Math.max(box.right, x);
      box.top = Math.min(box.top, y);
      box.bottom = Math.max(box.bottom, y);
    }
    return true;
  }

  private renew(place: string, moving: Moving, seen: number, now: number): void {
    const { canvas, version } = moving.picture;
    // A picture far away need not be smooth: each one costs the time to copy it to the graphics card.
    if (version === moving.shown || now - moving.at < (seen > NEAR_PIXELS ? NEAR_MS : FAR_MS)) return;
    if (canvas.width !== moving.width || canvas.height !== moving.height) {
      // A texture on the graphics card keeps its size for good.
      moving.texture.dispose();
      moving.texture = textureOf(canvas);
      [moving.width, moving.height] = [canvas.width, canvas.height];
      this.use(place, moving.texture);
    }
    [moving.shown, moving.at] = [version, now];
    moving.texture.needsUpdate = true;
  }

  private use(place: string, texture: Texture | null): void {
    for (const surface of this.surfaces) if (surface.place === place) surface.material.map = texture ?? surface.board;
  }

  private picture(room: number): Picture {
    const known = this.pictures.get(room);
    if (known) return known;
    const canvas = document.createElement("canvas");
    canvas.width = WIDTH;
    canvas.height = HEIGHT;
    const texture = new CanvasTexture(canvas);
    texture.colorSpace = SRGBColorSpace;
    texture.flipY = false;
    texture.anisotropy = 4;
    texture.minFilter = LinearMipmapLinearFilter;
    texture.magFilter = LinearFilter;
    const { title = "", id = "" } = this.venue.rooms[room] ?? {};
    const picture = { texture, context: canvas.getContext("2d"), room: title, place: id, drawn: "" };
    this.pictures.set(room, picture);
    this.draw(picture);
    return picture;
  }

  private draw(picture: Picture): void {
    const board = this.boards.get(picture.place) ?? null;
    // Head-counts stand at the doors: the screen does not change with each person.
    const drawn = JSON.stringify(board && [board.title, board.phase, board.on, board.next, board.draft]);
    if (drawn === picture.drawn || picture.context === null) return;
    picture.drawn = drawn;
    drawScreen(picture.context, this.venue, picture.room, board);
    picture.texture.needsUpdate = true;
  }
}

/** Corners of a mesh: of the box round it. */
function cornersOf(mesh: Mesh): Float32Array {
  mesh.geometry.computeBoundingBox();
  const { min, max } = mesh.geometry.boundingBox!;
  const corners = new Float32Array(24);
  const point = new Vector3();
  for (let i = 0; i < 8; i++) {
    point.set(i & 1 ? max.x : min.x, i & 2 ? max.y : min.y, i & 4 ? max.z : min.z).applyMatrix4(mesh.matrixWorld);
    point.toArray(corners, i * 3);
  }
  return corners;
}

/** Without smaller copies, which would have to be made anew for every picture. */
function textureOf(canvas: HTMLCanvasElement): CanvasTexture {
  const texture = new CanvasTexture(canvas);
  texture.colorSpace = SRGBColorSpace;
  texture.flipY = false;
  texture.generateMipmaps = false;
  texture.minFilter = LinearFilter;
  texture.magFilter = LinearFilter;
  return texture;
}

function drawScreen(c: Canvas2d, venue: Venue, room: string, board: RoomBoard | null): void {
  const wash = c.createLinearGradient(0, 0, WIDTH, HEIGHT);
  wash.addColorStop(0, "#0d3b4c");
  wash.addColorStop(1, "#0f6470");
  c.fillStyle = wash;
  c.fillRect(0, 0, WIDTH, HEIGHT);
  drawRiver(c);
  const talk = board?.on ?? board?.next ?? null;
  if (board === null || talk === null) return drawWelcome(c, venue, board?.title ?? room, board?.draft ?? false);
  const mark = phaseMark(board) ?? { text: "Next here", tone: "open" as const };
  const pill = writePill(c, mark.text, LEFT, 96, 30, ...PILLS[mark.tone]);
  writeLines(c, talk.time, LEFT + pill + 24, 96, TEXT_WIDTH - pill - 24, {
    size: 32,
    weight: 600,
    colour: PALE,
    most: 1,
  });
  const title = { weight: 700, colour: "#ffffff", most: 3 };
  const size = fittingSize(c, talk.title, TEXT_WIDTH, title, [66, 56, 46, 40]);
  const below = writeLines(c, talk.title, LEFT, 182, TEXT_WIDTH, { ...title, size });
  writeLines(c, talk.speakers, LEFT, below + 6, TEXT_WIDTH, { size: 34, weight: 500, colour: PALE, most: 2 });
  drawFoot(c, board.title || room, board);
}

function drawFoot(c: Canvas2d, room: string, board: RoomBoard): void {
  c.fillStyle = SUN;
  c.fillRect(LEFT, HEIGHT - 132, 56, 5);
  const next = board.on === null ? null : board.next;
  const after = next === null ? "" : `Next, ${next.time}: ${next.title}`;
  if (after !== "")
    writeLines(c, after, LEFT, HEIGHT - 84, TEXT_WIDTH, { size: 32, weight: 500, colour: "#ffffff", most: 1 });
  const y = after === "" ? HEIGHT - 72 : HEIGHT - 36;
  writeLines(c, room, LEFT, y, TEXT_WIDTH - 280, { size: 28, weight: 600, colour: PALE, most: 1 });
  if (board.draft) writeRight(c, "Draft programme", y);
}

function writeRight(c: Canvas2d, text: string, y: number): void {
  c.textAlign = "right";
  c.fillStyle = "#bfe6e4";
  c.font = `500 28px ${FONT}`;
  c.fillText(text, WIDTH - LEFT, y);
  c.textAlign = "left";
}

function drawWelcome(c: Canvas2d, venue: Venue, room: string, draft: boolean): void {
  writeLines(c, "Welcome", LEFT, 120, TEXT_WIDTH, { size: 30, weight: 600, colour: "#bfe6e4", most: 1 });
  const below = writeLines(c, venue.title, LEFT, 190, TEXT_WIDTH, {
    size: 58,
    weight: 700,
    colour: "#ffffff",
    most: 3,
  });
  if (venue.subtitle)
    writeLines(c, venue.subtitle, LEFT, below + 20, TEXT_WIDTH, { size: 32, weight: 400, colour: PALE, most: 2 });
  c.fillStyle = SUN;
  c.fillRect(LEFT, HEIGHT - 124, 56, 5);
  writeLines(c, room, LEFT, HEIGHT - 72, WIDTH - 420, { size: 34, weight: 600, colour: "#ffffff", most: 1 });
  if (draft) writeRight(c, "Draft programme", HEIGHT - 72);
}

/** Flowing lines: the river that the city is built on. */
function drawRiver(c: Canvas2d): void {
  c.lineWidth = 3;
  for (let line = 0; line < 7; line++) {
    c.strokeStyle = `rgba(255, 255, 255, ${0.03 + line * 0.008})`;
    c.beginPath();
    for (let x = 0; x <= WIDTH; x += 16) {
      const y = HEIGHT * 0.62 + line * 22 + Math.sin(x / 150 + line * 0.55) * (26 + line * 4);
      if (x === 0) c.moveTo(x, y);
      else c.lineTo(x, y);
    }
    c.stroke();
  }
}
