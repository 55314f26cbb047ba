import { beforeEach, expect, it } from "vitest";
import { place } from "../../test/fakes";
import { drawField, smallVenue } from "../../test/golden";
import { SPEAKING } from "../core/types";
import { World } from "../core/world";
import { Publisher } from "./publisher";
import { makeStores, type Stores } from "./stores";

let stores: Stores;
let world: World;
let publisher: Publisher;

/** A snapshot with one update of a slot at x, z metres. */
function snapshot(tick: number, slot: number, x: number, z: number): ArrayBuffer {
  const view = new DataView(new ArrayBuffer(22));
  view.setUint32(0, tick, true);
  view.setUint16(6, 1, true);
  view.setUint16(12, slot, true);
  view.setInt16(14, x * 100, true);
  view.setInt16(16, z * 100, true);
  return view.buffer;
}

beforeEach(() => {
  stores = makeStores();
  const venue = smallVenue();
  const field = drawField(Array.from({ length: 40 }, () => ".".repeat(40)));
  world = new World(venue, field, { sendPose: () => undefined, wantsToStand: () => undefined });
  publisher = new Publisher(stores, world, venue, () => "me");
  world.welcome({
    slot: 5,
    person: "me",
    name: "Me",
    tier: "full",
    tick: 1,
    place: place(2, 3),
    resumed: false,
    venue: "v1",
    closed_doors: [],
    people: 1,
    capacity: 10,
  });
  world.frame(16);
});

it("tells where one is, what can be done here, and highlights it", () => {
  publisher.update(1000);
  expect(stores.self.get()).toMatchObject({ person: "me", name: "Me", seat: -1, storey: 0, cameraMode: "third" });
  expect(stores.prompt.get()).toEqual({ kind: "sit", seat: 0, label: "A1, Hall" });
  expect(world.scene.highlightedSeat).toBe(0);
  expect(stores.minimap.get()).toMatchObject({ x: 2, z: 3, storey: 0 });
});

it("tells the map which way one looks, whichever way the body stands", () => {
  world.camera.turn(1, 0, 500);
  world.frame(1000);
  publisher.update(1000);
  const { yaw, look } = stores.minimap.get()!;
  expect(look - yaw).toBeCloseTo(1, 1);
});

it("offers the lift, and nothing where nothing is", () => {
  world.fix({ seq: 1, place: place(8, 7.5), reason: "wall" });
  world.frame(5000);
  publisher.update(5000);
  expect(stores.prompt.get()).toMatchObject({ kind: "lift", lift: "lift" });
  world.fix({ seq: 1, place: place(5, 5), reason: "wall" });
  world.frame(9000);
  publisher.update(9000);
  expect(stores.prompt.get()).toBeNull();
  expect(world.scene.highlightedSeat).toBe(-1);
});

it("lists people in sight, nearest first, once they are introduced", () => {
  world.snapshot(snapshot(1, 8, 9, 3), 100);
  world.snapshot(snapshot(1, 9, 3, 3), 100);
  world.frame(200);
  publisher.update(1000);
  expect(stores.nearby.get()).toEqual([]);
  expect(publisher.row(8)).toBeNull();
  const look: [number, number, number, number, number, number, number, number] = [0, 0, 0, 0, 0, 0, 0, 0];
  world.who([
    [8, 1, "far", "Far", "", "", look],
    [9, 1, "near", "Near", "UV", "speaker", look],
  ]);
  publisher.update(4000);
  expect(stores.nearby.get().map(({ name }) => name)).toEqual(["Near", "Far"]);
  expect(publisher.row(9)).toMatchObject({ person: "near", metres: 1, badge: "speaker" });
});

it("leaves panels alone while nothing changes", () => {
  let changes = 0;
  publisher.update(1000);
  stores.self.subscribe(() => changes++);
  for (let now = 1200; now < 3000; now += 200) publisher.update(now);
  expect(changes).toBe(1);
});

it("tells who in sight speaks, and where on the map", () => {
  const frame = snapshot(1, 8, 9, 3);
  new DataView(frame).setUint8(21, SPEAKING);
  world.snapshot(frame, 100);
  world.who([[8, 1, "p8", "Eight", "", "", [0, 0, 0, 0, 0, 0, 0, 0]]]);
  world.frame(200);
  publisher.update(1000);
  expect([...stores.speaking.get()]).toEqual(["p8"]);
  expect([...stores.minimap.get()!.speakers]).toEqual([9, 3]);
  const before = stores.speaking.get();
  publisher.update(2000);
  expect(stores.speaking.get()).toBe(before);
});
