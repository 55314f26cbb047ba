/** Everybody in the picture: who is drawn how, moved, tagged and found again. No allocation per frame. */

import { Frustum, Group, Matrix4, type PerspectiveCamera, Sphere, Vector3, type WebGLRenderer } from "three";
import type { NameTags } from "../../app/ports";
import { MAX_NEAR, type SceneState, SEATED, SPEAKING, STANDING, WALKING } from "../../core/types";
import type { Level } from "../quality";
import { iconOf } from "../tags/icons";
import { Labels } from "../tags/labels";
import { boxAt, layoutTags, LEFT_OUT, newTagBoxes, type ScreenBox, tagFade, tagHeight, tagScale } from "../tags/layout";
import { type SeatIndex, SeatMemory } from "../venue/seats";
import { type Appearance, Cast } from "./cast";
import { FarFigures } from "./far";
import { Figures } from "./figures";
import { FAR, LodChooser, NEAR } from "./lod";
import { advance, approach, type Motion, newMotion } from "./motion";
import { BlobShadows } from "./shadows";

/** Most people who are moved as individuals: the interest set and the nearest of the crowd. */
const CAPACITY = 512;
const FIGURES = 112;
const CROWD = 2600;
const SHADOWS = 640;
const HEAD_TOP = 1.76;
const SIT_DROP = 0.34;
const WALK_SPEED = 1.5;
const FORGET_FRAMES = 240;
/** CSS pixels on the screen, near and far. */
const TAG_LARGE = 40;
const TAG_SMALL = 25;
/** Between the head and its tag. */
const TAG_RISE = 6;
const ICON_LARGE = 40;
const ICON_SMALL = 20;

export interface PeopleOptions {
  readonly reducedMotion: boolean;
  readonly nameTags: NameTags;
}

export class People {
  readonly group = new Group();
  readonly labels = new Labels();
  /** People drawn in the last frame. */
  drawn = 0;
  private readonly figures = new Figures(FIGURES);
  private readonly far = new FarFigures(CROWD);
  private readonly shadows = new BlobShadows(SHADOWS);
  private readonly cast = new Cast();
  private readonly motions = new Map<number, Motion>();
  private readonly lodChooser = new LodChooser(CAPACITY);
  private readonly frustum = new Frustum();
  private readonly sphere = new Sphere(new Vector3(), 1.2);
  private readonly viewProjection = new Matrix4();
  private readonly point = new Vector3();
  private readonly boxes = newTagBoxes(64);
  private readonly tagged = new Int16Array(64);
  private readonly tagSlots = new Int32Array(64);
  private readonly found = new Float32Array(3);
  // One entry a person in view, structure of arrays.
  private readonly slot = new Int32Array(CAPACITY);
  private readonly x = new Float32Array(CAPACITY);
  private readonly y = new Float32Array(CAPACITY);
  private readonly z = new Float32Array(CAPACITY);
  private readonly state = new Uint8Array(CAPACITY);
  private readonly fade = new Float32Array(CAPACITY);
  private readonly distance2 = new Float32Array(CAPACITY);
  private readonly lod = new Int8Array(CAPACITY);
  private readonly motion: Motion[] = new Array<Motion>(CAPACITY);
  private readonly looks: Appearance[] = new Array<Appearance>(CAPACITY);
  private count = 0;
  private tags = 0;
  private frame = 0;
  private seatOf = new SeatMemory();
  private width = 1;
  private height = 1;
  private tagScale = 1;

  constructor() {
    this.group.add(this.shadows.mesh, this.figures.group, this.far.mesh, this.labels.mesh);
  }

  update(
    state: SceneState,
    camera: PerspectiveCamera,
    renderer: WebGLRenderer,
    seats: SeatIndex | null,
    level: Level,
    options: PeopleOptions,
    dt: number,
    width: number,
    height: number,
    screens: readonly ScreenBox[],
  ): void {
    this.frame++;
    this.width = width;
    this.height = height;
    this.tagScale = tagScale(renderer.getPixelRatio());
    this.viewProjection.multiplyMatrices(camera.projectionMatrix, camera.matrixWorldInverse);
    this.frustum.setFromProjectionMatrix(this.viewProjection);
    this.figures.begin(options.reducedMotion ? 0 : state.now / 1000);
    this.far.begin();
    this.shadows.begin();
    this.labels.begin(width, height);
    this.count = 0;
    const hip = seats?.hip ?? 0.45;
    this.takeSelf(state, hip, dt, options);
    this.takeNear(state, hip, dt, options);
    this.drawn = 0;
    this.takeCrowd(state, seats, level, dt, options);
    for (let i = 0; i < this.count; i++) this.lod[i] = this.motion[i]!.lod;
    this.lodChooser.choose(this.count, this.distance2, this.lod, level.lod);
    this.draw();
    this.tag(state, renderer, level, options, dt, screens);
    this.figures.commit();
    this.far.commit();
    this.shadows.commit();
    this.labels.commit();
    if (this.frame % FORGET_FRAMES === 0) this.forget(state);
  }

