import { describe, expect, it } from "vitest";
import { SeatIndex, SeatMemory } from "../../../src/render/venue/seats";

const seats = new SeatIndex({
  position: [
    [0, 0, 0],
    [0.6, 0, 0],
    [0, 4, 0],
  ],
  yaw: [0, 64, 128],
  room: [0, 0, 0],
  label: ["A1", "A2", "B1"],
  hip: 0.45,
});

describe("SeatIndex", () => {
  it("finds the nearest seat in reach on the same storey", () => {
    expect(seats.at(0.5, 0.1, 0.05, 0.3)).toBe(1);
    expect(seats.at(0.02, 4.1, 0, 0.3)).toBe(2);
    expect(seats.at(0.3, 0, 5, 0.3)).toBe(-1);
  });

  it("turns yaw into radians", () => {
    expect(seats.yaw(1)).toBeCloseTo(Math.PI / 2, 6);
  });

  it("finds the first seat along a ray", () => {
    expect(seats.hit(-5, 0.45, 0, 1, 0, 0, 20)).toBe(0);
    expect(seats.hit(5, 0.45, 0, -1, 0, 0, 20)).toBe(1);
    expect(seats.hit(-5, 0.45, 0, 1, 0, 0, 3)).toBe(-1);
    expect(seats.hit(-5, 2.5, 0, 1, 0, 0, 20)).toBe(-1);
  });
});

describe("SeatMemory", () => {
  it("seats somebody of the crowd who stands on a chair, and lets him go when he moves", () => {
    const memory = new SeatMemory();
    expect(memory.find(seats, 9, 0.6, 0, 0.05)).toBe(1);
    expect(memory.find(seats, 9, 0.6, 0, 0.05)).toBe(1);
    expect(memory.find(seats, 9, 3, 0, 3)).toBe(-1);
    expect(memory.find(seats, 10, 0.1, 0, 0)).toBe(0);
  });
});
