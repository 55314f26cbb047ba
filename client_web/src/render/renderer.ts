/** Draws the SceneState: puts together building, people, sky and markers, and keeps the pace. */

import { PerspectiveCamera, Scene, Vector3, type WebGLRenderer } from "three";
import type {
  Pick,
  Quality,
  Renderer,
  RenderOptions,
  RenderStats,
  RoomBoards,
  ScreenPicture,
  ScreenPoint,
} from "../app/ports";
import type { SceneState } from "../core/types";
import type { Venue } from "../core/venue";
import { People } from "./avatar/people";
import { createContext, drawsInSoftware } from "./context";
import { Environment } from "./environment";
import { Markers } from "./markers";
import { Picker } from "./picking";
import { AdaptiveRatio, type Level, type LevelName, LEVELS } from "./quality";
import { Veil } from "./veil";
import { loadVenue, type LoadedVenue } from "./venue/load";

const LOST_PATIENCE_MS = 8000;
/** A longer gap between frames is a hidden tab, not a slow device. */
const AWAY_MS = 3000;
const LOST_MESSAGE =
  "The graphics of this device stopped, so you go on in the flat view. “3D view” tries again; a lower quality may help.";
const DEFAULT_OPTIONS: RenderOptions = {
  reducedMotion: false,
  nameTags: "all",
  vignette: false,
  bob: false,
  highContrast: false,
};

export class ThreeRenderer implements Renderer {
  readonly stats: RenderStats = { drawCalls: 0, triangles: 0, fps: 0, frameMs: 0, avatars: 0 };
  onLost?: (message: string) => void;
  private gl: WebGLRenderer | null = null;
  private readonly abort = new AbortController();
  private readonly scene = new Scene();
  private readonly camera = new PerspectiveCamera(60, 1, 0.12, 700);
  private environment: Environment | null = null;
  private people: People | null = null;
  private readonly markers = new Markers();
  private readonly veil = new Veil();
  private readonly picker = new Picker();
  private readonly point = new Vector3();
  private venue: LoadedVenue | null = null;
  private boards: RoomBoards = new Map();
  private readonly pictures = new Map<string, ScreenPicture>();
  private quality: Quality = "medium";
  private level: Level = LEVELS.medium;
  private readonly ratio = new AdaptiveRatio(LEVELS.medium);
  private options = DEFAULT_OPTIONS;
  private width = 1;
  private height = 1;
  private doorsVersion = -1;
  private self = -1;
  private bobPhase = 0;
  private lastFrame = -Infinity;
  private lost = false;
  private lostTimer: ReturnType<typeof setTimeout> | undefined;

  mount(canvas: HTMLCanvasElement): void {
    this.gl = createContext(canvas, { antialias: this.level.antialias && !drawsInSoftware() });
    this.scene.matrixWorldAutoUpdate = false;
    this.camera.rotation.order = "YXZ";
    this.environment = new Environment(this.scene);
    this.people = new People();
    this.scene.add(this.people.group, this.markers.group, this.veil.mesh);
    this.scene.updateMatrixWorld(true);
    const { signal } = this.abort;
    canvas.addEventListener("webglcontextlost", this.onContextLost, { signal });
    canvas.addEventListener("webglcontextrestored", this.onContextRestored, { signal });
    this.applyLevel(this.quality);
    this.resize(canvas.clientWidth || 300, canvas.clientHeight || 150);
  }

  async loadVenue(glb: ArrayBuffer, venue: Venue, onProgress: (progress: number) => void): Promise<void> {
    const { gl } = this;
    if (!gl) throw new Error("The picture is not ready yet. Reload the page.");
    const loaded = await loadVenue(glb, venue, this.level.fine ? "fine" : "plain", onProgress);
    if (this.abort.signal.aborted) {
      loaded.dispose();
      return;
    }
    this.dropVenue();
    this.venue = loaded;
    this.doorsVersion = -1;
    this.scene.add(loaded.group);
    loaded.showRooms(this.boards);
    for (const [place, picture] of this.pictures) loaded.screens.showPicture(place, picture);
    // Building the shaders now keeps the first steps smooth; a driver that cannot do it in the background just waits.
    await gl.compileAsync(this.scene, this.camera).catch(() => undefined);
    const spawn = venue.spawns[0];
    if (spawn) {
      this.camera.position.set(spawn.position[0], spawn.position[1] + 2, spawn.position[2]);
      this.camera.rotation.set(0, (spawn.yaw / 256) * Math.PI * 2, 0);
    }
    this.camera.updateProjectionMatrix();
    this.camera.updateMatrixWorld();
    this.people?.warm(() => gl.render(this.scene, this.camera));
    onProgress(1);
  }

  setQuality(quality: Quality): void {
    // Asked again for the same: what was learnt about the device's pace is kept.
    if (quality === this.quality && this.gl) return;
    this.quality = quality;
    this.applyLevel(quality);
  }

  setOptions(options: RenderOptions): void {
    this.options = options;
    this.people?.labels.setHighContrast(options.highContrast);
  }

  showRooms(boards: RoomBoards): void {
    this.boards = boards;
    this.venue?.showRooms(boards);
  }

  showPicture(place: string, picture: ScreenPicture | null): void {
    if (picture === null) this.pictures.delete(place);
    else this.pictures.set(place, picture);
    this.venue?.screens.showPicture(place, picture);
  }

  resize(width: number, height: number): void {
    this.width = Math.max(1, width);
    this.height = Math.max(1, height);
    this.camera.aspect = this.width / this.height;
    if (!this.gl) return;
    this.gl.setPixelRatio(this.ratio.ratio(window.devicePixelRatio || 1));
    this.gl.setSize(this.width, this.height, false);
  }