  /** Draws everything once without showing anything, so that the driver has built its programs before people come. */
  warm(draw: () => void): void {
    this.figures.warm(true);
    this.far.mesh.visible = this.shadows.mesh.visible = this.labels.mesh.visible = true;
    draw();
    this.figures.warm(false);
  }

  /** Feet of a slot drawn in the last frame, or null. */
  placeOf(slot: number): Float32Array | null {
    for (let i = 0; i < this.count; i++) {
      if (this.slot[i] !== slot) continue;
      this.found[0] = this.x[i]!;
      this.found[1] = this.y[i]!;
      this.found[2] = this.z[i]!;
      return this.found;
    }
    return null;
  }

  /** Height of the top of the head over the feet of a slot drawn in the last frame. */
  headOf(slot: number): number {
    for (let i = 0; i < this.count; i++) if (this.slot[i] === slot) return this.head(i);
    return HEAD_TOP;
  }

  /** Slot that a ray meets first within `far` metres (not `except`), or -1. `d` is a unit vector. */
  hit(ox: number, oy: number, oz: number, dx: number, dy: number, dz: number, far: number, except: number): number {
    let best = -1;
    let nearest = far;
    for (let i = 0; i < this.count; i++) {
      if (this.slot[i] === except) continue;
      const x = this.x[i]! - ox;
      const z = this.z[i]! - oz;
      const flat2 = dx * dx + dz * dz;
      const t = flat2 > 1e-6 ? (x * dx + z * dz) / flat2 : 0;
      if (t <= 0 || t >= nearest) continue;
      const aside2 = (x - dx * t) ** 2 + (z - dz * t) ** 2;
      // A little wider with distance: people far away stay easy to point at.
      const radius = 0.3 + t * 0.006;
      const up = oy + dy * t - this.y[i]!;
      if (aside2 > radius * radius || up < -0.1 || up > this.head(i) + 0.1) continue;
      nearest = t;
      best = this.slot[i]!;
    }
    return best;
  }

  /** Slot whose name tag was drawn at a point of the screen (CSS pixels, y down), or -1. */
  tagAt(x: number, y: number): number {
    const k = boxAt(this.boxes, this.tags, x, y, TAG_RISE);
    return k < 0 ? -1 : this.tagSlots[k]!;
  }

  dispose(): void {
    this.figures.dispose();
    this.far.dispose();
    this.shadows.dispose();
    this.labels.dispose();
  }

  private takeSelf(state: SceneState, hip: number, dt: number, options: PeopleOptions): void {
    const { self, camera } = state;
    if (!self.present) return;
    const motion = this.motionOf(self.slot, hip);
    advance(motion, self.state, self.speed, self.yaw, dt, options.reducedMotion);
    // The own body gives way before the camera would look into it.
    const room = Math.min(1, Math.max(0, (camera.distance - 0.6) / 0.6));
    if (room <= 0) return;
    motion.fade = 1;
    const look = this.cast.self(self.look);
    this.addPerson(self.slot, self.x, self.y, self.z, self.state, motion, look, state, room);
  }

  private takeNear(state: SceneState, hip: number, dt: number, options: PeopleOptions): void {
    const { near } = state;
    const n = Math.min(near.count, MAX_NEAR);
    for (let i = 0; i < n; i++) {
      const slot = near.slot[i]!;
      const motion = this.motionOf(slot, hip);
      const bits = near.state[i]!;
      advance(motion, bits, near.speed[i]!, near.yaw[i]!, dt, options.reducedMotion);
      const look = this.cast.of(slot, state.introductions, false);
      this.addPerson(slot, near.x[i]!, near.y[i]!, near.z[i]!, bits, motion, look, state, 1);
    }
  }

