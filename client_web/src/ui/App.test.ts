// @vitest-environment happy-dom
import { flushSync } from "svelte";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { DEFAULT_SETTINGS } from "../core/settings";
import { button, fakeUi, key, press, settle, showUi, textOf, type, type FakeUi } from "./testing/fake_ui";
import { HERE, personRow, SMALL_VENUE } from "./testing/small_venue";

let fake: FakeUi;
let hide: () => void;

const INFO = {
  title: "Test hall",
  subtitle: "",
  venue: "v",
  guests: true,
  people: 3,
  capacity: 100,
  profile: "demo",
  banner: "",
};

const field = (label: string): HTMLInputElement => {
  const found = [...document.querySelectorAll("label")].find((l) => textOf(l).startsWith(label));
  return document.getElementById(found?.htmlFor ?? "") as HTMLInputElement;
};
const $ = (selector: string): HTMLElement => document.querySelector<HTMLElement>(selector)!;

beforeEach(() => {
  localStorage.clear();
  sessionStorage.clear();
  fake = fakeUi();
  fake.store.info.set(INFO);
});
afterEach(() => hide());

function show(route: "entry" | "loading" | "hall" | "left", prepare: () => void = () => undefined): void {
  fake.store.route.set(route);
  if (route === "hall") {
    fake.store.venue.set(SMALL_VENUE);
    fake.store.minimap.set(HERE);
    fake.store.connection.set({ kind: "connected" });
    fake.store.self.set({
      slot: 0,
      person: "me",
      name: "Me",
      affiliation: "",
      look: [0, 0, 0, 0, 0, 0, 0, 0],
      seat: -1,
      hand: false,
      cameraMode: "third",
      room: "Main hall",
      storey: 0,
    });
  }
  prepare();
  hide = showUi(fake);
}

function send(): void {
  $("form").dispatchEvent(new Event("submit", { bubbles: true, cancelable: true }));
  flushSync();
}

