import { expect, it } from "vitest";
import type { Venue } from "./venue";
import { freeSeats, roomsWithSeats } from "./free_seats";

const venue = {
  rooms: [{ storey: 0 }, { storey: 1 }, { storey: 0 }],
  seats: {
    position: [
      [9, 0, 0],
      [1, 0, 0],
      [2, 0, 0],
      [0, 0, 0],
    ],
    room: [1, 1, 1, 2],
  },
} as unknown as Venue;

it("lists the free seats of one's own room, nearest first", () => {
  expect(freeSeats(venue, 1, 0, 0, () => false)).toEqual([1, 2, 0]);
  expect(freeSeats(venue, 1, 10, 0, () => false)).toEqual([0, 2, 1]);
  expect(freeSeats(venue, 1, 0, 0, (seat) => seat === 1)).toEqual([2, 0]);
  expect(freeSeats(venue, 3, 0, 0, () => false)).toEqual([]);
});

it("names the rooms that have seats, those of the storey first, then the nearest", () => {
  expect(roomsWithSeats(venue, { x: 0, z: 0, storey: 0 })).toEqual([2, 1]);
  expect(roomsWithSeats(venue, { x: 9, z: 0, storey: 2 })).toEqual([1, 2]);
  expect(roomsWithSeats(venue, { x: 0, z: 0, storey: 1 })).toEqual([1, 2]);
});
