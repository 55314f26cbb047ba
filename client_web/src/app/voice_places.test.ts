import { beforeEach, expect, it } from "vitest";
import { place } from "../../test/fakes";
import { drawField, smallVenue } from "../../test/golden";
import { World } from "../core/world";
import { FakeMedia, voiceTrack } from "../ui/voice/testing";
import { OPEN_FLOOR, VoicePlaces } from "./voice_places";

let media: FakeMedia;
let world: World;
let places: VoicePlaces;

function appears(slot: number, x: number, z: number): void {
  const view = new DataView(new ArrayBuffer(22));
  view.setUint32(0, 1, true);
  view.setUint16(6, 1, true);
  view.setUint16(12, slot, true);
  view.setInt16(14, x * 100, true);
  view.setInt16(16, z * 100, true);
  world.snapshot(view.buffer, 100);
  world.frame(200);
}

const calls = (name: string): readonly (readonly unknown[])[] =>
  media.sound.calls.filter(([each]) => each === name).map((call) => call.slice(1));

beforeEach(async () => {
  media = new FakeMedia();
  const venue = smallVenue();
  const field = drawField(Array.from({ length: 40 }, () => ".".repeat(40)));
  world = new World(venue, field, { sendPose: () => undefined, wantsToStand: () => undefined });
  const square: [number, number][] = [
    [6, 6],
    [8, 6],
    [8, 8],
    [6, 8],
  ];
  const zone = { id: "quiet", title: "Quiet", kind: "quiet", room: 1, polygon: square, floor: -1, ceiling: 3 };
  places = new VoicePlaces(media, world, { ...venue, zones: [zone] });
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

it("does nothing before there is sound", () => {
  places.update(1000, true);
  expect(media.sound.calls).toEqual([]);
});

it("puts voices where their avatars are drawn, and ears at one’s own head, a few times a second", async () => {
  await media.open();
  media.voices.set([voiceTrack(11, "ana", { slot: 8 })]);
  appears(8, 4, 3);
  places.update(1000, true);
  places.update(1020, true);
  expect(calls("placeListener")).toHaveLength(1);
  expect(calls("placeListener")[0]![0]).toMatchObject({ x: 2, z: 3 });
  const [[track, at, zone]] = calls("placeVoice") as [[number, { x: number; y: number; z: number }, unknown]];
  expect([track, at.x, at.z, zone]).toEqual([11, expect.closeTo(4), expect.closeTo(3), OPEN_FLOOR]);
  expect(at.y).toBeCloseTo(1.6, 1);
});

it("lets a quiet zone keep voices short, and who has the microphone come from everywhere", async () => {
  await media.open();
  media.voices.set([voiceTrack(11, "ana", { slot: 8 }), voiceTrack(12, "ben", { slot: 9, wholeRoom: true })]);
  appears(8, 7, 7);
  places.update(1000, true);
  const [quiet, everywhere] = calls("placeVoice");
  expect(quiet![2]).toMatchObject({ maxDistance: 10 });
  expect(everywhere).toEqual([12, null, undefined]);
});

it("leaves a voice where it was while its avatar is out of sight", async () => {
  await media.open();
  media.voices.set([voiceTrack(11, "ana", { slot: 77 })]);
  places.update(1000, true);
  expect(calls("placeVoice")).toEqual([]);
});

it("takes voices out of the room in the flat view, once", async () => {
  await media.open();
  media.voices.set([voiceTrack(11, "ana", { slot: 8 })]);
  places.update(1000, false);
  places.update(2000, false);
  expect(calls("placeVoice")).toEqual([[11, null]]);
  expect(calls("placeListener")).toEqual([]);
});
