import { expect, it } from "vitest";
import { bodyOf, changed, NO_FILTERS, set, withStatus } from "./filters";

it("asks for what is set, in the order of the table", () => {
  expect(bodyOf({ ...NO_FILTERS, search: "  ana ", sort: "-submitted", page: 3 })).toMatchObject({
    search: "ana",
    sort: "submitted",
    descending: true,
    page: 3,
  });
  expect(bodyOf({ ...NO_FILTERS, sort: "nonsense" })).toMatchObject({ sort: "name", descending: false });
});

it("goes back to the first page when a filter changes, and keeps the page when that is what changes", () => {
  const there = { ...NO_FILTERS, page: 4 };
  expect(changed(there, { country: "ES" })).toMatchObject({ page: 1, country: "ES" });
  expect(changed(there, { page: 5 }).page).toBe(5);
});

it("turns each status on and off by itself", () => {
  const on = withStatus(withStatus(NO_FILTERS, "submitted", true), "waiting", true);
  expect(on.statuses).toEqual(["submitted", "waiting"]);
  expect(withStatus(on, "submitted", false).statuses).toEqual(["waiting"]);
});

it("counts filters", () => {
  expect(set(NO_FILTERS)).toBe(0);
  expect(set({ ...NO_FILTERS, country: "ES", held: true })).toBe(2);
});