  frame(state: SceneState, dtMs: number): void {
    const { gl, people, environment } = this;
    if (!gl || !people || !environment || this.lost) return;
    const started = performance.now();
    const dt = dtMs / 1000;
    this.keepPace(started);
    this.copyCamera(state, dt);
    environment.follow(this.camera);
    this.moveVenue(state, dt);
    people.update(
      state,
      this.camera,
      gl,
      this.venue?.seats ?? null,
      this.level,
      this.options,
      dt,
      this.width,
      this.height,
      this.venue?.screens.watched(this.camera, this.width, this.height) ?? [],
    );
    this.self = state.self.slot;
    const highlighted = state.highlightedSlot >= 0 ? people.placeOf(state.highlightedSlot) : null;
    this.markers.update(state, highlighted, this.venue?.seats ?? null, this.options.reducedMotion);
    this.veil.update(state.camera.x, state.camera.z, state.self.speed, this.options.vignette, dt);
    this.venue?.screens.update(this.camera, this.width * gl.getPixelRatio(), started);
    gl.info.reset();
    gl.render(this.scene, this.camera);
    this.measure(gl, performance.now() - started);
  }

  pick(x: number, y: number): Pick {
    if (!this.people) return { kind: "nothing" };
    const tagged = this.people.tagAt(x, y);
    if (tagged >= 0) return { kind: "slot", slot: tagged };
    const nx = (x / this.width) * 2 - 1;
    const ny = 1 - (y / this.height) * 2;
    return this.picker.pick(nx, ny, this.camera, this.people, this.venue, this.self);
  }

  cast(x: number, y: number, z: number, dx: number, dy: number, dz: number, most: number): number {
    return Math.min(most, this.venue?.rays.cast(x, y, z, dx, dy, dz, most).t ?? most);
  }

  project(slot: number): ScreenPoint | null {
    const place = this.people?.placeOf(slot);
    if (!place || !this.people) return null;
    this.point.set(place[0]!, place[1]! + this.people.headOf(slot), place[2]!);
    const depth = this.point.distanceTo(this.camera.position);
    this.point.project(this.camera);
    if (this.point.z > 1 || this.point.z < -1) return null;
    return { x: (this.point.x * 0.5 + 0.5) * this.width, y: (0.5 - this.point.y * 0.5) * this.height, depth };
  }

  dispose(): void {
    this.abort.abort();
    clearTimeout(this.lostTimer);
    this.dropVenue();
    this.people?.dispose();
    this.environment?.dispose();
    this.markers.dispose();
    this.veil.dispose();
    this.gl?.dispose();
    this.gl = null;
  }

  private applyLevel(name: LevelName): void {
    const before = this.level;
    this.level = LEVELS[name];
    this.ratio.setLevel(this.level);
    this.camera.far = this.level.sight * 1.6;
    this.environment?.setSight(this.level.sight);
    if (before.fine !== this.level.fine) this.swapMaterials();
    this.resize(this.width, this.height);
  }

  private swapMaterials(): void {
    const { venue } = this;
    if (!venue) return;
    venue.materials.setFinish(this.level.fine ? "fine" : "plain");
    venue.swapMaterials();
  }

  /** By the real clock: `dtMs` is capped, and frames that a slow driver takes in bursts would look quick by it. */
  private keepPace(now: number): void {
    const ms = now - this.lastFrame;
    this.lastFrame = now;
    if (ms > AWAY_MS) return;
    if (this.ratio.take(ms)) this.resize(this.width, this.height);
    else if (this.level === LEVELS.low && this.ratio.exhausted) this.applyLevel("potato");
  }

  private copyCamera(state: SceneState, dt: number): void {
    const { camera, self } = state;
    let y = camera.y;
    if (this.options.bob && !this.options.reducedMotion && camera.mode === "first") {
      this.bobPhase += self.speed * dt * 1.9;
      y += Math.sin(this.bobPhase * Math.PI) * 0.028 * Math.min(1, self.speed / 2);
    }
    this.camera.position.set(camera.x, y, camera.z);
    this.camera.rotation.set(camera.pitch, camera.yaw, 0);
    this.camera.fov = camera.fov;
    this.camera.updateProjectionMatrix();
    this.camera.updateMatrixWorld();
  }

  private moveVenue(state: SceneState, dt: number): void {
    const { venue } = this;
    if (!venue) return;
    const first = this.doorsVersion < 0;
    const changed = state.doorsVersion !== this.doorsVersion;
    this.doorsVersion = state.doorsVersion;
    venue.doors.update(state.doorsClosed, changed, dt, first || this.options.reducedMotion);
    venue.cull(this.camera.position, this.level.furnitureMetres);
    if (!this.options.reducedMotion) venue.materials.time.value = (state.now / 1000) % 3600;
  }

  private measure(gl: WebGLRenderer, ms: number): void {
    const { stats } = this;
    stats.drawCalls = gl.info.render.calls;
    stats.triangles = gl.info.render.triangles;
    stats.frameMs = ms;
    stats.avatars = this.people?.drawn ?? 0;
    stats.fps = 1000 / Math.max(1, this.ratio.frameMs);
  }

  private dropVenue(): void {
    if (!this.venue) return;
    this.scene.remove(this.venue.group);
    this.venue.dispose();
    this.venue = null;
  }

  private readonly onContextLost = (event: Event): void => {
    // Without this the browser never gives the context back.
    event.preventDefault();
    this.lost = true;
    clearTimeout(this.lostTimer);
    this.lostTimer = setTimeout(() => this.onLost?.(LOST_MESSAGE), LOST_PATIENCE_MS);
  };

  private readonly onContextRestored = (): void => {
    clearTimeout(this.lostTimer);
    this.lost = false;
    // three.js uploads everything again by itself, except what was copied from texture to texture.
    this.people?.labels.forget();
  };
}
