import { expect, it } from "vitest";
import { SMALL_VENUE } from "../testing/small_venue";
import { wayIn } from "./way_in";

const [outside, hall, ...others] = SMALL_VENUE.rooms;
const as = (kind: string) => ({ ...SMALL_VENUE, rooms: [outside!, { ...hall!, kind }, ...others] });
const here = { x: 5, z: 15, storey: 0 };

it("leads from outside and from the entrance to the nearest place of a foyer of this storey", () => {
  const far = { id: "far", title: "Far", kind: "lift", position: [0, 0, 0] as const, yaw: 0, room: 1 };
  const venue = { ...as("foyer"), landmarks: [far, ...SMALL_VENUE.landmarks] };
  expect(wayIn(venue, here, "Outside")).toEqual({ x: 8, z: 8 });
  expect(wayIn(venue, { ...here, storey: 1 }, "Outside")).toBeNull();
  expect(wayIn(as("auditorium"), here, "Outside")).toBeNull();
});

it("has nothing to say to whoever is in already, or not here yet", () => {
  for (const room of ["Main hall", "Booth", undefined]) expect(wayIn(as("foyer"), here, room)).toBeNull();
});
