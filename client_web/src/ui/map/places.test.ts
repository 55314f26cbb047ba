import { expect, it } from "vitest";
import { SMALL_VENUE } from "../testing/small_venue";
import { filterPlaces, placesOf, sortPlaces, type PlaceRow } from "./places";

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

it("puts the very name first, then what begins so, and finds nothing by a number of seats", () => {
  const named = (id: string, title: string, about = ""): PlaceRow => ({ ...places[0]!, id, title, about });
  const rows = [
    named("plenary", "Plenary auditorium", "Ground floor"),
    named("a13", "Auditorium 13"),
    named("foyer3", "Foyer of auditorium 3"),
    named("a30", "Auditorium 30"),
    named("a3", "Auditorium 3"),
    named("booth", "Booth", "Auditorium, level 3"),
  ];
  const found = (query: string): string[] => filterPlaces(rows, query).map((place) => place.id);
  expect(found("auditorium 3")).toEqual(["a3", "a30", "foyer3", "booth"]);
  expect(found("Auditorium")).toEqual(["a13", "a30", "a3", "plenary", "foyer3", "booth"]);
  expect(filterPlaces(places, "3 seats")).toEqual([]);
  expect(filterPlaces(places, "main 3")).toEqual([]);
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

it("shows a place once that is a room, a landmark and an arrival point", () => {
  const green = { id: "booth", title: "Booth", kind: "room", position: [2, 0, 2] as const, yaw: 0, room: 2 };
  const plaza = { id: "plaza", title: "Entrance", kind: "plaza", position: [5, 0, 16] as const, yaw: 0, room: 0 };
  const rows = placesOf({ ...SMALL_VENUE, landmarks: [green, plaza] });
  expect(rows.filter((row) => row.title === "Booth")).toHaveLength(1);
  expect(rows.filter((row) => row.title === "Entrance").map((row) => row.id)).toEqual(["plaza"]);
});
