import { expect, it } from "vitest";
import { barRoom, FLAT_BAR, isTight } from "./bar_room";

it("keeps the programme in the bar of every screen that is no phone", () => {
  expect(barRoom(1280 / 16)).toBe("all");
  expect(barRoom(1024 / 16)).toBe("some");
  expect(barRoom(900 / 16)).toBe("some");
  expect(barRoom(390 / 16)).toBe("few");
  expect(barRoom(1280 / 32)).toBe("few");
});

it("asks for less where nothing stands beside the bar", () => {
  expect([1280, 1000, 900, 850, 700].map((px) => barRoom(px / 16, FLAT_BAR))).toEqual([
    "all",
    "some",
    "some",
    "some",
    "few",
  ]);
});

it("leaves the stick its place where that stands beside it", () => {
  const withStick = (px: number) => barRoom(px / 16, { stickBeside: true });
  expect([barRoom(900 / 16), withStick(900), withStick(1180)]).toEqual(["some", "few", "some"]);
});

it("makes way where seven buttons do not fit side by side", () => {
  expect([320, 360, 375, 390, 640].map((px) => isTight(px / 16))).toEqual([true, true, true, false, false]);
  expect([320, 351, 352, 360].map((px) => isTight(px / 16, FLAT_BAR))).toEqual([true, true, false, false]);
});
