// @vitest-environment happy-dom
import { flushSync } from "svelte";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { Hall } from "../talk/testing";
import { press, textOf } from "../testing/fake_ui";

let hall: Hall;
let scrolled: Element[];

beforeEach(async () => {
  localStorage.clear();
  localStorage.setItem("turia.appearance", JSON.stringify({ guideSeen: true }));
  vi.stubGlobal("fetch", async () => Response.json({ pages: [] }));
  scrolled = [];
  vi.spyOn(Element.prototype, "scrollIntoView").mockImplementation(function (this: Element) {
    scrolled.push(this);
  });
  hall = new Hall();
  const acts = ["room.staff", "room.admit"];
  hall.backbone.put("event", "room", "annex", { title: "Annex", order: 2 });
  hall.backbone.put("room/annex/staff", "waiting", "fay", { name: "Fay" });
  hall.backbone.answers["room.mine"] = { rooms: ["hall", "annex"].map((room) => ({ room, may_enter: true, acts })) };
  await hall.show();
  press("Rooms");
  await hall.settled();
});

afterEach(() => {
  hall.hide();
  vi.unstubAllGlobals();
  vi.restoreAllMocks();
});

const cards = (): HTMLElement[] => [...document.querySelectorAll<HTMLElement>(".sheet li:has(> h3)")];
const names = (): string[] => cards().map((card) => textOf(card.querySelector("h3")));

it("puts the room where people wait for me before the one I am in", () => {
  expect(names()).toEqual(["Annex", "Main hall"]);
});

it("brings what is managed into sight, and moves no card meanwhile", async () => {
  press("Manage", cards()[1]);
  await hall.settled();
  expect(scrolled).toEqual([cards()[1]]);
  hall.backbone.remove("room/annex/staff", "waiting", "fay");
  flushSync();
  expect(names()).toEqual(["Annex", "Main hall"]);
  press("Manage", cards()[1]);
  await hall.settled();
  expect(names()).toEqual(["Main hall", "Annex"]);
  expect(scrolled).toHaveLength(1);
});
