import { expect, it } from "vitest";
import { addressesIn } from "./addresses";

it("reads what mail programs write", () => {
  const { people, bad } = addressesIn(
    'Ana García <ana@example.org>, ben@example.org; "Bo, Chris" <chris@example.org>\n ANA@example.org \n\n',
  );
  expect(people).toEqual([
    { name: "Ana García", address: "ana@example.org" },
    { name: "", address: "ben@example.org" },
    { name: "Bo, Chris", address: "chris@example.org" },
  ]);
  expect(bad).toEqual([]);
});

it("names what is none", () => {
  expect(addressesIn("ana, ben@x, <c@example.org>").bad).toEqual(["ana", "ben@x"]);
  expect(addressesIn("  ").people).toEqual([]);
});
