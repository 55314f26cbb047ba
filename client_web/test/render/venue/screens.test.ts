// @vitest-environment happy-dom
import { type CanvasTexture, Mesh, type MeshBasicMaterial, PerspectiveCamera, PlaneGeometry } from "three";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import type { ScreenPicture } from "../../../src/app/ports";
import { Screens } from "../../../src/render/venue/screens";
import { SMALL_VENUE } from "../../../src/ui/testing/small_venue";

class Picture implements ScreenPicture {
  readonly canvas = document.createElement("canvas");
  version = 1;
  readonly widths: number[] = [];
  seen(width: number): void {
    this.widths.push(width);
  }
}

let screens: Screens;
let mesh: Mesh;
let camera: PerspectiveCamera;
let picture: Picture;
const shown = (): CanvasTexture => (mesh.material as MeshBasicMaterial).map as CanvasTexture;

beforeEach(() => {
  const context = new Proxy(
    { measureText: () => ({ width: 10 }), createLinearGradient: () => ({ addColorStop: () => undefined }) },
    { get: (known: Record<string, unknown>, name: string) => known[name] ?? (() => undefined), set: () => true },
  );
  vi.spyOn(HTMLCanvasElement.prototype, "getContext").mockReturnValue(context as never);
  const screen = { node: "Screen_hall", room: 1 } as (typeof SMALL_VENUE)["screens"][number];
  screens = new Screens({ ...SMALL_VENUE, screens: [screen] });
  mesh = new Mesh(new PlaneGeometry(16, 9));
  screens.dress(mesh, "Screen_hall");
  camera = new PerspectiveCamera(60, 16 / 9, 0.1, 500);
  camera.position.set(0, 0, 20);
  camera.updateMatrixWorld();
  picture = new Picture();
});
afterEach(() => {
  screens.dispose();
  vi.restoreAllMocks();
});

it("shows a moving picture instead of the board, and the board again after it", () => {
  const board = shown();
  screens.showPicture("hall", picture);
  expect(shown()).toBe(board);
  screens.update(camera, 1_280, 1_000);
  expect(shown().image).toBe(picture.canvas);
  // Smaller copies would have to be made anew for each picture.
  expect(shown().generateMipmaps).toBe(false);
  screens.showPicture("hall", null);
  expect(shown()).toBe(board);
});

it("tells how large it is seen, and takes nothing over while it is not", () => {
  screens.showPicture("hall", picture);
  screens.update(camera, 1_280, 1_000);
  expect(picture.widths.at(-1)).toBeGreaterThan(300);
  camera.position.set(0, 0, 200);
  camera.updateMatrixWorld();
  screens.update(camera, 1_280, 2_000);
  expect(picture.widths.at(-1)).toBeLessThan(150);
  camera.rotation.set(0, Math.PI, 0);
  camera.updateMatrixWorld();
  const { version } = shown();
  picture.version++;
  screens.update(camera, 1_280, 3_000);
  expect(picture.widths.at(-1)).toBe(0);
  expect(shown().version).toBe(version);
});

it("copies a picture to the graphics card only when it is new, and less often far away", () => {
  camera.position.set(0, 0, 100);
  camera.updateMatrixWorld();
  screens.showPicture("hall", picture);
  screens.update(camera, 1_280, 1_000);
  const first = shown().version;
  screens.update(camera, 1_280, 2_000);
  expect(shown().version).toBe(first);
  let copies = 0;
  for (let now = 3_000; now < 4_000; now += 20) {
    picture.version++;
    const before = shown().version;
    screens.update(camera, 1_280, now);
    copies += shown().version - before;
  }
  expect(copies).toBeGreaterThanOrEqual(9);
  expect(copies).toBeLessThanOrEqual(13);
});

it("takes another texture when the picture changes its size", () => {
  screens.showPicture("hall", picture);
  screens.update(camera, 1_280, 1_000);
  const first = shown();
  picture.canvas.width = 1_280;
  picture.version++;
  screens.update(camera, 1_280, 2_000);
  expect(shown()).not.toBe(first);
});

it("knows where a screen with a moving picture stands in the picture, and of no other", () => {
  expect(screens.watched(camera, 1_280, 720)).toEqual([]);
  screens.showPicture("hall", picture);
  // 16 metres wide, 20 away: 60 degrees of 720 pixels are 23.09 metres there.
  const metre = 720 / (2 * 20 * Math.tan(Math.PI / 6));
  const [box] = screens.watched(camera, 1_280, 720);
  expect(box!.left).toBeCloseTo(640 - 8 * metre, 1);
  expect(box!.right).toBeCloseTo(640 + 8 * metre, 1);
  expect(box!.top).toBeCloseTo(360 - 4.5 * metre, 1);
  expect(box!.bottom).toBeCloseTo(360 + 4.5 * metre, 1);
  camera.rotation.set(0, Math.PI, 0);
  camera.updateMatrixWorld();
  expect(screens.watched(camera, 1_280, 720)).toEqual([]);
});
