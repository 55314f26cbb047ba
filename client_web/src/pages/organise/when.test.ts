import { expect, it } from "vitest";
import { fromField, toField } from "./when";

it("goes to the field of the event's zone and back", () => {
  const at = Date.parse("2025-11-03T08:30:00Z");
  expect(toField(at, "Europe/Madrid")).toBe("2025-11-03T09:30");
  expect(fromField("2025-11-03T09:30", "Europe/Madrid")).toBe(at);
  expect(fromField("2025-11-03T09:30:59", "Europe/Madrid")).toBe(at);
  expect([toField(0, "UTC"), fromField("", "UTC")]).toEqual(["", 0]);
  expect(fromField("soon", "UTC")).toBeNaN();
});
