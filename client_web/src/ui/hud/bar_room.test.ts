import { expect, it } from "vitest";
import { barRoom } from "./bar_room";

it("keeps the programme in the bar of every screen that is no phone", () => {
  expect(barRoom(1280 / 16)).toBe("all");
  expect(barRoom(1024 / 16)).toBe("all");
  expect(barRoom(800 / 16)).toBe("some");
  expect(barRoom(390 / 16)).toBe("few");
  expect(barRoom(1280 / 32)).toBe("few");
});
