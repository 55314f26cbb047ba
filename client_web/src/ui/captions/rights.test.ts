import { expect, it } from "vitest";
import { mayWrite } from "./rights";

it.each([
  [{ room: "", session: "" }, true],
  [{ room: "hall", session: "" }, true],
  [{ room: "lab", session: "" }, false],
  [{ room: "hall", session: "talk" }, true],
  [{ room: "hall", session: "next" }, false],
])("a captioner of %o", (scope, may) => {
  expect(mayWrite([{ permission: "captions.write", scopes: [scope] }], "hall", "talk")).toBe(may);
  expect(mayWrite([{ permission: "room.staff", scopes: [scope] }], "hall", "talk")).toBe(false);
});
