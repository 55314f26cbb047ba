import { describe, expect, it } from "vitest";
import { placeChoices, roomsOf, whereabouts } from "./building";

const PLACES = [
  { id: "hall", title: "Hall" },
  { id: "small", title: "Small room" },
];
const rooms = new Map([
  ["plenary", { title: "Plenary", place: "hall" }],
  ["imported", { title: "Room North", place: "" }],
  ["gone", { title: "Old room", place: "attic" }],
]);

describe("rooms of the building", () => {
  it("are those of venue.json without what is outside", () => {
    const venue = {
      rooms: [
        { id: "outside", title: "Outside", kind: "outside", polygon: [] },
        { ...PLACES[0], kind: "hall" },
      ],
    };
    expect(roomsOf(venue)).toEqual([{ id: "hall", title: "Hall" }]);
  });

  it("say where a room of the programme is", () => {
    expect(whereabouts("plenary", rooms, PLACES)).toEqual({ kind: "there", title: "Hall", with: "" });
    expect(whereabouts("imported", rooms, PLACES)).toEqual({ kind: "none" });
    expect(whereabouts("gone", rooms, PLACES)).toEqual({ kind: "unknown", title: "attic" });
    const twice = new Map([...rooms, ["again", { title: "Big one", place: "hall" }]]);
    expect(whereabouts("plenary", twice, PLACES)).toEqual({ kind: "there", title: "Hall", with: "Big one" });
  });

  it("are believed by their ids as long as the building is not loaded", () => {
    expect(whereabouts("gone", rooms, null)).toEqual({ kind: "there", title: "attic", with: "" });
    expect(placeChoices("gone", "attic", rooms, null).map(({ label }) => label)).toEqual([
      "None: nobody can go there",
      "attic",
    ]);
  });

  it("are choices that say what is taken, and keep what the building has not", () => {
    expect(placeChoices("gone", "attic", rooms, PLACES)).toEqual([
      { value: "", label: "None: nobody can go there" },
      { value: "hall", label: "Hall, taken by “Plenary”" },
      { value: "small", label: "Small room" },
      { value: "attic", label: "attic, not in this building" },
    ]);
    expect(placeChoices("plenary", "hall", rooms, PLACES)[1]).toEqual({ value: "hall", label: "Hall" });
  });
});
