/**
 * The venue as one person sees it: owns the SceneState, takes what the server says and what the person wants, and
 * moves everything to the present moment once a frame. No three, no DOM, no sockets: poses leave by a callback.
 */

import type { Fix, Introduction as WireIntroduction, Placed, Welcome } from "../net/protocol.gen";
import { fromStep } from "./angles";
import { Camera } from "./camera";
import { type Controls, idleControls, wantsToMove } from "./controls";
import { Crowd } from "./crowd";
import { decodeCrowd, decodeSnapshot, type Pose } from "./frames";
import { Gestures } from "./gestures";
import { Introductions } from "./introductions";
import { Near } from "./near";
import { OwnAvatar, type Wish } from "./own_avatar";
import { Pathfinder } from "./path";
import { PoseSender, type Standing } from "./pose_sender";
import { ServerClock } from "./server_clock";
import { Sight } from "./sight";
import { Surroundings } from "./surroundings";
import {
  DEFAULT_LOOK,
  type Emote,
  type Look,
  type Marker,
  motionOf,
  type SceneState,
  SEATED,
  type SelfState,
  type Tried,
} from "./types";
import type { Venue } from "./venue";
import { WalkPath } from "./walk_path";
import { type Forbidden, openToAll, type WalkField } from "./walkfield";

const TURN_RAD_S = 1.9;
const PITCH_RAD_S = 1.1;
/** Frames longer than this (a page that was hidden) move as if they were this long. */
const MOST_FRAME_S = 0.5;
/** Own steps are at most this long, so that a slow machine walks the same way round corners, and at the same pace. */
const STEP_S = 1 / 30;
/** Targets of a click are looked for this far from the point. */
const TARGET_REACH_M = 1.5;
const SAME_FLOOR_M = 0.6;
const SLOTS = 65_536;
/** Of how many people it is found out again in a frame whether walls hide them. */
const WATCHED_A_FRAME = 8;
const HEAD_M = 1.6;
/** Who moved less has not gone away from his seat. */
const STAYED_M = 0.3;

export interface WorldOptions {
  follow: boolean;
  alwaysRun: boolean;
  /** Keep the picture still on the way of a click-to-move. */
  teleport: boolean;
}

/** What the world asks of the app. */
export interface WorldPorts {
  sendPose(pose: Pose): void;
  /** Seated, and wants to walk: ask the server to stand up. */
  wantsToStand(): void;
}

/** "nowhere": there is no floor at the point. */
export type WalkAnswer = "walking" | "there" | "no_way" | "nowhere";

export class World {
  readonly scene: SceneState;
  readonly near = new Near();
  readonly clock = new ServerClock();
  readonly introductions = new Introductions();
  readonly gestures = new Gestures();
  readonly camera = new Camera();
  readonly surroundings: Surroundings;
  readonly sight: Sight;
  readonly avatar: OwnAvatar;
  readonly options: WorldOptions = { follow: true, alwaysRun: false, teleport: false };
  readonly forbidden: Forbidden = openToAll();
  #zonesTold = false;
  controls: Readonly<Controls> = idleControls();
  /** Frames in which the person walked or asked to, and how often he sat down. */
  #walks = 0;
  #sits = 0;
  readonly #venue: Venue;
  readonly #field: WalkField;
  readonly #crowd: Crowd;
  readonly #paths: Pathfinder;
  readonly #sender: PoseSender;
  readonly #ports: WorldPorts;
  readonly #self: SelfState;
  #path: WalkPath | null = null;
  #arrive: (() => void) | null = null;
  #gaveUp: (() => void) | null = null;
  #now = 0;
  #askedToStand = false;
  #frozen = false;
  #lineDown = false;
  #watched = 0;
  /** The seat one stood up from, and where that was. */
  #left: { readonly seat: number; readonly x: number; readonly z: number } | null = null;

  constructor(venue: Venue, field: WalkField, ports: WorldPorts) {
    this.#venue = venue;
    this.#field = field;
    this.#ports = ports;
    this.avatar = new OwnAvatar(field);
    this.surroundings = new Surroundings(venue);
    this.#paths = new Pathfinder(field);
    this.#sender = new PoseSender(field, (pose) => ports.sendPose(pose));
    this.#crowd = new Crowd((slot, x, z, before) => this.#ground(slot, x, z, before));
    this.#self = emptySelf();
    this.scene = {
      now: 0,
      self: this.#self,
      camera: this.camera.state,
      near: this.near.out,
      crowd: this.#crowd.out,
      unseen: new Uint8Array(SLOTS),
      doorsClosed: new Uint8Array(venue.doors.length),
      doorsVersion: 0,
      introductions: this.introductions.bySlot,
      introductionsVersion: 0,
      highlightedSeat: -1,
      highlightedSlot: -1,
      marker: null,
    };
    this.sight = new Sight(venue, this.scene.doorsClosed);
    this.camera.sight = this.sight;
  }

