/** The turning figure of the entry page: one figure on a disc, drag or arrow keys turn it. */

import {
  CircleGeometry,
  DirectionalLight,
  HemisphereLight,
  Mesh,
  MeshLambertMaterial,
  PerspectiveCamera,
  Scene,
} from "three";
import type { AvatarPreview, CreateAvatarPreview } from "../app/ports";
import { type Emote, EMOTES, EMOTE_SHIFT, type Look } from "../core/types";
import { Figures, type FigureParts, partsOf } from "./avatar/figures";
import { advance, newMotion } from "./avatar/motion";
import { figureOf } from "./avatar/palette";
import { createContext } from "./context";

const EMOTE_SECONDS = 2.2;
const TURN_PER_SECOND = 0.35;
/** Looks at the camera, a little to the side: flattering. */
const FRONT = Math.PI + 0.35;

export const createAvatarPreview: CreateAvatarPreview = (canvas, look, reducedMotion) =>
  new Preview(canvas, look, reducedMotion);

class Preview implements AvatarPreview {
  private readonly renderer;
  private readonly scene = new Scene();
  private readonly camera = new PerspectiveCamera(26, 1, 0.1, 20);
  private readonly figures = new Figures(1);
  private readonly motion = newMotion(7);
  private readonly abort = new AbortController();
  private readonly disc = new Mesh(new CircleGeometry(0.5, 48), new MeshLambertMaterial({ color: 0xdfe7ea }));
  private parts: FigureParts;
  private yaw = FRONT;
  private emote = 0;
  private emoteLeft = 0;
  private dragging = false;
  private idle = 10;
  private last = 0;
  private request = 0;

  constructor(
    private readonly canvas: HTMLCanvasElement,
    look: Look,
    private readonly still: boolean,
  ) {
    this.renderer = createContext(canvas, { antialias: true, transparent: true });
    this.renderer.setClearColor(0, 0);
    this.parts = partsOf(figureOf(look));
    this.disc.rotation.x = -Math.PI / 2;
    const sun = new DirectionalLight(0xfff3e0, 2.4);
    sun.position.set(-1.6, 3, 2.4);
    const fill = new DirectionalLight(0xcfe3ff, 0.8);
    fill.position.set(2, 1.2, -1.5);
    this.scene.add(new HemisphereLight(0xe8f2ff, 0xb9a88f, 1.7), sun, fill, this.disc, this.figures.group);
    this.listen();
    this.request = requestAnimationFrame(this.tick);
  }

  setLook(look: Look): void {
    this.parts = partsOf(figureOf(look));
  }

  play(emote: Emote): void {
    this.emote = EMOTES.indexOf(emote);
    this.emoteLeft = EMOTE_SECONDS;
  }

  dispose(): void {
    cancelAnimationFrame(this.request);
    this.abort.abort();
    this.figures.dispose();
    this.disc.geometry.dispose();
    this.disc.material.dispose();
    this.renderer.dispose();
    this.renderer.forceContextLoss();
  }

  private listen(): void {
    const { signal } = this.abort;
    let from = 0;
    this.canvas.style.touchAction = "pan-y";
    const on = <K extends keyof HTMLElementEventMap>(type: K, handle: (event: HTMLElementEventMap[K]) => void): void =>
      this.canvas.addEventListener(type, handle, { signal });
    on("pointerdown", (event) => {
      this.dragging = true;
      from = event.clientX;
      this.canvas.setPointerCapture(event.pointerId);
    });
    on("pointermove", (event) => {
      if (!this.dragging) return;
      this.turn((event.clientX - from) * 0.012);
      from = event.clientX;
    });
    on("pointerup", () => (this.dragging = false));
    on("pointercancel", () => (this.dragging = false));
    on("keydown", (event) => {
      if (event.key !== "ArrowLeft" && event.key !== "ArrowRight") return;
      this.turn(event.key === "ArrowLeft" ? -0.26 : 0.26);
      event.preventDefault();
    });
    this.canvas.addEventListener("webglcontextlost", (event) => event.preventDefault(), { signal });
  }

  private turn(angle: number): void {
    this.yaw += angle;
    this.idle = 0;
  }

  private readonly tick = (now: number): void => {
    this.request = requestAnimationFrame(this.tick);
    const dt = Math.min(0.1, (now - this.last) / 1000);
    // Thirty frames a second are enough for a figure that turns slowly; the page around it stays quick.
    if (dt < 0.03) return;
    this.last = now;
    this.idle += dt;
    this.emoteLeft = Math.max(0, this.emoteLeft - dt);
    if (!this.still && !this.dragging && this.idle > 4) this.yaw += dt * TURN_PER_SECOND;
    this.draw(now / 1000, dt);
  };

  private draw(time: number, dt: number): void {
    this.fit();
    const state = this.emoteLeft > 0 ? this.emote << EMOTE_SHIFT : 0;
    advance(this.motion, state, 0, this.yaw, dt, this.still);
    this.motion.facing = this.yaw;
    this.figures.begin(this.still ? 0 : time);
    this.figures.add(this.parts, this.motion, 0, 0, 0, true, 1);
    this.figures.commit();
    this.renderer.info.reset();
    this.renderer.render(this.scene, this.camera);
  }

  /** Follows the canvas's size and frames the whole figure. */
  private fit(): void {
    const width = Math.max(1, this.canvas.clientWidth);
    const height = Math.max(1, this.canvas.clientHeight);
    const ratio = Math.min(2, window.devicePixelRatio || 1);
    if (this.canvas.width !== Math.round(width * ratio) || this.canvas.height !== Math.round(height * ratio)) {
      this.renderer.setPixelRatio(ratio);
      this.renderer.setSize(width, height, false);
    }
    const aspect = width / height;
    const distance = Math.max(4.9, 2.5 / aspect);
    this.camera.aspect = aspect;
    this.camera.position.set(0, 1.25, distance);
    this.camera.lookAt(0, 0.88, 0);
    this.camera.updateProjectionMatrix();
  }
}