describe("the entry page", () => {
  it("asks for a name in words, at the field, and enters with tidy texts", () => {
    show("entry");
    send();
    const name = field("Your name");
    expect(fake.last("enter")).toBeUndefined();
    expect(document.activeElement).toBe(name);
    expect(name.getAttribute("aria-invalid")).toBe("true");
    const described = name.getAttribute("aria-describedby")!.split(" ")[0]!;
    expect(textOf(document.getElementById(described))).toContain("Enter your name");
    type(name, "  Ana   García ");
    expect(name.getAttribute("aria-invalid")).toBeNull();
    type(field("Affiliation"), "City");
    send();
    expect(fake.last("enter")).toEqual([{ name: "Ana García", affiliation: "City", look: [0, 0, 0, 0, 0, 0, 0, 0] }]);
  });

  it("knows returning visitors, and shows markup in a name as text", () => {
    const evil = '<img src=x onerror="boom()">';
    show("entry", () => fake.store.profile.set({ name: evil, affiliation: "", look: [1, 1, 1, 1, 1, 1, 1, 1] }));
    expect(textOf($("#enter-title"))).toBe(`Welcome back, ${evil}`);
    expect(document.querySelector("img")).toBeNull();
    expect(field("Your name").value).toBe(evil);
  });

  it("offers every choice of the look by radio buttons with names", async () => {
    show("entry");
    press("Change look");
    const skin = [...document.querySelectorAll<HTMLInputElement>("input[type=radio]")].filter((i) =>
      i.getAttribute("aria-label")?.startsWith("Skin tone"),
    );
    expect(skin).toHaveLength(10);
    skin[4]!.click();
    flushSync();
    type(field("Your name"), "Ana");
    send();
    expect(fake.last("enter")).toMatchObject([{ look: [4, 0, 0, 0, 0, 0, 0, 0] }]);
    await settle();
  });

  it("closes the choices of the look with Escape, and names what a long garment leaves to see", () => {
    show("entry");
    press("Change look");
    const legends = (): string => [...document.querySelectorAll("legend")].map(textOf).join(" | ");
    expect(legends()).toContain("Colour of trousers:");
    $('input[type=radio][aria-label="Dress"]').click();
    flushSync();
    expect(legends()).toContain("Colour of trousers or leggings:");
    key(document.activeElement!, "Escape");
    expect(document.querySelector("legend")).toBeNull();
    expect(document.activeElement).toBe(button("Change look"));
  });

  it("offers the flat view where the picture cannot be shown, and says what 3D needs", () => {
    show("entry", () =>
      fake.store.preflight.set({
        done: true,
        items: [{ id: "webgl2", title: "3D graphics", ok: false, text: "WebGL 2 is turned off." }],
        quality: "low",
        can3d: false,
        roundTripMs: null,
      }),
    );
    const text = textOf($("main"));
    expect(text).toContain("This browser cannot show the venue in 3D yet.");
    expect(text).toContain("WebGL 2 is turned off.");
    expect(() => button("Enter")).toThrow();
    expect(document.querySelector("form canvas")).toBeNull();
    type(field("Your name"), "Ana");
    press("Enter the flat view");
    expect(fake.last("enter")?.[0]).toMatchObject({ name: "Ana" });
    // Another device may have a picture: nothing was chosen for it.
    expect(fake.last("setView")).toBeUndefined();
    press("Check again");
    expect(fake.last("reload")).toEqual([]);
  });

  it("shows a refusal, and that only registered people may enter", () => {
    show("entry", () => {
      fake.store.info.set({ ...INFO, guests: false });
      fake.store.entryProblem.set({ code: "full", message: "The venue is full.", retry: true });
    });
    expect(textOf($("[role=alert]"))).toContain("The venue is full.");
    expect(textOf($("main"))).toContain("registered people only");
  });

  it("says that a demonstration is one, on the entry page and inside", () => {
    show("entry");
    expect(textOf($("header"))).toContain("Demonstration");
    hide();
    show("hall");
    expect(textOf($("h1"))).toMatch(/\S · Demonstration$/);
    hide();
    show("hall", () => fake.store.info.set({ ...INFO, profile: "event" }));
    expect(textOf($("h1"))).not.toContain("Demonstration");
  });

  it("shows the demo's banner until it is dismissed", () => {
    show("entry", () => fake.store.info.set({ ...INFO, banner: "A demonstration." }));
    press("Dismiss the notice");
    expect(textOf(document.body)).not.toContain("A demonstration.");
    hide();
    hide = showUi(fake);
    expect(textOf(document.body)).not.toContain("A demonstration.");
  });

  it("opens the help in a dialog that Escape closes, with the focus back at its link", async () => {
    show("entry");
    press("What do I need?");
    expect($("dialog").getAttribute("aria-labelledby")).toBeTruthy();
    key(document.activeElement!, "Escape");
    expect(document.querySelector("dialog")).toBeNull();
    await settle();
    expect(textOf(document.activeElement)).toBe("What do I need?");
  });
});

describe("the loading page", () => {
  it("tells bytes and step, and can be cancelled", () => {
    show("loading", () =>
      fake.store.loading.set({ step: "Loading the building", loadedBytes: 1e6, totalBytes: 2e6, progress: 0.35 }),
    );
    const bar = $("[role=progressbar]");
    expect(bar.getAttribute("aria-valuenow")).toBe("35");
    expect(bar.getAttribute("aria-valuetext")).toBe("35 percent, 1.0 MB of 2.0 MB");
    press("Cancel");
    expect(fake.last("backToEntry")).toEqual([]);
  });

  it("offers another try after a failure", () => {
    show("loading", () => fake.store.entryProblem.set({ code: "x", message: "The building is missing.", retry: true }));
    expect(textOf($("[role=alert]"))).toContain("The building is missing.");
    press("Try again");
    expect(fake.last("enter")).toBeDefined();
  });
});

