// @vitest-environment happy-dom
import axe from "axe-core";
import { flushSync } from "svelte";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { DEFAULT_SETTINGS } from "../../core/settings";
import { button, fakeUi, type FakeUi, press, showUi, textOf } from "../testing/fake_ui";
import { HERE, personRow, SMALL_VENUE } from "../testing/small_venue";
import { FakeMedia, voiceTrack } from "./testing";

const RULES = { "color-contrast": { enabled: false } };
vi.setConfig({ testTimeout: 30_000 });

let fake: FakeUi;
let media: FakeMedia;
let hide: () => void;

const SELF = {
  slot: 7,
  person: "me",
  name: "Me",
  affiliation: "",
  look: [0, 0, 0, 0, 0, 0, 0, 0],
  seat: -1,
  hand: false,
  cameraMode: "third",
  room: "Main hall",
  storey: 0,
} as const;

async function inside(view: "picture" | "flat" = "picture", prepare: () => void = () => undefined): Promise<void> {
  const { store } = fake;
  store.view.set(view);
  store.settings.set({ ...DEFAULT_SETTINGS, view });
  store.route.set("hall");
  store.venue.set(SMALL_VENUE);
  store.minimap.set(HERE);
  store.self.set({ ...SELF });
  store.connection.set({ kind: "connected" });
  store.nearby.set([personRow(1), personRow(2)]);
  store.directory.set({ ...store.directory.get(), rows: [personRow(1)], total: 1 });
  prepare();
  hide = showUi(fake);
  await settle();
}

async function turnOn(): Promise<void> {
  press(/^(Mic|Hold to talk)$/);
  await settle();
  media.publication.is("live");
  flushSync();
}

/** Opening a session and a device are a few promises deep. */
async function settle(): Promise<void> {
  await new Promise((done) => setTimeout(done, 0));
  flushSync();
}

const line = (): string => textOf(document.querySelector("section[aria-label=Microphone]"));
const pressed = (name: string): string | null => button(name).getAttribute("aria-pressed");

beforeEach(() => {
  document.documentElement.lang = "en";
  localStorage.clear();
  localStorage.setItem("turia.appearance", '{"guideSeen":true}');
  vi.stubGlobal("innerWidth", 1280);
  fake = fakeUi();
  media = new FakeMedia();
  Object.assign(fake.store, { media });
  fake.store.preflight.set({ done: true, items: [], quality: "high", can3d: true, roundTripMs: 20 });
});

afterEach(() => {
  hide();
  vi.unstubAllGlobals();
});

describe.each(["picture", "flat"] as const)("in the view “%s”", (view) => {
  it("hears people nearby as soon as one is inside", async () => {
    await inside(view);
    expect(media.heard).toEqual([6]);
  });

  it("turns the microphone on and off, and says how it stands", async () => {
    await inside(view);
    expect(pressed("Mic")).toBe("false");
    expect(line()).toBe("");
    await turnOn();
    expect(pressed("Mic")).toBe("true");
    expect(line()).toContain("Your microphone is on.");
    media.publication.level.set({ level: 0.6, speaking: true });
    flushSync();
    expect(line()).toContain("You are heard.");
    press("Mic");
    expect(pressed("Mic")).toBe("false");
    expect(media.captures[0]!.stopped).toBe(true);
  });

  it("says why it is off, until that is closed", async () => {
    media.fault = "denied";
    await inside(view);
    press("Mic");
    await settle();
    expect(line()).toContain("Your microphone: denied.");
    expect(button("Mic").getAttribute("aria-description")).toBe("Your microphone: denied.");
    press("Close", document.querySelector("section[aria-label=Microphone]")!);
    expect(line()).toBe("");
  });

  it("goes off when the server refuses it", async () => {
    await inside(view);
    await turnOn();
    media.publication.is("refused", "muted", "You were muted.");
    flushSync();
    expect(pressed("Mic")).toBe("false");
    expect(line()).toContain("You were muted.");
  });

  it("offers a button when the browser keeps the sound back, only if there is something to hear", async () => {
    media.sound.state.update((state) => ({ ...state, context: "blocked" }));
    await inside(view);
    expect(document.body.textContent).not.toContain("keeps the sound off");
    media.voices.set([voiceTrack(1, "p1")]);
    flushSync();
    press("Turn sound on");
    expect(media.sound.last("resume")).toEqual([]);
    media.sound.state.update((state) => ({ ...state, context: "running" }));
    flushSync();
    expect(document.body.textContent).not.toContain("keeps the sound off");
  });

  it("is accessible while on, and while refused", async () => {
    await inside(view);
    await turnOn();
    const violations = async (): Promise<string[]> =>
      (await axe.run(document, { rules: RULES, resultTypes: ["violations"] })).violations.flatMap(({ id, nodes }) =>
        nodes.map(({ html }) => `${id}: ${html.slice(0, 120)}`),
      );
    expect(await violations()).toEqual([]);
    media.publication.is("refused", "muted", "You were muted.");
    flushSync();
    expect(await violations()).toEqual([]);
  });
});

