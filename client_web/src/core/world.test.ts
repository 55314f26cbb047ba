import { beforeEach, describe, expect, it } from "vitest";
import { drawField, smallVenue } from "../../test/golden";
import { NO_SEAT, type Place, type Welcome } from "../net/protocol.gen";
import { idleControls } from "./controls";
import type { Pose } from "./frames";
import { emoteOf, motionOf, SEATED } from "./types";
import { World } from "./world";

const FIELD = drawField(Array.from({ length: 40 }, (_, iz) => (iz === 20 ? "####dd".padEnd(40, "#") : ".".repeat(40))));
const FRAME = 1000 / 60;

let world: World;
let poses: Pose[];
let stands: number;
let now: number;

const at = (x: number, z: number, more: Partial<Place> = {}): Place => ({
  x,
  y: 0,
  z,
  yaw: 0,
  layer: 0,
  seat: NO_SEAT,
  ...more,
});

function welcome(place: Place, more: Partial<Welcome> = {}): Welcome {
  return {
    slot: 5,
    person: "me",
    name: "Me",
    tier: "full",
    tick: 100,
    place,
    resumed: false,
    venue: "small",
    closed_doors: [],
    people: 1,
    capacity: 10,
    ...more,
  };
}

/** A snapshot that holds updates of [slot, x cm, z cm, state]. */
function snapshot(tick: number, updates: [number, number, number, number][]): ArrayBuffer {
  const view = new DataView(new ArrayBuffer(12 + 10 * updates.length));
  view.setUint32(0, tick, true);
  view.setUint16(6, updates.length, true);
  updates.forEach(([slot, x, z, state], i) => {
    view.setUint16(12 + 10 * i, slot, true);
    view.setInt16(14 + 10 * i, x, true);
    view.setInt16(16 + 10 * i, z, true);
    view.setUint8(21 + 10 * i, state);
  });
  return view.buffer;
}

function run(seconds: number): void {
  const end = now + seconds * 1000;
  while (now < end) world.frame((now += FRAME));
}

beforeEach(() => {
  poses = [];
  stands = 0;
  now = 0;
  world = new World(smallVenue(), FIELD, { sendPose: (pose) => poses.push(pose), wantsToStand: () => void stands++ });
  world.setProfile("Me", "Here", "", [0, 0, 0, 0, 0, 0, 0, 0]);
  world.welcome(welcome(at(5, 2)));
});

