/** The screen in the hall: composes pictures, page, names and captions onto one canvas, only while somebody sees it. */

import type { ScreenPicture } from "../../app/ports";
import type { MediaPicture, MediaSession } from "../../media/api";
import { type CaptionLook, FIRST_LOOK } from "../captions/look";
import { drawStrip } from "../captions/strip";
import { fitted, type Tile } from "./layout";
import { pageAddress, type PageWidth } from "./pages";

export interface ShownPage {
  readonly deck: string;
  readonly page: number;
  /** Of the first page, pixels. */
  readonly width: number;
  readonly height: number;
}

export interface Composition {
  readonly tiles: readonly Tile[];
  readonly pictures: readonly MediaPicture[];
  readonly names: ReadonlyMap<string, string>;
  readonly speaking: readonly string[];
  readonly page: ShownPage | null;
  readonly captions: readonly string[];
  /** How captions look for this person. */
  readonly look: CaptionLook;
  readonly onAir: boolean;
  /** Where the presenter points on the page, 0 to 1; null nowhere. */
  readonly point: { readonly x: number; readonly y: number } | null;
}

export const NOTHING_ON: Composition = {
  tiles: [],
  pictures: [],
  names: new Map(),
  speaking: [],
  page: null,
  captions: [],
  look: FIRST_LOOK,
  onAir: false,
  point: null,
};

const FONT = 'system-ui, "Segoe UI", sans-serif';
const ASPECT = 16 / 9;
/** Widths of the canvas; the smallest that is not smaller than what is seen by a quarter. */
const SIZES = [640, 1024, 1280] as const;
/** Pictures a second that are composed at most. */
const EVERY_MS = 38;
const TAP_EVERY_MS = 60;

/** The size for a screen seen so wide; stays as it is unless another fits clearly better. */
export function canvasWidth(seen: number, before: number): number {
  const wanted = SIZES.find((size) => size >= seen * 0.8) ?? SIZES.at(-1)!;
  const kept = before > 0 && seen * 0.72 <= before && (before === SIZES[0] || seen * 0.9 > before * 0.6);
  return kept ? before : wanted;
}

/** Whoever looks away for so long sees no old picture when he looks back. */
const OLD_MS = 3_000;

/** One picture as it comes; what came last stays while it is asked for in another size. */
interface Tap {
  readonly canvas: HTMLCanvasElement;
  width: number;
  drawn: boolean;
  /** When the last one came, milliseconds. */
  at: number;
  /** Null while nobody looks. */
  stop: (() => void) | null;
}

export class StageScreen implements ScreenPicture {
  readonly canvas = document.createElement("canvas");
  readonly #context = this.canvas.getContext("2d", { alpha: false });
  readonly #media: () => MediaSession | null;
  readonly #now: () => number;
  readonly #taps = new Map<string, Tap>();
  #shown: Composition = NOTHING_ON;
  #page: HTMLImageElement | null = null;
  #pageAddress = "";
  #version = 0;
  #seen = 0;
  #dirty = true;
  #at = 0;

  constructor(media: () => MediaSession | null, now: () => number = () => performance.now()) {
    this.#media = media;
    this.#now = now;
    this.canvas.width = SIZES[0];
    this.canvas.height = Math.round(SIZES[0] / ASPECT);
  }

  get version(): number {
    return this.#version;
  }

