import { expect, it } from "vitest";
import { deferred } from "./deferred";

it("loads once, and must be loaded before it is used", async () => {
  let loads = 0;
  const module = deferred(async () => ({ loads: ++loads }));
  expect(() => module.now()).toThrow("Reload the page");
  await module.load();
  await module.load();
  expect(module.now().loads).toBe(1);
});
