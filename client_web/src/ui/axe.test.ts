// @vitest-environment happy-dom
import axe from "axe-core";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { fakeUi, press, settle, showUi, type FakeUi } from "./testing/fake_ui";
import { HERE, personRow, SMALL_VENUE } from "./testing/small_venue";

// Structure, names and roles; contrast and sizes need a real browser (styles/contrast.test.ts, the end-to-end tests).
const RULES = { "color-contrast": { enabled: false } };

// Looking at a whole page takes a second, several on a busy machine.
vi.setConfig({ testTimeout: 30_000 });

let fake: FakeUi;
let hide: () => void;

beforeEach(() => {
  document.documentElement.lang = "en";
  localStorage.setItem("turia.appearance", "{}");
  fake = fakeUi();
  fake.store.info.set({
    title: "Test hall",
    subtitle: "A hall for tests",
    venue: "v",
    guests: true,
    people: 3,
    capacity: 100,
    profile: "demo",
    banner: "A demonstration.",
  });
});
afterEach(() => hide());

async function violations(): Promise<string[]> {
  await settle();
  const { violations: found } = await axe.run(document, { rules: RULES, resultTypes: ["violations"] });
  return found.flatMap((v) => v.nodes.map((node) => `${v.id}: ${node.html.slice(0, 120)}`));
}

function hall(): void {
  const { store } = fake;
  store.route.set("hall");
  store.venue.set(SMALL_VENUE);
  store.minimap.set(HERE);
  store.connection.set({ kind: "reconnecting", seconds: 3, message: "Connection lost." });
  store.prompt.set({ kind: "sit", seat: 1, label: "A1" });
  store.picked.set(personRow(1));
  store.directory.set({ ...store.directory.get(), rows: [personRow(1), personRow(2)], total: 9 });
  store.nearby.set([personRow(1)]);
  store.toasts.set([{ id: 1, kind: "info", text: "Hello" }]);
  hide = showUi(fake);
}

it("finds nothing on the entry page, its errors and the choices of the look", async () => {
  hide = showUi(fake);
  press("Enter");
  press("Change look");
  expect(await violations()).toEqual([]);
});

it("finds nothing while loading and after leaving", async () => {
  fake.store.route.set("loading");
  hide = showUi(fake);
  expect(await violations()).toEqual([]);
  fake.store.route.set("left");
  expect(await violations()).toEqual([]);
});

it.each(["People", "Help", "Gestures", "Turn view", "Leave"])(
  "finds nothing in the hall with %s open",
  async (name) => {
    hall();
    press(name);
    expect(await violations()).toEqual([]);
  },
);

it("finds nothing in the list of what is nearby", async () => {
  hall();
  press("People");
  press("Nearby");
  expect(await violations()).toEqual([]);
});

it("finds nothing in the map", async () => {
  hall();
  press("Map");
  expect(await violations()).toEqual([]);
});

it.each(["Picture", "Moving", "Keys", "Reading", "My look"])("finds nothing in the settings, page %s", async (tab) => {
  hall();
  press("Settings");
  press(tab);
  expect(await violations()).toEqual([]);
});
