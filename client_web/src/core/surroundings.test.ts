import { expect, it } from "vitest";
import { smallVenue } from "../../test/golden";
import { Surroundings } from "./surroundings";

const around = new Surroundings(smallVenue());
const free = (): boolean => false;

it("offers the nearest free seat within reach", () => {
  expect(around.seatNear(2.2, 0, 2, free)).toBe(0);
  expect(around.seatNear(2.2, 0, 2, (seat) => seat === 0)).toBe(1);
  expect(around.seatNear(8, 0, 8, free)).toBe(-1);
  expect(around.seatNear(2, 4, 2, free)).toBe(-1);
  expect(around.seatInReach(0, 2, 0, 4)).toBe(true);
  expect(around.seatInReach(0, 2, 0, 5)).toBe(false);
  expect(around.seatInReach(99, 2, 0, 2)).toBe(false);
  expect(around.seatLabel(0)).toBe("A1, Hall");
});

it("offers the other stops of a lift", () => {
  expect(around.liftNear(8, 0, 7)).toMatchObject({ lift: "lift", stop: 0, stops: [{ stop: 1, title: "First floor" }] });
  expect(around.liftNear(8, 4, 7)?.stop).toBe(1);
  expect(around.liftNear(1, 0, 1)).toBeNull();
});

it("names rooms and storeys", () => {
  expect(around.roomTitle(0)).toBe("Outside");
  expect(around.roomTitle(1)).toBe("Hall");
  expect(around.roomTitle(77)).toBe("Outside");
  expect(around.storeyAt(0)).toBe(0);
  expect(around.storeyAt(3.8)).toBe(1);
});
