import { expect, it } from "vitest";
import { spentText } from "./reminder";

it("says hours and minutes as people do", () => {
  expect(spentText(30)).toContain("for 30 minutes.");
  expect(spentText(60)).toContain("for 1 hour.");
  expect(spentText(150)).toContain("for 2 hours and 30 minutes.");
});