  private takeCrowd(
    state: SceneState,
    seats: SeatIndex | null,
    level: Level,
    dt: number,
    options: PeopleOptions,
  ): void {
    const { crowd, camera } = state;
    const close2 = level.lod.midMetres ** 2;
    const far2 = level.crowdMetres ** 2;
    const time = state.now / 1000;
    let left = level.crowd;
    for (let i = 0; i < crowd.count && left > 0; i++) {
      const slot = crowd.slot[i]!;
      let x = crowd.x[i]!;
      const y = crowd.y[i]!;
      let z = crowd.z[i]!;
      const d2 = (x - camera.x) ** 2 + (y - camera.y) ** 2 + (z - camera.z) ** 2;
      if (d2 > far2 || !this.inView(x, y, z)) continue;
      left--;
      const moving = crowd.moving[i] === 1;
      let yaw = crowd.yaw[i]!;
      const seat = moving || !seats ? -1 : this.seatOf.find(seats, slot, x, y, z);
      if (seat >= 0) {
        x = seats!.x(seat);
        z = seats!.z(seat);
        yaw = seats!.yaw(seat);
      }
      const fade = 1 - Math.min(1, Math.max(0, (crowd.age[i]! - 1.5) / 0.8));
      const look = this.cast.of(slot, state.introductions, true);
      if (d2 < close2 && this.count < CAPACITY) {
        const motion = this.motionOf(slot, seats?.hip ?? 0.45);
        const bits = seat >= 0 ? SEATED : moving ? WALKING : STANDING;
        advance(motion, bits, moving ? WALK_SPEED : 0, yaw, dt, options.reducedMotion);
        this.addPerson(slot, x, y, z, bits, motion, look, state, fade);
        continue;
      }
      const phase = time * 0.9 + slot * 0.37;
      this.far.add(look.far, x, y, z, yaw, phase % 64, moving ? 1 : 0, seat >= 0 ? 1 : 0, fade);
      if (d2 < 3600) this.shadows.add(x, y, z, fade * 0.8);
      this.drawn++;
    }
  }

  private addPerson(
    slot: number,
    x: number,
    y: number,
    z: number,
    bits: number,
    motion: Motion,
    look: Appearance,
    state: SceneState,
    fade: number,
  ): void {
    if (this.count >= CAPACITY || !this.inView(x, y, z)) return;
    const { camera } = state;
    const i = this.count++;
    const own = slot === state.self.slot;
    const dx = x - camera.x;
    const dz = z - camera.z;
    // Somebody who stands where the camera is dissolves instead of filling the picture.
    const flat = Math.hypot(dx, dz);
    const close = own || Math.abs(camera.y - y - 1) > 1.4 ? 1 : Math.min(1, Math.max(0, (flat - 0.35) / 0.4));
    this.slot[i] = slot;
    this.x[i] = x;
    this.y[i] = y;
    this.z[i] = z;
    this.state[i] = bits;
    this.fade[i] = fade * close * motion.fade;
    this.motion[i] = motion;
    this.looks[i] = look;
    this.distance2[i] = dx * dx + dz * dz + (y + 1 - camera.y) ** 2;
  }

  private draw(): void {
    for (let i = 0; i < this.count; i++) {
      const motion = this.motion[i]!;
      const look = this.looks[i]!;
      const lod = this.lod[i]!;
      const x = this.x[i]!;
      const y = this.y[i]!;
      const z = this.z[i]!;
      const fade = this.fade[i]!;
      motion.lod = lod;
      if (fade <= 0.01) continue;
      const figure = lod !== FAR && this.figures.add(look.parts, motion, x, y, z, lod === NEAR, fade);
      if (!figure) {
        const walk = motion.walk * (1 + motion.run * 0.5);
        this.far.add(look.far, x, y, z, motion.facing, motion.phase, walk, motion.sit, fade);
      }
      this.shadows.add(x, y, z, fade * (1 - 0.3 * motion.sit));
      this.drawn++;
    }
  }

  private tag(
    state: SceneState,
    renderer: WebGLRenderer,
    level: Level,
    options: PeopleOptions,
    dt: number,
    screens: readonly ScreenBox[],
  ): void {
    const limit = options.nameTags === "near" ? Math.min(9, level.tagMetres) : level.tagMetres;
    const most = Math.min(level.tags, this.tagged.length);
    let n = 0;
    for (let rank = 0; rank < this.count && n < most; rank++) {
      const i = this.lodChooser.nearest(rank);
      const slot = this.slot[i]!;
      const motion = this.motion[i]!;
      if (slot === state.self.slot) continue;
      const pointed = slot === state.highlightedSlot;
      const metres = Math.sqrt(this.distance2[i]!);
      if ((options.nameTags === "off" || metres > limit || state.unseen[slot] === 1) && !pointed) {
        motion.tagAlpha = 0;
        continue;
      }
      const introduction = state.introductions.get(slot);
      if (!introduction || introduction.name === "") continue;
      const shape = this.labels.prepare(renderer, slot, introduction.revision, introduction, pointed);
      if (shape === 0 || !this.toScreen(i)) continue;
      const tall = this.tall(metres);
      const icon = iconOf(this.state[i]!) < 0 ? 0 : tagHeight(metres, ICON_LARGE, ICON_SMALL) + 2;
      this.boxes.x[n] = this.point.x;
      this.boxes.y[n] = this.point.y;
      this.boxes.width[n] = tall * shape;
      this.boxes.height[n] = tall + icon;
      this.boxes.free[n] = pointed || (this.state[i]! & SPEAKING) !== 0 ? 1 : 0;
      this.tagged[n] = i;
      this.tagSlots[n] = slot;
      n++;
    }
    layoutTags(this.boxes, n, screens);
    this.tags = n;
    // Icons without a name go below the names, so that they cover none.
    this.placeIcons(state, most * 2, false);
    // The nearest last: what is in front is drawn over what is behind.
    for (let k = n - 1; k >= 0; k--) this.placeTag(k, state, limit, options, dt);
    this.placeIcons(state, most * 2, true);
  }