describe("the hall", () => {
  it("shows the guide once, and again from the help", () => {
    show("hall");
    expect(textOf($(".guide"))).toContain("W A S D");
    for (let i = 0; i < 3; i++) press("Next", $(".guide"));
    press("Done", $(".guide"));
    expect(document.querySelector(".guide")).toBeNull();
    hide();
    hide = showUi(fake);
    expect(document.querySelector(".guide")).toBeNull();
    press("Help");
    press("Show the walk-in guide");
    expect(document.querySelector(".guide")).not.toBeNull();
  });

  it("goes on in the guide when what a step asks for was done, and counts anew when it is shown again", () => {
    vi.useFakeTimers();
    const tried = { walks: 7, turned: 2, sits: 1 };
    show("hall", () => fake.store.tried.set(tried));
    const after = (more: Partial<typeof tried>): string => {
      fake.store.tried.update((before) => ({ ...before, ...more }));
      flushSync();
      vi.advanceTimersByTime(1000);
      flushSync();
      return textOf($(".guide"));
    };
    expect(after({})).toContain("Walk 1 of 4");
    expect(after({ walks: 8 })).toContain("Look 2 of 4");
    expect(after({ turned: 2.3 })).toContain("Sit 3 of 4");
    press("Back", $(".guide"));
    expect(after({})).toContain("Look 2 of 4");
    expect(after({ turned: 2.6 })).toContain("Sit 3 of 4");
    expect(after({ sits: 2 })).toContain("Find your way 4 of 4");
    press("Map");
    vi.advanceTimersByTime(1000);
    flushSync();
    expect(document.querySelector(".guide")).toBeNull();
    key(document.activeElement!, "Escape");
    press("Help");
    press("Show the walk-in guide");
    expect(after({})).toContain("Walk 1 of 4");
    expect(after({ walks: 9 })).toContain("Look 2 of 4");
    vi.useRealTimers();
  });

  it("searches people after a pause, loads more, and goes to one", async () => {
    vi.useFakeTimers();
    show("hall");
    press("People");
    expect(fake.last("findPeople")).toEqual([""]);
    const rows = [personRow(1, { name: "<b>Bob</b>", badge: "staff" }), personRow(2)];
    fake.store.directory.set({ query: "", rows, total: 3, offset: 0, loading: false, problem: null });
    flushSync();
    const sheet = $("section.sheet");
    expect(textOf(sheet)).toContain("3 people");
    expect(textOf(sheet)).toContain("<b>Bob</b> Staff");
    type(field("Search by name"), "bo");
    expect(fake.last("findPeople")).toEqual([""]);
    vi.advanceTimersByTime(300);
    expect(fake.last("findPeople")).toEqual(["bo"]);
    press("Load more (1 left)");
    expect(fake.last("findPeople")).toEqual(["", 2]);
    press("Go to <b>Bob</b>");
    expect(fake.last("goToPerson")).toEqual(["p1"]);
    expect(fake.last("focusScene")).toEqual([]);
    expect(document.querySelector("section.sheet")).toBeNull();
    vi.useRealTimers();
    await settle();
  });

  it("tells empty and failed searches apart", () => {
    show("hall");
    press("People");
    fake.store.directory.set({ query: "zz", rows: [], total: 0, offset: 0, loading: false, problem: null });
    flushSync();
    expect(textOf($("section.sheet"))).toContain("No one of that name");
    const problem = { code: "rate", message: "Too many searches. Wait a moment.", retry: true };
    fake.store.directory.set({ query: "zz", rows: [], total: 0, offset: 0, loading: false, problem });
    flushSync();
    expect(textOf($("section.sheet [role=alert]"))).toContain("Too many searches.");
    press("Try again");
    expect(fake.last("findPeople")).toEqual([""]);
  });

  it("closes a side panel with Escape and gives the focus back", async () => {
    show("hall", () => localStorage.setItem("turia.appearance", '{"guideSeen":true}'));
    press("People");
    press("Nearby");
    expect(textOf($("section.sheet"))).toContain("Seat A1");
    key(document.activeElement!, "Escape");
    expect(document.querySelector("section.sheet")).toBeNull();
    await settle();
    expect(document.activeElement).toBe(button("People"));
  });

  it("dismisses the newest message with Escape in the picture, and keeps the keyboard there", () => {
    const picture = document.createElement("canvas");
    picture.id = "scene";
    picture.tabIndex = 0;
    show("hall", () => localStorage.setItem("turia.appearance", '{"guideSeen":true}'));
    document.body.append(picture);
    picture.focus();
    fake.store.toasts.set([
      { id: 7, kind: "info", text: "Older." },
      { id: 8, kind: "info", text: "Newer." },
    ]);
    flushSync();
    key(picture, "Escape");
    expect(fake.last("dismissToast")).toEqual([8]);
    expect(document.activeElement).toBe(picture);
    key(button("Help"), "Escape");
    expect(fake.calls.filter(([name]) => name === "dismissToast")).toHaveLength(1);
    picture.remove();
  });

  it.each([
    [1280, false, "input"],
    [1280, true, "h2"],
    [390, false, "h2"],
  ])(
    "puts the focus into the search of the map unless a keyboard would cover it: %i px, fingers %s",
    (px, coarse, on) => {
      const device = (query: string): object => ({
        matches: coarse && query.includes("coarse"),
        addEventListener: () => 0,
        removeEventListener: () => 0,
      });
      const matching = vi.spyOn(window, "matchMedia").mockImplementation((query) => device(query) as MediaQueryList);
      fake = fakeUi();
      window.innerWidth = px;
      show("hall");
      press("Map");
      expect(document.activeElement?.localName).toBe(on);
      matching.mockRestore();
    },
  );

  it("shows a newcomer the way in, and says what its buttons do", () => {
    const foyer = { ...SMALL_VENUE.rooms[1]!, id: "foyer", title: "Foyer", kind: "foyer" };
    const rooms = [SMALL_VENUE.rooms[0]!, foyer, ...SMALL_VENUE.rooms.slice(2)];
    show("hall", () => {
      fake.store.venue.set({ ...SMALL_VENUE, rooms });
      fake.store.self.set({ ...fake.store.self.get()!, room: "Outside" });
    });
    press("Walk me in");
    expect(fake.last("walkTo")).toEqual([8, 8]);
    fake.store.self.set({ ...fake.store.self.get()!, room: "Foyer" });
    flushSync();
    expect(textOf($(".guide"))).not.toContain("Walk me");
    press("Next");
    press("Next");
    expect(textOf($(".guide"))).toContain("Or be taken to a free seat in Foyer, at once.");
    press("Sit down for me");
    expect(fake.last("focusScene")).toEqual([]);
  });

  it("goes to places from the list of the map", () => {
    show("hall");
    press("Map");
    press("Go to Desk");
    expect(fake.last("goToPlace")).toEqual(["desk"]);
    expect(document.querySelector("dialog")).toBeNull();
  });

  it("chooses the storey of a place that is shown on the map", () => {
    show("hall");
    press("Map");
    press(/^Show on the map: Stand 1/);
    expect(document.querySelector<HTMLInputElement>("dialog input[type=radio]:checked")?.value).toBe("1");
    expect(textOf($("dialog .chosen"))).toContain("Upstairs");
  });

  it("changes name and affiliation beside the look, and says why not", async () => {
    hide = () => undefined;
    fake = fakeUi({
      rename: (...args) => (fake.calls.push(["rename", ...args]), Promise.resolve("The name is taken.")),
    });
    fake.store.info.set(INFO);
    show("hall", () => {
      localStorage.setItem("turia.appearance", '{"guideSeen":true}');
      fake.store.profile.set({ name: "Ana", affiliation: "City", look: [0, 0, 0, 0, 0, 0, 0, 0] });
    });
    press("Settings");
    press("My look");
    expect(button("Change name").disabled).toBe(true);
    type(field("Your name"), "");
    $("dialog form").dispatchEvent(new Event("submit", { bubbles: true, cancelable: true }));
    flushSync();
    expect(fake.last("rename")).toBeUndefined();
    type(field("Your name"), " Ana  Lee ");
    $("dialog form").dispatchEvent(new Event("submit", { bubbles: true, cancelable: true }));
    await settle();
    expect(fake.last("rename")).toEqual(["Ana Lee", "City"]);
    expect(textOf($("dialog form"))).toContain("The name is taken.");
    expect(field("Your name").value).toBe("Ana");
  });

  it("says once that it is a demonstration", () => {
    show("hall", () => fake.store.info.set({ ...INFO, banner: "Demonstration, open to anybody." }));
    expect(textOf($(".messages"))).not.toContain("Demonstration");
    hide();
    show("hall", () => fake.store.info.set({ ...INFO, profile: "event", banner: "Doors open at nine." }));
    expect(textOf($(".messages"))).toContain("Doors open at nine.");
  });

  it("leaves only after a question", () => {
    show("hall");
    press("Leave");
    expect($("dialog").getAttribute("role")).toBe("alertdialog");
    press("Stay");
    expect(fake.last("leave")).toBeUndefined();
    press("Leave");
    press("Leave", $("dialog"));
    expect(fake.last("leave")).toEqual([]);
  });

  it("raises and lowers the hand and plays gestures", () => {
    show("hall");
    press("Raise hand");
    expect(fake.last("raiseHand")).toEqual([true]);
    fake.store.self.update((self) => ({ ...self!, hand: true }));
    flushSync();
    press("Lower hand");
    expect(fake.last("raiseHand")).toEqual([false]);
    press("Gestures");
    press("Thumbs up");
    expect(fake.last("emote")).toEqual(["thumbs_up"]);
    expect(document.querySelector("#emotes")).toBeNull();
  });

  it("closes a menu with one press of Escape and gives the focus back", async () => {
    show("hall", () => localStorage.setItem("turia.appearance", '{"guideSeen":true}'));
    press("Gestures");
    button("Wave").focus();
    flushSync();
    key(document.activeElement!, "Escape");
    expect(document.querySelector("#emotes")).toBeNull();
    await settle();
    expect(document.activeElement).toBe(button("Gestures"));
  });

  it("gives the keyboard to the picture after a button was pressed with a pointer", async () => {
    const picture = document.createElement("canvas");
    picture.id = "scene";
    picture.tabIndex = 0;
    show("hall", () => localStorage.setItem("turia.appearance", '{"guideSeen":true}'));
    document.body.append(picture);
    const point = (name: string): void => {
      button(name).dispatchEvent(new Event("pointerdown", { bubbles: true }));
      button(name).focus();
      press(name);
    };
    for (const name of ["Raise hand", "Flat view"]) {
      point(name);
      await settle();
      expect([name, document.activeElement === picture]).toEqual([name, true]);
    }
    for (const name of ["Help", "Settings", "Gestures"]) {
      point(name);
      await settle();
      expect([name, document.activeElement === picture]).toEqual([name, false]);
      key(document.activeElement!, "Escape");
      flushSync();
      await settle();
      expect([name, document.activeElement === picture]).toEqual([name, true]);
    }
    key(button("Help"), "Tab");
    button("Raise hand").focus();
    press("Raise hand");
    await settle();
    expect(document.activeElement).toBe(button("Raise hand"));
    picture.remove();
  });

  it("offers what can be done here, with its key", () => {
    show("hall", () => fake.store.prompt.set({ kind: "sit", seat: 7, label: "A7, Main hall" }));
    press(/^Sit down, A7, Main hall\s*Press X$/);
    expect(fake.last("sit")).toEqual([7]);
    const stops = [{ stop: 1, title: "Upper floor" }];
    fake.store.prompt.set({ kind: "lift", lift: "lift", title: "Lift", stops });
    flushSync();
    press("Upper floor");
    expect(fake.last("ride")).toEqual(["lift", 1]);
  });

  it("turns by buttons too", () => {
    show("hall");
    press("Turn view");
    press("Turn left");
    expect(fake.last("turn")).toEqual([Math.PI / 12, 0]);
    press("Camera closer");
    expect(fake.last("zoom")).toEqual([1]);
  });

  it("shows the joystick to fingers only, and lets go when it disappears", () => {
    show("hall");
    expect(document.querySelector(".joystick")).toBeNull();
    fake.store.touch.set(true);
    flushSync();
    expect(document.querySelector(".joystick")).not.toBeNull();
    fake.store.touch.set(false);
    flushSync();
    expect(fake.last("joystick")).toEqual([0, 0]);
  });

  it("counts down while reconnecting and tries at once on request", () => {
    show("hall", () => fake.store.connection.set({ kind: "reconnecting", seconds: 4, message: "Connection lost." }));
    expect(textOf($(".messages"))).toContain("Connection lost. You stand still meanwhile. Trying again in 4 s.");
    // The countdown is not read out every second.
    expect(textOf($(".messages [role=status]"))).toBe("Connection lost. You stand still meanwhile.");
    press("Try now");
    expect(fake.last("reconnectNow")).toEqual([]);
  });

  it.each([
    ["useHere", "Use here instead"],
    ["reload", "Reload the page"],
    ["enter", "Back to the entrance"],
  ] as const)("explains a closed connection and offers %s", (offer, name) => {
    show("hall", () => fake.store.connection.set({ kind: "closed", code: 4204, message: "Because.", offer }));
    expect(textOf($("dialog"))).toContain("Because.");
    press(name, $("dialog"));
    expect(fake.last(offer === "enter" ? "backToEntry" : offer)).toEqual([]);
  });

  it("shows toasts as text and dismisses them", () => {
    show("hall", () => fake.store.toasts.set([{ id: 5, kind: "info", text: "<i>Hello</i>" }]));
    expect(textOf($(".toast"))).toBe("<i>Hello</i>");
    press("Dismiss");
    expect(fake.last("dismissToast")).toEqual([5]);
  });

  it("says announcements in a polite region, the same one twice too", () => {
    show("hall");
    const regions = (): string[] => [...document.querySelectorAll("[aria-live=polite]")].map(textOf);
    fake.store.announcement.set("You are at Desk.");
    flushSync();
    const first = regions().indexOf("You are at Desk.");
    fake.store.announcement.set("You are at Desk.\u00a0");
    flushSync();
    const second = regions().findIndex((text) => text.startsWith("You are at Desk."));
    expect([first, second].sort()).toEqual([0, 1]);
  });
});

