// @vitest-environment happy-dom
import axe from "axe-core";
import { flushSync } from "svelte";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { Actions, KeyAction } from "../../app/ports";
import { HAND_UP, SEATED } from "../../core/types";
import { button, fakeUi, key, press, settle, showUi, textOf, type FakeUi } from "../testing/fake_ui";
import { HERE, personRow, SMALL_VENUE } from "../testing/small_venue";

// Contrast and sizes need a real browser: styles/contrast.test.ts and the end-to-end tests.
const RULES = { "color-contrast": { enabled: false } };
vi.setConfig({ testTimeout: 30_000 });

let fake: FakeUi;
let hide: () => void;

const SELF = {
  slot: 7,
  person: "me",
  name: "Ana",
  affiliation: "",
  look: [0, 0, 0, 0, 0, 0, 0, 0],
  seat: -1,
  hand: false,
  cameraMode: "third",
  room: "Main hall",
  storey: 0,
} as const;

function flat(prepare: () => void = () => undefined): void {
  const { store } = fake;
  store.view.set("flat");
  store.route.set("hall");
  store.venue.set(SMALL_VENUE);
  store.minimap.set(HERE);
  store.self.set({ ...SELF });
  store.connection.set({ kind: "connected" });
  store.closedDoors.set([0]);
  store.nearby.set([personRow(1, { state: SEATED | HAND_UP }), personRow(2)]);
  store.directory.set({ ...store.directory.get(), rows: [personRow(1)], total: 1 });
  prepare();
  hide = showUi(fake);
}

beforeEach(() => {
  document.documentElement.lang = "en";
  localStorage.setItem("turia.appearance", "{}");
  vi.stubGlobal("innerWidth", 1280);
  fake = fakeUi();
  fake.store.preflight.set({ done: true, items: [], quality: "high", can3d: true, roundTripMs: 20 });
});

afterEach(() => {
  hide();
  vi.unstubAllGlobals();
});

async function violations(): Promise<string[]> {
  await settle();
  const { violations: found } = await axe.run(document, { rules: RULES, resultTypes: ["violations"] });
  return found.flatMap((v) => v.nodes.map((node) => `${v.id}: ${node.html.slice(0, 120)}`));
}

describe("the flat view", () => {
  it("says where one is and who is near, and begins there", () => {
    flat();
    expect(textOf(document.activeElement)).toBe("You are in Main hall");
    const near = textOf(document.querySelector("[aria-labelledby=flat-near]"));
    expect(near).toContain("Person 1");
    expect(near).toContain("seated, hand up");
    expect(document.querySelector("#scene")).toBeNull();
  });

  it("goes to people and rooms, sits and stands", () => {
    flat();
    press("Go to Person 2");
    expect(fake.last("goToPerson")).toEqual(["p2"]);
    press("Go to Booth");
    expect(fake.last("goToPlace")).toEqual(["booth"]);
    button("Take a free seat").focus();
    press("Take a free seat");
    expect(fake.last("sitHere")).toEqual([]);
    fake.store.self.set({ ...SELF, seat: 0 });
    flushSync();
    expect(textOf(document.activeElement)).toBe("Stand up");
    press("Stand up");
    expect(fake.last("stand")).toEqual([]);
    expect(textOf(document.querySelector(".here"))).toContain("seated, seat A1");
  });

  it("reads on from the room that one came to, wherever the page was, but never takes anybody from his work", async () => {
    flat();
    const content = document.querySelector<HTMLElement>("main.content")!;
    const come = async (room: string): Promise<void> => {
      content.scrollTop = 500;
      fake.store.self.set({ ...SELF, room });
      await settle();
    };
    button("Go to Booth").focus();
    await come("Booth");
    expect(content.scrollTop).toBe(0);
    expect(textOf(document.activeElement)).toBe("You are in Booth");
    press("People");
    await settle();
    document.querySelector<HTMLElement>(".sheet h2")!.focus();
    await come("Main hall");
    expect(content.scrollTop).toBe(500);
    expect(textOf(document.activeElement)).toBe("People");
  });

  it("rides lifts that are near", () => {
    flat(() =>
      fake.store.prompt.set({ kind: "lift", lift: "main", title: "Lift", stops: [{ stop: 1, title: "Upper floor" }] }),
    );
    press("Lift: Upper floor");
    expect(fake.last("ride")).toEqual(["main", 1]);
  });

  it("offers a point of the plan that was pressed", () => {
    flat();
    const plan = document.querySelector<HTMLElement>(".plan.pickable");
    // Without a layout engine the plan has no width; then there is nothing to press, and the lists do it.
    if (plan === null) return expect(textOf(document.querySelector(".plan-card"))).toContain("The lists do the same");
    plan.click();
    press("Walk to this point");
    expect(fake.last("walkTo")).toBeDefined();
  });

  it("changes to 3D, and not where there is none", () => {
    flat();
    press("3D view");
    expect(fake.last("setView")).toEqual(["picture"]);
    hide();
    fake.store.preflight.update((before) => ({ ...before, can3d: false }));
    hide = showUi(fake);
    expect(() => button("3D view")).toThrow();
  });

  it("says that 3D is being made ready, and lets one go on", () => {
    flat(() => {
      fake.store.changingView.set(true);
      fake.store.loading.set({ step: "", loadedBytes: 1, totalBytes: 2, progress: 0.35 });
    });
    expect(document.querySelector("[role=progressbar]")?.getAttribute("aria-valuenow")).toBe("35");
    press("Raise hand");
    expect(fake.last("raiseHand")).toEqual([true]);
  });

  it("has no keys of its own: letters belong to screen readers", () => {
    flat();
    for (const code of ["KeyW", "KeyX", "KeyH", "Digit1", "ArrowUp"]) key(document.body, code, code.at(-1));
    expect(fake.calls.map(([name]) => name)).toEqual([]);
  });

  it("says why a door did not open and what helps", () => {
    flat(() => fake.store.refusal.set({ why: "full", message: "The room is full.", place: "booth" }));
    const messages = textOf(document.querySelector("[aria-label=Messages]"));
    expect(messages).toContain("Booth: The room is full.");
    // It is the flat view already.
    expect(() => button("Follow it in the flat view")).toThrow();
    press("Close");
    expect(fake.last("closeRefusal")).toEqual([]);
  });

  it("is offered by a full room in 3D", () => {
    flat(() => {
      fake.store.view.set("picture");
      fake.store.refusal.set({ why: "full", message: "The room is full.", place: "booth" });
    });
    press("Follow it in the flat view");
    expect(fake.last("setView")).toEqual(["flat"]);
  });
});

