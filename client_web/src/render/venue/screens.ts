/** Pictures on the screens of the rooms: drawn once on a canvas, in the venue's own words. */

import {
  CanvasTexture,
  LinearFilter,
  LinearMipmapLinearFilter,
  type Mesh,
  MeshBasicMaterial,
  SRGBColorSpace,
} from "three";
import type { Venue } from "../../core/venue";

const WIDTH = 1024;
const HEIGHT = 576;
const FONT = '"Inter", "Segoe UI", system-ui, sans-serif';

/** One texture for every screen of the same room title: screens are few, memory on phones is small. */
export class Screens {
  private readonly textures = new Map<string, CanvasTexture>();
  private readonly materials: MeshBasicMaterial[] = [];

  constructor(private readonly venue: Venue) {}

  /** Puts a picture on the mesh of a screen. */
  dress(mesh: Mesh, node: string): void {
    const screen = this.venue.screens.find((one) => one.node === node);
    const room = screen ? (this.venue.rooms[screen.room]?.title ?? "") : "";
    const material = new MeshBasicMaterial({ map: this.texture(room), fog: false, toneMapped: false });
    this.materials.push(material);
    mesh.material = material;
  }

  dispose(): void {
    for (const texture of this.textures.values()) texture.dispose();
    for (const material of this.materials) material.dispose();
  }

  private texture(room: string): CanvasTexture {
    const known = this.textures.get(room);
    if (known) return known;
    const canvas = document.createElement("canvas");
    canvas.width = WIDTH;
    canvas.height = HEIGHT;
    const context = canvas.getContext("2d");
    if (context) drawWelcome(context, this.venue, room);
    const texture = new CanvasTexture(canvas);
    texture.colorSpace = SRGBColorSpace;
    texture.flipY = false;
    texture.anisotropy = 4;
    texture.minFilter = LinearMipmapLinearFilter;
    texture.magFilter = LinearFilter;
    this.textures.set(room, texture);
    return texture;
  }
}

function drawWelcome(c: CanvasRenderingContext2D, venue: Venue, room: string): void {
  const wash = c.createLinearGradient(0, 0, WIDTH, HEIGHT);
  wash.addColorStop(0, "#0d3b4c");
  wash.addColorStop(1, "#0f6470");
  c.fillStyle = wash;
  c.fillRect(0, 0, WIDTH, HEIGHT);
  drawRiver(c);
  c.fillStyle = "#bfe6e4";
  c.font = `600 30px ${FONT}`;
  c.fillText("Welcome", 72, 120);
  c.fillStyle = "#ffffff";
  const below = wrapText(c, venue.title, 72, 190, WIDTH - 144, 58, 3, 700);
  if (venue.subtitle) {
    c.fillStyle = "#d5ecec";
    wrapText(c, venue.subtitle, 72, below + 20, WIDTH - 144, 32, 2, 400);
  }
  c.fillStyle = "#f2c46d";
  c.fillRect(72, HEIGHT - 124, 56, 5);
  c.fillStyle = "#ffffff";
  c.font = `600 34px ${FONT}`;
  c.fillText(room, 72, HEIGHT - 72, WIDTH - 420);
  c.textAlign = "right";
  c.fillStyle = "#bfe6e4";
  c.font = `500 28px ${FONT}`;
  c.fillText("Draft programme", WIDTH - 72, HEIGHT - 72);
  c.textAlign = "left";
}

/** Flowing lines: the river that the city is built on. */
function drawRiver(c: CanvasRenderingContext2D): void {
  c.lineWidth = 3;
  for (let line = 0; line < 7; line++) {
    c.strokeStyle = `rgba(255, 255, 255, ${0.05 + line * 0.012})`;
    c.beginPath();
    for (let x = 0; x <= WIDTH; x += 16) {
      const y = HEIGHT * 0.62 + line * 22 + Math.sin(x / 150 + line * 0.55) * (26 + line * 4);
      if (x === 0) c.moveTo(x, y);
      else c.lineTo(x, y);
    }
    c.stroke();
  }
}

/** Draws at most `lines` lines and gives the baseline below; the last line ends in an ellipsis when text is left. */
function wrapText(
  c: CanvasRenderingContext2D,
  text: string,
  x: number,
  y: number,
  width: number,
  size: number,
  lines: number,
  weight: number,
): number {
  c.font = `${weight} ${size}px ${FONT}`;
  let rest = text.split(/\s+/).filter(Boolean);
  for (let line = 0; line < lines && rest.length > 0; line++) {
    let n = rest.length;
    while (n > 1 && c.measureText(rest.slice(0, n).join(" ")).width > width) n--;
    const more = line === lines - 1 && n < rest.length ? "…" : "";
    c.fillText(rest.slice(0, n).join(" ") + more, x, y, width);
    rest = rest.slice(n);
    y += size * 1.16;
  }
  return y;
}
