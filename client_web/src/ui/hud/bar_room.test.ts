import { expect, it } from "vitest";
import { barRoom, isTight } from "./bar_room";

it("keeps the programme in the bar of every screen that is no phone", () => {
  expect(barRoom(1280 / 16)).toBe("all");
  expect(barRoom(1024 / 16)).toBe("all");
  expect(barRoom(800 / 16)).toBe("some");
  expect(barRoom(390 / 16)).toBe("few");
  expect(barRoom(1280 / 32)).toBe("few");
});

it("leaves the stick its place where that stands beside it", () => {
  expect([barRoom(844 / 16), barRoom(844 / 16, true)]).toEqual(["some", "few"]);
});

it("makes way where seven buttons do not fit side by side", () => {
  expect([360, 375, 390, 640].map((px) => isTight(px / 16))).toEqual([true, true, false, false]);
});