  // -- from the server ---------------------------------------------------------------------------

  welcome(welcome: Welcome): void {
    const first = !this.#self.present;
    this.#lineDown = false;
    this.near.clear();
    this.near.own = welcome.slot;
    this.#crowd.clear();
    this.introductions.clear();
    this.clock.reset();
    Object.assign(this.#self, { present: true, slot: welcome.slot, name: welcome.name });
    this.doors(welcome.closed_doors);
    this.#placed(welcome.place, !first);
    if (!first) return;
    this.camera.reset(this.avatar.yaw);
    this.camera.settle({ ...this.#feet(), seated: this.avatar.seat >= 0 });
  }

  who(people: readonly WireIntroduction[]): void {
    this.introductions.take(people);
    this.scene.introductionsVersion = this.introductions.version;
    const own = this.introductions.get(this.#self.slot);
    if (own !== null) Object.assign(this.#self, { affiliation: own.affiliation, badge: own.badge });
  }

  /** Rejects a damaged frame with a FrameError and changes nothing. */
  snapshot(bytes: ArrayBuffer | ArrayBufferView, now: number): void {
    const snapshot = decodeSnapshot(bytes);
    this.clock.snapshot(snapshot.tick, now);
    this.near.take(snapshot);
  }

  crowd(bytes: ArrayBuffer | ArrayBufferView, now: number): void {
    this.#crowd.take(decodeCrowd(bytes), now);
  }

  /** What is closed to oneself. `zones`: where one may not walk; until it is told, stages are for people with a badge. */
  doors(closed: readonly number[], zones: readonly number[] | null = null): void {
    if (zones !== null) {
      this.#zonesTold = true;
      this.forbidden.zones.fill(0);
      for (const zone of zones) if (zone < 255) this.forbidden.zones[zone] = 1;
    }
    this.scene.doorsClosed.fill(0);
    this.forbidden.doors.fill(0);
    for (const door of closed) {
      if (door >= this.scene.doorsClosed.length) continue;
      this.scene.doorsClosed[door] = 1;
      this.forbidden.doors[door] = 1;
    }
    this.scene.doorsVersion++;
  }

  /** A refused pose: go on from where the server says. */
  fix(fix: Fix): void {
    this.stopWalking();
    this.#placed(fix.place, true);
  }

  /**
   * The answer to sit, stand, go or ride. `turn`: look the way the server turned one; `aside`: past one's own shoulder,
   * at whom one faces.
   */
  placed(answer: Placed, turn: boolean, aside = false): void {
    this.stopWalking();
    const wasSeated = this.avatar.seat >= 0;
    this.#placed(answer.place, false);
    if (turn || (this.avatar.seat >= 0 && !wasSeated)) this.camera.reset(this.avatar.yaw);
    if (aside) this.camera.aside(this.avatar);
    else if (turn) this.camera.settle({ ...this.#feet(), seated: this.avatar.seat >= 0 });
  }

  /** While a command is under way that moves one: hold still and send no poses. */
  hold(): void {
    this.stopWalking();
    this.avatar.halt();
    this.#sender.pause();
  }

  release(): void {
    this.#askedToStand = false;
    this.#sender.resume();
  }

  /** Without a line nobody sees one walk, and the venue would put one back: stand still until the next welcome. */
  lost(): void {
    if (this.#lineDown) return;
    this.#lineDown = true;
    this.stopWalking();
    this.avatar.halt();
  }

  get lineDown(): boolean {
    return this.#lineDown;
  }

  // -- from the person ---------------------------------------------------------------------------

  setProfile(name: string, affiliation: string, badge: string, look: Look): void {
    Object.assign(this.#self, { name, affiliation, badge, look });
    this.#venue.zones.forEach((zone, i) => {
      if (i < 255 && !this.#zonesTold)
        this.forbidden.zones[i] = badge === "" && (zone.kind === "stage" || zone.kind === "staff") ? 1 : 0;
    });
  }

  /**
   * Walk to a point of a click (y its height, null: any floor, the present one first). One of `arrive` and `gaveUp` runs
   * when the answer is "walking": on arrival, or when one did not get there.
   */
  walkTo(
    x: number,
    y: number | null,
    z: number,
    run: boolean,
    arrive: (() => void) | null = null,
    gaveUp: (() => void) | null = null,
  ): WalkAnswer {
    const from = this.avatar;
    const target = this.#target(x, y ?? from.y, z);
    if (target < 0) return "nowhere";
    if (from.surface < 0) return "no_way";
    const exact = this.#field.locate(x, z, this.#field.layerOf(target)) === target;
    const { x: mx, z: mz } = this.#field.middle(target);
    const to = exact ? { x, z, surface: target } : { x: mx, z: mz, surface: target };
    const path = this.#paths.find(from, to, this.forbidden);
    const last = path.points[path.points.length - 1];
    if (last === undefined) return "there";
    if (!path.complete && Math.hypot(last.x - from.x, last.z - from.z) < 0.5) return "no_way";
    this.stopWalking();
    this.#path = new WalkPath(path.points, run || this.options.alwaysRun);
    this.#arrive = path.complete ? arrive : gaveUp;
    this.#gaveUp = gaveUp;
    this.scene.marker = { x: last.x, y: this.#field.heightOf(last.surface), z: last.z };
    return "walking";
  }

  stopWalking(): void {
    const gaveUp = this.#gaveUp;
    this.#path = null;
    this.#arrive = null;
    this.#gaveUp = null;
    this.scene.marker = null;
    this.scene.highlightedSlot = -1;
    gaveUp?.();
  }

  /** What the person has tried out so far; grows, so that a guide can count from where it began. */
  get tried(): Tried {
    return { walks: this.#walks, turned: this.camera.turned, sits: this.#sits };
  }

  get walkingByPath(): boolean {
    return this.#path !== null;
  }

  emote(emote: Emote): void {
    this.gestures.emote(emote, this.#now);
  }

  /** Whether somebody is seen sitting on a seat. */
  seatTaken = (seat: number): boolean => {
    const at = this.#venue.seats.position[seat];
    if (at === undefined) return true;
    const { near } = this.scene;
    for (let i = 0; i < near.count; i++) {
      if (motionOf(near.state[i]!) !== SEATED) continue;
      if (Math.hypot(near.x[i]! - at[0], near.y[i]! - at[1], near.z[i]! - at[2]) < 0.4) return true;
    }
    return false;
  };

  /** The seat one would take now, or -1: the one just left as long as one has not walked, else the nearest free one. */
  seatOffered(reach?: number): number {
    const { x, y, z } = this.avatar;
    const left = this.#left;
    const stayed = left !== null && Math.hypot(left.x - x, left.z - z) < STAYED_M;
    if (stayed && this.surroundings.seatInReach(left.seat, x, y, z) && !this.seatTaken(left.seat)) return left.seat;
    return this.surroundings.seatNear(x, y, z, this.seatTaken, reach);
  }

  /** Index of the room one is in. */
  get room(): number {
    return this.avatar.seat >= 0
      ? (this.#venue.seats.room[this.avatar.seat] ?? 0)
      : this.avatar.surface < 0
        ? 0
        : (this.#field.room[this.avatar.surface] ?? 0);
  }

  /** Index of the room around a point. */
  roomAt(x: number, y: number, z: number): number {
    const surface = this.#field.surfaceNear(x, z, y);
    return surface < 0 ? 0 : (this.#field.room[surface] ?? 0);
  }

  /** x, z pairs of everybody known but oneself. */
  peoplePlaces(): Float32Array {
    const { near } = this.scene;
    const places = this.#crowd.places(this.#drawnAlready);
    for (let i = 0; i < near.count; i++) places.push(near.x[i]!, near.z[i]!);
    return Float32Array.from(places);
  }

  get marker(): Marker | null {
    return this.scene.marker;
  }

  // -- time --------------------------------------------------------------------------------------

  /** To the present moment. */
  frame(now: number): void {
    const dtS = Math.min(MOST_FRAME_S, Math.max(0, now - this.#now) / 1000);
    this.#now = now;
    this.scene.now = now;
    if (!this.#self.present) return;
    this.#look(now, dtS);
    this.#walk(now, dtS);
    this.#others(now, dtS);
    this.#show(now);
    this.#film(now, dtS);
    this.#seeWhom();
    this.#send(now);
  }

  /** A sign of life while frames do not come (hidden page). */
  beat(now: number): void {
    this.#now = now;
    if (!this.#self.present) return;
    this.avatar.halt();
    this.#show(now);
    this.#send(now);
  }

  #look(now: number, dtS: number): void {
    const { turn, pitch } = this.controls;
    if (turn !== 0 || pitch !== 0) this.camera.turn(turn * TURN_RAD_S * dtS, pitch * PITCH_RAD_S * dtS, now);
  }

  #walk(now: number, dtS: number): void {
    const moving = !this.#lineDown && wantsToMove(this.controls);
    if (moving) {
      this.#walks++;
      this.stopWalking();
      this.gestures.interrupt();
      if (this.avatar.seat >= 0 && !this.#askedToStand) {
        this.#askedToStand = true;
        this.#ports.wantsToStand();
      }
    }
    for (let left = dtS; left > 1e-6; left -= STEP_S) {
      const wish = this.#lineDown ? this.#still() : moving ? this.#steer() : this.#followPath(now);
      this.avatar.step(Math.min(STEP_S, left), wish, this.forbidden);
    }
  }

  #steer(): Wish {
    const { x, y, run } = this.controls;
    const yaw = this.camera.state.yaw;
    const sin = Math.sin(yaw);
    const cos = Math.cos(yaw);
    return {
      x: x * cos - y * sin,
      z: -x * sin - y * cos,
      run: run || this.options.alwaysRun,
      face: this.#face(),
    };
  }

  #followPath(now: number): Wish {
    const path = this.#path;
    const way = path?.wish(this.avatar.x, this.avatar.z, now) ?? null;
    if (path !== null && way === null) this.#arrived();
    if (path === null || way === null) return this.#still();
    this.#walks++;
    return { ...way, run: path.run, face: null };
  }

  #still(): Wish {
    return { x: 0, z: 0, run: false, face: this.#face() };
  }

  #face(): number | null {
    return this.camera.mode === "first" ? this.camera.state.yaw : null;
  }

  #arrived(): void {
    const arrive = this.#arrive;
    this.#gaveUp = null;
    this.stopWalking();
    arrive?.();
  }

  #others(now: number, dtS: number): void {
    this.near.play(this.clock.playTick(now), dtS);
    this.#crowd.play(now, this.#drawnAlready);
  }

  readonly #drawnAlready = (slot: number): boolean => slot === this.#self.slot || this.near.has(slot);

  #show(now: number): void {
    const self = this.#self;
    const { x, y, z } = this.avatar.drawn;
    self.x = x;
    self.y = y;
    self.z = z;
    self.yaw = this.avatar.yaw;
    self.speed = this.avatar.speed;
    self.seat = this.avatar.seat;
    self.state = this.avatar.motion | this.gestures.bits(now);
  }

  #film(now: number, dtS: number): void {
    const still = this.options.teleport && this.#path !== null;
    if (still) {
      this.#frozen = true;
      return;
    }
    if (this.#frozen) this.camera.state.yaw = this.avatar.yaw;
    this.#frozen = false;
    const self = this.#self;
    const carrier = {
      x: self.x,
      y: self.y,
      z: self.z,
      yaw: self.yaw,
      seated: self.seat >= 0,
      moving: this.#path !== null && self.speed > 0.5,
    };
    this.camera.update(carrier, now, dtS, this.options.follow);
  }

  /** Walls hide name tags: a few people a frame, in turn. */
  #seeWhom(): void {
    const { near, camera, unseen } = this.scene;
    for (let k = Math.min(WATCHED_A_FRAME, near.count); k > 0; k--) {
      this.#watched = (this.#watched + 1) % near.count;
      const i = this.#watched;
      const seen = this.sight.clear(camera.x, camera.y, camera.z, near.x[i]!, near.y[i]! + HEAD_M, near.z[i]!);
      unseen[near.slot[i]!] = seen ? 0 : 1;
    }
  }

  #send(now: number): void {
    this.#sender.update(now, this.#standing(), this.clock.tick, this.forbidden);
  }

  #standing(): Standing {
    const { x, y, z, yaw, surface, seat } = this.avatar;
    return { x, y, z, yaw, surface, view: this.camera.state.yaw, state: this.#self.state, seated: seat >= 0 };
  }

  #placed(place: Welcome["place"], keepYaw: boolean): void {
    const before = this.avatar.seat;
    const stood = before < 0;
    this.avatar.place(place, keepYaw);
    if (!stood) this.#left = { seat: before, x: this.avatar.x, z: this.avatar.z };
    if (stood && this.avatar.seat >= 0) this.#sits++;
    if (this.avatar.seat >= 0) this.avatar.yaw = fromStep(place.yaw);
    this.#askedToStand = false;
    this.#show(this.#now);
    this.#sender.restart(this.#standing());
  }

  #feet(): { x: number; y: number; z: number } {
    const { x, y, z } = this.avatar;
    return { x, y, z };
  }

  #target(x: number, y: number, z: number): number {
    const surface = this.#field.surfaceNear(x, z, y);
    if (surface >= 0 && Math.abs(this.#field.heightOf(surface) - y) < SAME_FLOOR_M) return surface;
    const near = this.#field.nearest(x, y, z, TARGET_REACH_M);
    return near >= 0 ? near : surface;
  }

  #ground(slot: number, x: number, z: number, before: number | null): number {
    const y = before ?? this.near.heightOf(slot) ?? this.avatar.y;
    const surface = this.#field.surfaceNear(x, z, y);
    return surface < 0 ? y : this.#field.heightOf(surface);
  }
}

function emptySelf(): SelfState {
  return {
    present: false,
    slot: -1,
    x: 0,
    y: 0,
    z: 0,
    yaw: 0,
    state: 0,
    speed: 0,
    look: DEFAULT_LOOK,
    name: "",
    affiliation: "",
    badge: "",
    seat: -1,
  };
}
