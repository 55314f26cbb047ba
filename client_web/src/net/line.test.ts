import { expect, it } from "vitest";
import { closingOf } from "./line";

it("reads the reason of a refused connect", () => {
  const data = { code: 4100, reason: "FULL", message: "Full.", retry_after: 12.5 };
  expect(closingOf({ message: "Full.", data })).toEqual(data);
  expect(closingOf({ message: "x", data: { code: 4204 } })).toMatchObject({ code: 4204, retry_after: null });
});

it("takes anything else for a line that failed", () => {
  for (const data of [undefined, null, "no", {}, { code: {} }]) expect(closingOf({ message: "x", data })).toBeNull();
});