  show(composition: Composition): void {
    this.#shown = composition;
    this.#dirty = true;
    if (this.#seen > 0) this.#connect();
  }

  /** By the renderer, for every frame: what is out of sight is not even decoded. */
  seen(width: number): void {
    const out = width === 0;
    if (out && this.#seen > 0) for (const tap of this.#taps.values()) this.#rest(tap);
    const came = !out && this.#seen === 0;
    this.#seen = width;
    if (out) return;
    if (this.#resize(canvasWidth(width, this.canvas.width)) || came) this.#connect();
    const now = this.#now();
    if (!this.#dirty || now - this.#at < EVERY_MS) return;
    [this.#dirty, this.#at] = [false, now];
    this.#draw();
    this.#version++;
  }

  close(): void {
    for (const id of [...this.#taps.keys()]) this.#drop(id);
    this.#page = null;
  }

  #resize(width: number): boolean {
    if (width === this.canvas.width) return false;
    this.canvas.width = width;
    this.canvas.height = Math.round(width / ASPECT);
    this.#dirty = true;
    return true;
  }

  // -- what is drawn from ----------------------------------------------------------------------------
  #connect(): void {
    const media = this.#media();
    const wanted = new Map(
      this.#shown.tiles
        .filter(({ kind }) => kind === "picture")
        .map((tile) => [tile.id, Math.round(tile.width * this.canvas.width)]),
    );
    for (const [id, tap] of [...this.#taps]) {
      const there = this.#shown.pictures.some((each) => each.id === id);
      if (!there || !wanted.has(id)) this.#drop(id);
      else if (wanted.get(id) !== tap.width) this.#rest(tap);
    }
    for (const [id, width] of wanted) {
      const picture = this.#shown.pictures.find((each) => each.id === id);
      if (media !== null && picture !== undefined) this.#tap(media, picture, width);
    }
    this.#loadPage();
  }

  #tap(media: MediaSession, picture: MediaPicture, width: number): void {
    const tap = this.#tapOf(picture.id);
    if (tap.stop !== null) return;
    if (this.#now() - tap.at > OLD_MS) tap.drawn = false;
    tap.width = width;
    const { canvas } = tap;
    const context = canvas.getContext("2d", { alpha: false });
    const sink = (frame: VideoFrame): void => {
      const now = this.#now();
      if (now - tap.at < TAP_EVERY_MS || context === null) return;
      tap.at = now;
      const height = Math.max(1, Math.round((width * frame.displayHeight) / Math.max(1, frame.displayWidth)));
      if (canvas.width !== width || canvas.height !== height) [canvas.width, canvas.height] = [width, height];
      context.drawImage(frame, 0, 0, width, height);
      tap.drawn = true;
      this.#dirty = true;
    };
    tap.stop = media.onFrame(picture, sink, { width });
  }

  #tapOf(id: string): Tap {
    let tap = this.#taps.get(id);
    if (tap === undefined) {
      tap = { canvas: document.createElement("canvas"), width: 0, drawn: false, at: -Infinity, stop: null };
      this.#taps.set(id, tap);
    }
    return tap;
  }

  /** Asks for no more of it, and keeps what came. */
  #rest(tap: Tap): void {
    tap.stop?.();
    tap.stop = null;
  }

  #drop(id: string): void {
    this.#taps.get(id)?.stop?.();
    this.#taps.delete(id);
  }

  #loadPage(): void {
    const { page, tiles } = this.#shown;
    if (page === null || !tiles.some(({ kind }) => kind === "slides")) return;
    const width: PageWidth = this.canvas.width > SIZES[0] ? 1920 : 640;
    const address = pageAddress(page.deck, page.page, width);
    if (address === this.#pageAddress) return;
    this.#pageAddress = address;
    const image = new Image();
    image.onload = () => {
      // Turned on meanwhile: the older page must not come back.
      if (this.#pageAddress !== address) return;
      this.#page = image;
      this.#dirty = true;
    };
    image.src = address;
  }

  // -- drawing -----------------------------------------------------------------------------------------
  #draw(): void {
    const c = this.#context;
    if (c === null) return;
    const { width, height } = this.canvas;
    c.fillStyle = "#0a2a36";
    c.fillRect(0, 0, width, height);
    for (const tile of this.#shown.tiles) this.#drawTile(c, tile);
    drawStrip(c, this.canvas, this.#shown.captions, this.#shown.look);
    if (this.#shown.onAir) drawLight(c, width, height);
  }

  #drawTile(c: CanvasRenderingContext2D, tile: Tile): void {
    const { width, height } = this.canvas;
    const box = { x: tile.x * width, y: tile.y * height, width: tile.width * width, height: tile.height * height };
    if (tile.kind === "slides") return this.#drawPage(c, box);
    const tap = this.#taps.get(tile.id);
    const name = this.#shown.names.get(tile.person) ?? "";
    if (tap?.drawn) drawCovering(c, tap.canvas, box, tile.whole);
    else drawNobody(c, name, box);
    if (this.#shown.tiles.length > 1) drawFrame(c, box, this.#shown.speaking.includes(tile.person));
    if (tap?.drawn) drawBanner(c, name, box, height, this.#shown.speaking.includes(tile.person));
  }

  #drawPage(c: CanvasRenderingContext2D, box: Box): void {
    const image = this.#page;
    if (image === null) return;
    const inner = fitted(box, 1, image.naturalWidth / image.naturalHeight);
    c.drawImage(image, inner.x, inner.y, inner.width, inner.height);
    const { point } = this.#shown;
    if (point === null) return;
    c.beginPath();
    c.arc(inner.x + point.x * inner.width, inner.y + point.y * inner.height, this.canvas.width / 110, 0, 2 * Math.PI);
    c.fillStyle = "rgba(226, 32, 32, 0.85)";
    c.fill();
    c.lineWidth = this.canvas.width / 400;
    c.strokeStyle = "#ffffff";
    c.stroke();
  }
}

interface Box {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

/** Fills the box (faces), or shows all of it (slides, screens). */
function drawCovering(c: CanvasRenderingContext2D, from: HTMLCanvasElement, box: Box, whole: boolean): void {
  const aspect = from.width / from.height;
  const wide = box.width / box.height;
  // A face that nearly fits is not cut at all; upright pictures never are: the sides stay dark.
  if (whole || aspect < 1) {
    const inner = fitted({ ...box }, 1, aspect);
    c.drawImage(from, inner.x, inner.y, inner.width, inner.height);
    return;
  }
  const cutX = aspect > wide ? from.width - from.height * wide : 0;
  const cutY = aspect < wide ? from.height - from.width / wide : 0;
  c.drawImage(from, cutX / 2, cutY / 2, from.width - cutX, from.height - cutY, box.x, box.y, box.width, box.height);
}

function drawNobody(c: CanvasRenderingContext2D, name: string, box: Box): void {
  c.fillStyle = "#0f4452";
  c.fillRect(box.x, box.y, box.width, box.height);
  const letters = name
    .split(/\s+/)
    .filter(Boolean)
    .map((word) => word[0]!.toUpperCase());
  const [x, y] = [box.x + box.width / 2, box.y + box.height / 2];
  const radius = Math.min(box.width, box.height) * 0.2;
  c.beginPath();
  c.arc(x, y - radius * 0.4, radius, 0, 2 * Math.PI);
  c.fillStyle = "#bfe6e4";
  c.fill();
  c.textAlign = "center";
  c.fillStyle = "#06282c";
  c.font = `700 ${radius * 0.8}px ${FONT}`;
  c.fillText(`${letters[0] ?? ""}${letters.length > 1 ? letters.at(-1)! : ""}`, x, y - radius * 0.12);
  c.fillStyle = "#ffffff";
  c.font = `600 ${radius * 0.5}px ${FONT}`;
  c.fillText(name, x, y + radius * 1.35, box.width * 0.9);
  c.textAlign = "left";
}

function drawFrame(c: CanvasRenderingContext2D, box: Box, speaking: boolean): void {
  c.lineWidth = speaking ? 5 : 3;
  c.strokeStyle = speaking ? "#f2c46d" : "#0a2a36";
  c.strokeRect(box.x + 1.5, box.y + 1.5, box.width - 3, box.height - 3);
}

function drawBanner(c: CanvasRenderingContext2D, name: string, box: Box, height: number, speaking: boolean): void {
  if (name === "") return;
  const size = Math.max(height / 30, Math.min(height / 22, box.height / 9));
  c.font = `600 ${size}px ${FONT}`;
  const width = Math.min(box.width - size, c.measureText(name).width + size * 1.4);
  const [x, y] = [box.x + size * 0.5, box.y + box.height - size * 2.2];
  c.fillStyle = "rgba(6, 24, 30, 0.82)";
  c.beginPath();
  c.roundRect(x, y, width, size * 1.7, size * 0.4);
  c.fill();
  c.fillStyle = speaking ? "#f2c46d" : "#ffffff";
  c.fillText(name, x + size * 0.7, y + size * 1.18, width - size * 1.2);
}

function drawLight(c: CanvasRenderingContext2D, width: number, height: number): void {
  const size = height / 26;
  c.font = `800 ${size}px ${FONT}`;
  const text = "ON AIR";
  const wide = c.measureText(text).width + size * 2.1;
  const [x, y] = [width - wide - size * 0.6, size * 0.6];
  c.fillStyle = "#b3160c";
  c.beginPath();
  c.roundRect(x, y, wide, size * 1.7, size * 0.85);
  c.fill();
  c.fillStyle = "#ffffff";
  c.beginPath();
  c.arc(x + size * 0.95, y + size * 0.85, size * 0.32, 0, 2 * Math.PI);
  c.fill();
  c.fillText(text, x + size * 1.5, y + size * 1.2);
}
