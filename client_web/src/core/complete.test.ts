import { describe, expect, it } from "vitest";
import { complete } from "./complete";

describe("complete", () => {
  it("fills in defaults, also of structs inside and in lists", () => {
    expect(complete("Grant", { person: "ana", role: "chair" })).toEqual({
      person: "ana",
      role: "chair",
      scope: { room: "", session: "" },
      since: 0,
      until: 0,
    });
    expect(complete("Grant", { person: "ana", role: "chair", scope: { room: "hall" } })).toMatchObject({
      scope: { room: "hall", session: "" },
    });
    expect(complete("Scope", [{}, { session: "s" }])).toEqual([
      { room: "", session: "" },
      { room: "", session: "s" },
    ]);
  });

  it("leaves what it does not know as it is", () => {
    expect(complete(undefined, { a: 1 })).toEqual({ a: 1 });
    expect(complete("NoSuchStruct", { a: 1 })).toEqual({ a: 1 });
    expect(complete("Scope", null)).toBeNull();
  });
});