describe("the settings", () => {
  beforeEach(() => localStorage.setItem("turia.appearance", '{"guideSeen":true}'));

  it("remap keys, show conflicts and solve them", () => {
    show("hall");
    press("Settings");
    press("Keys");
    press(/^Wave: 1\. Change\./);
    key(document.activeElement!, "Tab");
    press(/^Wave: 1\. Change\./);
    key(document.activeElement!, "Escape");
    expect(document.querySelector("dialog")).not.toBeNull();
    press(/^Wave: 1\. Change\./);
    key(document.activeElement!, "KeyX", "x");
    expect(fake.store.settings.get().keys.wave).toEqual(["KeyX"]);
    expect(textOf($("dialog"))).toContain("Same key as “sit down or stand up”");
    const wave = button(/^Wave: /).closest("li")!;
    press("Use it here only", wave);
    expect(fake.store.settings.get().keys.sit).not.toContain("KeyX");
    press("Reset all settings");
    expect(fake.last("resetSettings")).toBeUndefined();
    press("Press again to reset everything");
    expect(fake.store.settings.get()).toEqual(DEFAULT_SETTINGS);
  });

  it("refuse keys that the page needs", () => {
    show("hall");
    press("Settings");
    press("Keys");
    press(/^Wave: 1\. Change\./);
    key(document.activeElement!, "Enter");
    expect(textOf($("dialog"))).toContain("Enter cannot be used.");
    expect(fake.store.settings.get().keys.wave).toEqual(["Digit1"]);
  });

  it("change theme, contrast and text size on the page", () => {
    show("hall");
    press("Settings");
    press("Reading");
    const dark = [...document.querySelectorAll<HTMLInputElement>("dialog input[type=radio]")].find(
      (input) => input.value === "dark",
    )!;
    dark.click();
    $("dialog [role=switch]").click();
    flushSync();
    expect(document.documentElement.dataset).toMatchObject({ theme: "dark", contrast: "high" });
  });

  it("gather changes of the look and send the last one", () => {
    vi.useFakeTimers();
    show("hall");
    press("Settings");
    press("My look");
    press("Surprise me");
    press("Surprise me");
    expect(fake.last("setLook")).toBeUndefined();
    press("Done");
    expect(fake.calls.filter(([name]) => name === "setLook")).toHaveLength(1);
    vi.useRealTimers();
  });
});

it("shows a friendly page when a panel breaks, without a stack trace", () => {
  const quiet = vi.spyOn(console, "error").mockImplementation(() => undefined);
  const broken = Object.defineProperty({ ...DEFAULT_SETTINGS }, "keys", {
    get: () => {
      throw new Error("secret detail at line 7");
    },
  });
  show("hall", () => fake.store.settings.set(broken));
  expect(textOf($("main[role=alert]"))).toContain("Something went wrong on this page");
  expect(textOf(document.body)).not.toContain("secret");
  fake.store.settings.set(DEFAULT_SETTINGS);
  press("Try again");
  expect(button("Raise hand")).toBeTruthy();
  expect(quiet).toHaveBeenCalled();
  quiet.mockRestore();
});