describe("World", () => {
  it("walks where the camera looks, and tells the server", () => {
    world.controls = { ...idleControls(), y: 1 };
    run(0.5);
    expect(world.scene.self.z).toBeLessThan(1.2);
    expect(world.scene.self.x).toBeCloseTo(5);
    expect(world.tried.walks).toBeGreaterThan(0);
    world.camera.turn(-Math.PI / 2, 0, now);
    run(0.5);
    expect(world.scene.self.x).toBeGreaterThan(5.8);
    expect(poses.length).toBeGreaterThan(10);
    expect(poses.at(-1)!.x / 100).toBeCloseTo(world.avatar.x, 0);
  });

  it("walks at the same pace on a slow machine", () => {
    world.controls = { ...idleControls(), x: 1 };
    run(1);
    const { x } = world.scene.self;
    world.welcome(welcome(at(5, 2)));
    for (let i = 0; i < 4; i++) world.frame((now += 250));
    expect(world.scene.self.x).toBeCloseTo(x, 0);
  });

  it("goes to a clicked point through the open door, and not through the closed one", () => {
    expect(world.walkTo(5, 0, 8, true)).toBe("walking");
    expect(world.scene.marker).not.toBeNull();
    run(6);
    expect(world.scene.self.z).toBeCloseTo(8, 0);
    expect(world.scene.marker).toBeNull();
    world.doors([0]);
    expect(world.scene.doorsClosed[0]).toBe(1);
    world.walkTo(5, 0, 2, true);
    run(6);
    expect(world.scene.self.z).toBeGreaterThan(5.25);
  });

  it("runs what was to be done on arrival, unless the person steers away", () => {
    let arrived = 0;
    world.walkTo(6, 0, 2, false, () => void arrived++);
    run(2);
    expect(arrived).toBe(1);
    world.walkTo(9, 0, 2, false, () => void arrived++);
    world.controls = { ...idleControls(), y: -1 };
    run(0.2);
    world.controls = idleControls();
    run(4);
    expect(arrived).toBe(1);
    expect(world.walkTo(world.avatar.x, 0, world.avatar.z, false)).not.toBe("no_way");
    expect(world.walkTo(500, 0, 500, false)).toBe("nowhere");
  });

  it("stands still while the line is down, and walks on after the next welcome", () => {
    world.controls = { ...idleControls(), y: 1 };
    run(0.2);
    world.lost();
    const { x, z } = world.avatar;
    run(1);
    expect([world.avatar.x, world.avatar.z, world.scene.self.speed]).toEqual([x, z, 0]);
    world.controls = idleControls();
    world.walkTo(9, 0, 2, false);
    world.lost();
    run(0.5);
    world.welcome(welcome(at(5, 2)));
    world.controls = { ...idleControls(), x: 1 };
    run(0.5);
    expect(world.scene.self.x).toBeGreaterThan(5.3);
  });

  it("goes on from where the server says", () => {
    world.walkTo(9, 0, 2, false);
    run(0.5);
    world.fix({ seq: 3, place: at(5, 4), reason: "wall" });
    expect(world.walkingByPath).toBe(false);
    run(1);
    expect(world.scene.self.z).toBeCloseTo(4, 1);
    expect(poses.at(-1)).toMatchObject({ x: 500, z: 400 });
  });

  it("sits, asks once to stand up when the person wants to walk, and is still while asked", () => {
    world.hold();
    run(0.5);
    const before = poses.length;
    run(1.5);
    expect(poses.length).toBe(before);
    world.placed({ place: at(2, 2, { seat: 0, yaw: 128 }), seq: 1 }, true);
    run(0.2);
    expect(motionOf(world.scene.self.state)).toBe(SEATED);
    expect(Math.abs(world.camera.state.yaw)).toBeCloseTo(Math.PI, 1);
    expect(world.room).toBe(1);
    world.controls = { ...idleControls(), y: 1 };
    run(1);
    expect(stands).toBe(1);
    world.release();
    run(0.2);
    expect(stands).toBe(2);
  });

  it("shows emotes and stops them when walking away", () => {
    world.frame((now += FRAME));
    world.emote("wave");
    run(0.1);
    expect(emoteOf(world.scene.self.state)).toBe(1);
    expect(poses.at(-1)!.state >> 4).toBe(1);
    world.controls = { ...idleControls(), y: 1 };
    run(0.1);
    expect(emoteOf(world.scene.self.state)).toBe(0);
  });

  it("draws others, and knows which seats are taken", () => {
    for (let tick = 100; tick < 110; tick++) {
      world.snapshot(snapshot(tick, [[9, 200, 200, SEATED]]), (tick - 100) * 50);
    }
    now = 500;
    run(0.5);
    expect(world.scene.near.count).toBe(1);
    expect(world.scene.near.x[0]).toBe(2);
    expect(world.seatTaken(0)).toBe(true);
    expect(world.seatTaken(1)).toBe(false);
    expect([...world.peoplePlaces()]).toEqual([2, 2]);
    expect(poses.at(-1)?.tick).toBe(109);
    world.welcome(welcome(at(5, 2)));
    run(0.1);
    expect(world.scene.near.count).toBe(0);
  });

  it("finds out who stands behind a wall, as seen from the camera", () => {
    world.snapshot(
      snapshot(10, [
        [7, 800, 200, 0],
        [8, 1400, 200, 0],
      ]),
      now,
    );
    run(0.4);
    expect(world.scene.near.count).toBe(2);
    expect([world.scene.unseen[7], world.scene.unseen[8]]).toEqual([0, 1]);
  });

  it("drops damaged frames without harm", () => {
    expect(() => world.snapshot(new ArrayBuffer(5), 0)).toThrow("no head");
    expect(() => world.crowd(new ArrayBuffer(3), 0)).toThrow("no head");
    run(0.1);
    expect(world.scene.near.count).toBe(0);
  });

  it("keeps the picture still on the way when asked, and cuts to the end", () => {
    run(0.2);
    world.options.teleport = true;
    const { x, z } = world.camera.state;
    world.walkTo(9, 0, 2, true);
    run(0.3);
    expect(world.camera.state).toMatchObject({ x, z });
    run(3);
    const { self, camera } = world.scene;
    expect(self.x).toBeCloseTo(9, 0);
    expect(Math.hypot(camera.x - self.x, camera.z - self.z)).toBeLessThan(4.5);
    expect(camera.yaw).toBeCloseTo(-Math.PI / 2, 1);
  });

  it("sends signs of life while the page is hidden", () => {
    world.controls = { ...idleControls(), y: 1 };
    run(0.5);
    const { x } = world.avatar;
    for (let i = 0; i < 5; i++) world.beat((now += 1000));
    expect(world.avatar.x).toBe(x);
    expect(poses.at(-1)!.state).toBe(0);
  });

  it("keeps people without a badge off the stage", () => {
    expect(world.forbidden.zones[0]).toBe(1);
    world.setProfile("Me", "", "speaker", [0, 0, 0, 0, 0, 0, 0, 0]);
    expect(world.forbidden.zones[0]).toBe(0);
    world.doors([], [0]);
    world.setProfile("Me", "", "captioner", [0, 0, 0, 0, 0, 0, 0, 0]);
    expect(world.forbidden.zones[0]).toBe(1);
    world.doors([], []);
    expect(world.forbidden.zones[0]).toBe(0);
  });

  it("counts what the person tries, also where frames are rare", () => {
    world.welcome(welcome(at(5, 5)));
    const frame = (): void => world.frame((now += 330));
    frame();
    const before = world.tried;
    world.controls = { ...idleControls(), turn: 1 };
    for (let i = 0; i < 3; i++) frame();
    world.controls = idleControls();
    expect(world.tried.turned - before.turned).toBeGreaterThan(0.5);
    world.camera.turn(-0.3, 0, now);
    expect(world.tried.turned - before.turned).toBeGreaterThan(0.8);
    expect(world.tried.walks).toBe(before.walks);
    world.placed({ seq: 1, place: at(5, 5, { seat: 0 }) }, true);
    expect(world.tried.sits).toBe(before.sits + 1);
    // Seated, walking asks to stand up: that is walking, too.
    world.controls = { ...idleControls(), y: 1 };
    frame();
    expect(world.tried.walks).toBe(before.walks + 1);
    world.placed({ seq: 2, place: at(5, 5) }, true);
    expect(world.tried.sits).toBe(before.sits + 1);
  });
});
