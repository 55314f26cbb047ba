import { expect, it } from "vitest";
import { SMALL_VENUE } from "../testing/small_venue";
import { filterPlaces, placesOf, sortPlaces } from "./places";

const places = placesOf(SMALL_VENUE);

it("lists rooms, stands, landmarks and entrances, without service rooms and the outside", () => {
  expect(places.map((place) => place.id)).toEqual(["hall", "booth", "upstairs", "stand", "desk", "entrance"]);
  expect(places[0]).toMatchObject({ title: "Main hall", detail: "Auditorium, Ground floor, 3 seats", storey: 0 });
  expect(places[3]).toMatchObject({ detail: "Stand, A city, Upstairs", storey: 1 });
});

it("finds by every word of title and detail", () => {
  expect(filterPlaces(places, "MAIN ground").map((place) => place.id)).toEqual(["hall"]);
  expect(filterPlaces(places, "  ")).toHaveLength(places.length);
  expect(filterPlaces(places, "nowhere")).toEqual([]);
});

it("sorts by name, and by distance with other storeys last", () => {
  expect(sortPlaces(places, "name", 0, 0, 0).map((place) => place.title)).toEqual([
    "Booth",
    "Desk",
    "Entrance",
    "Main hall",
    "Stand 1",
    "Upstairs",
  ]);
  const near = sortPlaces(places, "distance", 8, 8, 0).map((place) => place.id);
  expect(near[0]).toBe("desk");
  expect(near.slice(-2).sort()).toEqual(["stand", "upstairs"]);
});