describe("holding to talk", () => {
  beforeEach(() => localStorage.setItem("turia.voice", '{"mode":"hold"}'));

  it("talks while the button is down, by pointer and by keyboard", async () => {
    await inside();
    await turnOn();
    const held = (): boolean => !media.publication.muted;
    const mic = button("Hold to talk");
    // A click without a press, as screen readers make it, begins to talk, and the next one ends that.
    expect(held()).toBe(true);
    mic.click();
    flushSync();
    expect(held()).toBe(false);
    expect(line()).toContain("Hold V or the microphone button to talk.");
    const pointer = (type: string): void =>
      void mic.dispatchEvent(new PointerEvent(type, { bubbles: true, button: 0, pointerId: 1 }));
    const key = (type: string): void =>
      void mic.dispatchEvent(new KeyboardEvent(type, { key: " ", bubbles: true, cancelable: true }));
    for (const [down, up] of [
      [() => pointer("pointerdown"), () => pointer("pointerup")],
      [() => pointer("pointerdown"), () => pointer("pointercancel")],
      [() => key("keydown"), () => key("keyup")],
      [() => key("keydown"), () => mic.dispatchEvent(new FocusEvent("blur"))],
    ] as const) {
      down();
      flushSync();
      expect(held()).toBe(true);
      expect(line()).toContain("You are talking.");
      up();
      expect(held()).toBe(false);
    }
  });

  it("talks while the key is down, and can be turned off for good", async () => {
    await inside();
    fake.store.talkKey.set(true);
    await settle();
    expect(media.publication.muted).toBe(false);
    fake.store.talkKey.set(false);
    expect(media.publication.muted).toBe(true);
    media.publication.is("muted");
    flushSync();
    press("Turn off");
    expect(media.captures[0]!.stopped).toBe(true);
  });
});

describe("people", () => {
  it("are shown as speaking, and can be muted for me alone", async () => {
    await inside("flat");
    const near = (): Element => document.querySelector("[aria-labelledby=flat-near]")!;
    expect(textOf(near())).not.toContain("speaks");
    fake.store.speaking.set(new Set(["p1"]));
    media.voices.set([voiceTrack(1, "p1", { name: "Person 1" })]);
    flushSync();
    expect(textOf(near())).toContain("Person 1 speaks");
    press("Mute Person 1 for me", near());
    expect([...media.sound.mutedPeople.get()]).toEqual(["p1"]);
    media.voices.set([]);
    flushSync();
    expect(pressed("Mute Person 1 for me")).toBe("true");
    press("Mute Person 1 for me", near());
    expect(media.sound.mutedPeople.get().size).toBe(0);
  });

  it("are announced when they begin to speak near me, unless one does not want that", async () => {
    await inside("flat");
    const said = (): string => [...document.querySelectorAll("[aria-live]")].map(textOf).join(" ");
    fake.store.speaking.set(new Set(["p1", "p2"]));
    media.voices.set([voiceTrack(1, "p1", { name: "Ana" })]);
    await settle();
    expect(said()).toContain("Ana speaks.");
    expect(said()).not.toContain("p2");
  });
});

describe("the settings of sound", () => {
  const open = async (): Promise<HTMLElement> => {
    await inside();
    press("Settings");
    press("Sound", document.querySelector("[role=tablist]")!);
    await settle();
    return document.querySelector<HTMLElement>("[role=tabpanel]")!;
  };

  it("change devices, volumes and ways of talking, and keep them", async () => {
    media.devices.set({
      cameras: [],
      microphones: [{ id: "m1", label: "Headset" }],
      speakers: [{ id: "s1", label: "Headphones" }],
    });
    const page = await open();
    const select = (label: string): HTMLSelectElement =>
      [...page.querySelectorAll("select")].find((each) =>
        textOf(page.querySelector(`label[for="${each.id}"]`)).startsWith(label),
      )!;
    const choose = (label: string, value: string): void => {
      select(label).value = value;
      select(label).dispatchEvent(new Event("change", { bubbles: true }));
      flushSync();
    };
    choose("Microphone", "m1");
    choose("Loudspeaker", "s1");
    choose("Turn it off", "15");
    await settle();
    press("Mute voices of people nearby", page);
    page.querySelector<HTMLInputElement>("input[type=radio][value=hold]")!.click();
    await settle();
    expect(media.sound.last("setSpeaker")).toEqual(["s1"]);
    expect(media.sound.calls).toContainEqual(["setMuted", "voices", true]);
    expect(JSON.parse(localStorage.getItem("turia.voice")!)).toMatchObject({
      mode: "hold",
      microphone: "m1",
      loudspeaker: "s1",
      hiddenMinutes: 15,
      muted: { voices: true },
    });
    const found = await axe.run(page, { rules: RULES, resultTypes: ["violations"] });
    expect(found.violations.map(({ id, nodes }) => `${id}: ${nodes[0]?.html}`)).toEqual([]);
  });

  it("test the microphone with its echo, and end that with the page", async () => {
    const page = await open();
    press("Test with echo", page);
    await settle();
    media.echo.state.update((state) => ({ ...state, heard: 0.4, verdict: "Your sound comes back after 90 ms." }));
    flushSync();
    expect(textOf(page)).toContain("Your sound comes back after 90 ms.");
    expect(page.querySelector("[role=meter]")?.getAttribute("aria-valuenow")).toBe("40");
    press("Keys", document.querySelector("[role=tablist]")!);
    await settle();
    expect(media.echo.stopped).toBe(1);
    expect(media.captures[0]!.stopped).toBe(true);
  });
});
