import { expect, it } from "vitest";
import { Docks } from "./docks.svelte";

it("puts windows one below the other, in an order that does not change", () => {
  const docks = new Docks();
  const close = docks.put("signs", 250);
  expect(docks.above("signs")).toBe(0);
  expect(docks.above("player")).toBe(0);
  const closePlayer = docks.put("player", 300);
  expect(docks.above("player")).toBe(0);
  expect(docks.above("signs")).toBe(306);
  docks.put("player", 280);
  expect(docks.above("signs")).toBe(286);
  closePlayer();
  expect(docks.above("signs")).toBe(0);
  close();
});