  private placeTag(k: number, state: SceneState, limit: number, options: PeopleOptions, dt: number): void {
    const i = this.tagged[k]!;
    const motion = this.motion[i]!;
    const lift = this.boxes.lift[k]!;
    const pointed = this.slot[i] === state.highlightedSlot;
    const shown = pointed ? 1 : lift === LEFT_OUT ? 0 : tagFade(Math.sqrt(this.distance2[i]!), limit);
    const rate = options.reducedMotion ? 1000 : 10;
    if (lift >= 0) motion.tagLift = motion.tagAlpha < 0.05 ? lift : approach(motion.tagLift, lift, rate, dt);
    motion.tagAlpha = approach(motion.tagAlpha, shown, rate, dt);
    if (motion.tagAlpha < 0.03) return;
    const y = this.y[i]! + this.head(i);
    const alpha = motion.tagAlpha * this.fade[i]!;
    const tall = this.tall(Math.sqrt(this.distance2[i]!));
    this.labels.addTag(this.slot[i]!, this.x[i]!, y, this.z[i]!, tall, TAG_RISE + motion.tagLift, alpha);
  }

  private placeIcons(state: SceneState, most: number, named: boolean): void {
    const last = named ? this.ownRank(state.self.slot) : -1;
    for (let step = Math.min(this.count, most) - 1; step >= -1; step--) {
      const rank = step < 0 ? last : step;
      if (rank < 0 || (step >= 0 && rank === last)) continue;
      const i = this.lodChooser.nearest(rank);
      const icon = iconOf(this.state[i]!);
      if (icon < 0) continue;
      const metres = Math.sqrt(this.distance2[i]!);
      if (metres > 45) continue;
      const motion = this.motion[i]!;
      const own = this.slot[i] === state.self.slot;
      const hasName = !own && motion.tagAlpha > 0.03;
      // One's own is drawn last of all: what one shows must not vanish behind somebody's name.
      if (own ? !named : hasName !== named) continue;
      const tag = hasName ? motion.tagLift + this.tall(metres) : 0;
      const size = tagHeight(metres, ICON_LARGE, ICON_SMALL);
      this.labels.addIcon(icon, this.x[i]!, this.y[i]! + this.head(i), this.z[i]!, size, 8 + tag, this.fade[i]!);
    }
  }

  /** Rank by nearness of one's own figure, or -1 when it is not drawn. */
  private ownRank(slot: number): number {
    for (let rank = 0; rank < this.count; rank++) if (this.slot[this.lodChooser.nearest(rank)] === slot) return rank;
    return -1;
  }

  /** Height of a tag on the screen, CSS pixels. */
  private tall(metres: number): number {
    return tagHeight(metres, TAG_LARGE, TAG_SMALL) * this.tagScale;
  }

  /** Height of the top of the head over the feet, metres. */
  private head(i: number): number {
    const { figure } = this.looks[i]!.parts;
    const sit = figure.wheelchair ? 1 : this.motion[i]!.sit;
    return (HEAD_TOP - SIT_DROP * Math.max(0, sit)) * figure.height;
  }

  /** Place of a person's head on the screen into `point` (CSS pixels, y down); false behind the camera. */
  private toScreen(i: number): boolean {
    this.point.set(this.x[i]!, this.y[i]! + this.head(i), this.z[i]!).applyMatrix4(this.viewProjection);
    if (this.point.z > 1 || this.point.z < -1) return false;
    this.point.x = (this.point.x * 0.5 + 0.5) * this.width;
    this.point.y = (0.5 - this.point.y * 0.5) * this.height;
    return true;
  }

  private inView(x: number, y: number, z: number): boolean {
    this.sphere.center.set(x, y + 0.95, z);
    return this.frustum.intersectsSphere(this.sphere);
  }

  private motionOf(slot: number, hip: number): Motion {
    let motion = this.motions.get(slot);
    if (!motion) {
      motion = newMotion(slot);
      this.motions.set(slot, motion);
    }
    // Somebody who was out of the picture for a while appears as he is now.
    if (motion.seen < this.frame - 30) {
      motion.sit = -1;
      motion.fade = 0;
      motion.lod = -1;
    }
    motion.seen = this.frame;
    motion.hip = hip;
    return motion;
  }

  private forget(state: SceneState): void {
    for (const [slot, motion] of this.motions) if (motion.seen < this.frame - FORGET_FRAMES) this.motions.delete(slot);
    this.cast.trim(state.introductions);
  }
}