describe("axe finds nothing", () => {
  it("in the flat view", async () => {
    flat(() => {
      fake.store.refusal.set({ why: "closed", message: "This door is closed.", place: "booth" });
      fake.store.changingView.set(true);
      fake.store.connection.set({ kind: "reconnecting", seconds: 3, message: "Connection lost." });
    });
    expect(await violations()).toEqual([]);
  });

  it.each(["People", "Rooms", "Programme", "Help", "Places", "Gestures", "Settings", "Leave"])(
    "with %s open",
    async (name) => {
      flat();
      press(name);
      expect(await violations()).toEqual([]);
    },
  );

  it("on a phone, with the menu open", async () => {
    vi.stubGlobal("innerWidth", 320);
    flat();
    press("More");
    expect(await violations()).toEqual([]);
  });
});

/** What stands for each action of the picture: the name of a button (in a panel: after its panel), or why there is none. */
const ONLY_PICTURE = "steers the camera of the picture";
const KEYS: Readonly<Record<KeyAction, string>> = {
  forward: "People > Nearby > Walk there: Hall door",
  back: "People > Nearby > Walk there: Hall door",
  left: "People > Nearby > Walk there: Hall door",
  right: "People > Nearby > Walk there: Hall door",
  run: "People > Nearby > Walk there: Hall door",
  talk: "Mic",
  turnLeft: ONLY_PICTURE,
  turnRight: ONLY_PICTURE,
  lookUp: ONLY_PICTURE,
  lookDown: ONLY_PICTURE,
  zoomIn: ONLY_PICTURE,
  zoomOut: ONLY_PICTURE,
  camera: ONLY_PICTURE,
  resetView: ONLY_PICTURE,
  sit: "Sit down",
  wave: "Gestures > Wave",
  clap: "Gestures > Clap",
  thumbsUp: "Gestures > Thumbs up",
  heart: "Gestures > Heart",
  hand: "Raise hand",
  safe: "Help > Stuck? Go outside",
};

const ACTIONS: Partial<Record<keyof Actions, string>> = {
  leave: "Leave",
  sit: "People > Nearby > Sit down: Seat A1",
  sitHere: "Take a free seat",
  emote: "Gestures > Wave",
  raiseHand: "Raise hand",
  goToPerson: "Go to Person 1",
  goToPlace: "Go to Booth",
  goSafe: "Help > Stuck? Go outside",
  walkTo: "People > Nearby > Walk there: Hall door",
  findPeople: "People > Go to Person 1",
  setView: "3D view",
};

describe("every action of 3D", () => {
  it.each([...Object.entries(KEYS), ...Object.entries(ACTIONS)].filter(([, way]) => way !== ONLY_PICTURE))(
    "has its counterpart: %s",
    async (_action, way) => {
      flat();
      const steps = way.split(" > ");
      for (const step of steps.slice(0, -1)) press(step);
      await settle();
      const found = button(steps.at(-1)!);
      expect(found.disabled).toBe(false);
    },
  );
});
