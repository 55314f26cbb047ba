// @vitest-environment happy-dom
import axe from "axe-core";
import { flushSync } from "svelte";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { CommandError } from "../../net/command_error";
import { button, key, press, textOf, type } from "../testing/fake_ui";
import { SMALL_VENUE } from "../testing/small_venue";
import { Hall, pictureOf } from "./testing";

// Contrast and sizes need a real browser: styles/contrast.test.ts and the end-to-end tests.
const RULES = { "color-contrast": { enabled: false } };
vi.setConfig({ testTimeout: 30_000 });

let hall: Hall;

beforeEach(() => {
  document.documentElement.lang = "en";
  localStorage.clear();
  sessionStorage.clear();
  localStorage.setItem("turia.appearance", JSON.stringify({ guideSeen: true }));
  vi.spyOn(console, "error");
  vi.stubGlobal("fetch", async () => Response.json({ pages: [] }));
});

afterEach(() => {
  hall.hide();
  vi.unstubAllGlobals();
  expect(console.error).not.toHaveBeenCalled();
  vi.restoreAllMocks();
});

async function violations(): Promise<string[]> {
  const { violations: found } = await axe.run(document, { rules: RULES, resultTypes: ["violations"] });
  return found.flatMap((v) => v.nodes.map((node) => `${v.id}: ${node.html.slice(0, 120)}`));
}

const text = (selector: string): string => textOf(document.querySelector(selector));

async function onTab(name: string): Promise<void> {
  if (document.querySelector(".sheet") === null) press("Talk");
  await hall.settled();
  const tab = [...document.querySelectorAll<HTMLElement>("[role=tab]")].find((each) => textOf(each) === name);
  if (tab === undefined) throw new Error(`no tab ${name}: ${textOf(document.querySelector("[role=tablist]"))}`);
  tab.click();
  flushSync();
  await hall.settled();
}

function sees(person: string, track = 1): void {
  const picture = pictureOf(person, "camera", track);
  hall.media.rooms.set(new Map([["hall", { room: "hall", tracks: picture.tracks, pictures: [picture], refused: "" }]]));
  flushSync();
}

describe("watching a talk", () => {
  it("shows who is on air in the card of the room, and follows the room", async () => {
    hall = await new Hall().show();
    hall.onAir("ben", "Ben");
    await hall.settled();
    expect(hall.media.last("watch")).toEqual(["hall"]);
    sees("ben");
    await hall.settled();
    expect(document.querySelector("canvas[data-picture='ben/camera']")).not.toBeNull();
    expect(text(".here .name")).toBe("Ben");
    expect(await violations()).toEqual([]);
  });

  it("shows a page with its words, and lets the file be saved only when it is shared", async () => {
    vi.stubGlobal("fetch", async () =>
      Response.json({ pages: [{ text: "Cities\nlearn", width: 1920, height: 1080 }] }),
    );
    hall = await new Hall().show();
    hall.onAir("ben", "Ben");
    const deck = { session: "talk", title: "Cities", owner: "ben", state: "ready", pages: 9, done_pages: 9 } as const;
    hall.backbone.put("session/talk/talk", "deck", "d1", deck);
    hall.backbone.put("session/talk/talk", "slide_show", "talk", {
      session: "talk",
      deck: "d1",
      page: 1,
      presenter: "ben",
    });
    await hall.settled();
    const image = document.querySelector<HTMLImageElement>(".here img[data-page]");
    expect(image?.alt).toBe("Page 1 of 9: Cities learn");
    expect(image?.getAttribute("src")).toContain("/api/decks/d1/pages/1.webp");
    await onTab("Watch");
    expect(document.querySelector("a[download]")).toBeNull();
    hall.backbone.put("session/talk/talk", "deck", "d1", { ...deck, file_shared: true });
    await hall.settled();
    expect(document.querySelector("a[download]")?.getAttribute("href")).toBe("/api/decks/d1/file");
    expect(await violations()).toEqual([]);
  });

  it("has a player of its own that keys move, and closes", async () => {
    hall = await new Hall().show();
    hall.onAir("ben", "Ben");
    await onTab("Watch");
    press("Show the player");
    await hall.settled();
    const frame = document.querySelector<HTMLElement>(".window")!;
    const left = frame.style.left;
    key(button("Move How cities learn"), "ArrowRight");
    expect(parseFloat(frame.style.left)).toBe(parseFloat(left) + 24);
    expect(await violations()).toEqual([]);
    press("Close How cities learn");
    expect(document.querySelector(".window")).toBeNull();
  });

  it("has hand and microphone in the full window, which covers the bar, and one button for blocked sound", async () => {
    hall = await new Hall().show();
    hall.onAir("ben", "Ben");
    await onTab("Watch");
    hall.media.sound.update((state) => ({ ...state, context: "blocked" }));
    press("Show the player");
    await hall.settled();
    const frame = document.querySelector<HTMLElement>(".window")!;
    const words = (): string[] =>
      [...frame.querySelectorAll("button")].map((each) => each.getAttribute("aria-label") ?? textOf(each));
    // The message of the view has it, in sight beside the window.
    expect(words()).not.toContain("Turn sound on");
    expect(words()).not.toContain("Raise hand");
    press("Full window", frame);
    await hall.settled();
    expect(words()).toEqual(expect.arrayContaining(["Turn sound on", "Mic", "Raise hand"]));
    press("Raise hand", frame);
    expect(hall.ui.last("raiseHand")).toEqual([true]);
    expect(await violations()).toEqual([]);
  });

  it("goes on with the player after a reload, until it is closed", async () => {
    sessionStorage.setItem("turia.watching", "hall");
    hall = await new Hall().show();
    expect(text(".window h2")).toBe("How cities learn");
    press("Close How cities learn");
    await hall.settled();
    expect(sessionStorage.getItem("turia.watching")).toBeNull();
  });

  it("opens the part of a talk that was chosen on My page, once", async () => {
    sessionStorage.setItem("turia.opening", "slides hall");
    hall = await new Hall(["stage.speak"]).show();
    await hall.settled();
    expect(text("[role=tab][aria-selected=true]")).toBe("Slides");
    expect(sessionStorage.getItem("turia.opening")).toBeNull();
  });

  it("stands clear of the panel that it was opened from on a phone", async () => {
    hall = new Hall();
    Object.assign(window, { innerWidth: 390 });
    await hall.show();
    hall.onAir("ben", "Ben");
    press("More");
    await hall.settled();
    await onTab("Watch");
    press("Show the player");
    await hall.settled();
    expect(document.querySelector(".sheet")).toBeNull();
    expect(document.querySelector(".window")).not.toBeNull();
  });

  it("offers the talk in the picture to whoever comes where somebody is on air, until he declines or watches", async () => {
    hall = await new Hall([], "picture").show();
    expect(text("[aria-label=Messages]")).not.toContain("Watch the talk");
    hall.onAir("ben", "Ben");
    await hall.settled();
    press("Watch the talk");
    await hall.settled();
    expect(document.querySelector(".window")).not.toBeNull();
    expect(text("[aria-label=Messages]")).not.toContain("Watch the talk");
    press("Close How cities learn");
    await hall.settled();
    press(/^Close: I look/);
    await hall.settled();
    expect(text("[aria-label=Messages]")).not.toContain("Watch the talk");
  });

  it("leads whoever speaks later and is elsewhere to the room, and to handing in", async () => {
    hall = new Hall();
    hall.backbone.put("event", "speaker", "s1", { name: "Ana", person: "me" });
    await hall.show();
    hall.ui.store.self.update((self) => ({ ...self!, room: "Outside" }));
    press("Talk");
    await hall.settled();
    expect(text(".sheet")).toContain("You speak in “How cities learn”");
    press("Go there", document.querySelector(".sheet")!);
    expect(hall.ui.last("goToPlace")).toEqual([SMALL_VENUE.rooms[1]!.id]);
    press("Hand in slides", document.querySelector(".sheet")!);
    await hall.settled();
    expect(text("[role=tab][aria-selected=true]")).toBe("Slides");
  });

  it("says why a picture does not move, and offers to go on without pictures", async () => {
    hall = await new Hall().show();
    hall.onAir("ben", "Ben");
    await hall.settled();
    sees("ben");
    hall.media.arrivals.set(new Map([[1, { track: 1, arrival: "healing", message: "" }]]));
    await hall.settled();
    expect(text(".trouble")).toBe("Ben: The picture is being fetched again.");
    hall.media.low.set({ on: false, suggested: true });
    await hall.settled();
    press("Go on without pictures");
    expect(hall.media.last("setLowBandwidth")).toEqual([true]);
  });

  it("pins sign language in a window that is never too small", async () => {
    hall = await new Hall().show();
    hall.onAir("ben", "Ben");
    await hall.settled();
    const signs = pictureOf("sam", "interpreter", 5);
    hall.media.rooms.set(new Map([["hall", { room: "hall", tracks: signs.tracks, pictures: [signs], refused: "" }]]));
    await hall.settled();
    expect(hall.media.last("pin")).toEqual(["sam/interpreter"]);
    const frame = [...document.querySelectorAll<HTMLElement>(".window")].find((each) =>
      textOf(each).includes("Sign language"),
    )!;
    for (let i = 0; i < 40; i++)
      frame
        .querySelector("button.handle")!
        .dispatchEvent(new KeyboardEvent("keydown", { key: "ArrowLeft", shiftKey: true, bubbles: true }));
    flushSync();
    expect(parseFloat(frame.style.width)).toBeGreaterThanOrEqual(320);
  });

  it("puts the talk on the screen of the hall, and takes it away", async () => {
    hall = await new Hall([], "picture").show();
    hall.onAir("ben", "Ben");
    await hall.settled();
    const shown = hall.ui.last("showOnScreen");
    expect(shown?.[0]).toBe("hall");
    expect(shown?.[1]).not.toBeNull();
    hall.backbone.remove("room/hall", "on_air", "ben");
    await hall.settled();
    expect(hall.ui.last("showOnScreen")).toEqual(["hall", null]);
  });
});

describe("the desk", () => {
  const SPEAKER = ["stage.speak"];

  async function ready(...sources: ("Camera" | "Microphone")[]): Promise<void> {
    await onTab("Desk");
    for (const source of sources) {
      press(`${source} on`);
      await hall.settled();
    }
  }

  async function goesOnAir(): Promise<void> {
    press("Go on air");
    await hall.settled();
    hall.onAir("me", "Ana", ["camera", "microphone"]);
    await hall.settled();
  }

  it("is there for speakers only", async () => {
    hall = await new Hall().show();
    press("Talk");
    await hall.settled();
    expect(text("[role=tablist]")).not.toContain("Desk");
  });

  it("is not left out for somebody whom the programme names before the session is on", async () => {
    hall = new Hall();
    hall.backbone.put("event", "speaker", "s1", { name: "Ana", person: "me" });
    await hall.show();
    press("Talk");
    await hall.settled();
    expect(text("[role=tablist]")).toContain("Desk");
  });

  it("sends what was chosen once it is on air, says so, and nothing more after stopping", async () => {
    hall = await new Hall(SPEAKER).show();
    await ready("Camera", "Microphone");
    expect(hall.media.sent).toEqual([]);
    expect(await violations()).toEqual([]);
    await goesOnAir();
    expect(hall.backbone.last("stage.go_on_air")).toEqual({ session: "talk", sources: ["camera", "microphone"] });
    expect(hall.media.sent).toEqual(["camera", "microphone"]);
    expect(hall.media.published[0]!.where).toEqual({ room: "hall", session: "talk" });
    expect(text(".on-air .sign")).toBe("On air");
    expect(text(".on-air .times")).toMatch(/\d:\d\d on air.*left/);
    expect(await violations()).toEqual([]);
    press("Stop: leave the air");
    // At once, before the venue has answered.
    expect(hall.media.sent).toEqual([]);
    await hall.settled();
    expect(hall.backbone.last("stage.leave_air")).toEqual({ session: "talk" });
    expect(hall.media.captures.every(({ stopped }) => stopped)).toBe(true);
  });

  it("is off air with devices closed as soon as the chair says so, and tells why nothing goes out", async () => {
    hall = await new Hall(SPEAKER).show();
    await ready("Camera");
    await goesOnAir();
    hall.backbone.remove("room/hall", "on_air", "me");
    await hall.settled();
    expect(hall.media.sent).toEqual([]);
    expect(hall.media.captures[0]!.stopped).toBe(true);
    expect(document.querySelector(".on-air")).toBeNull();
    expect(text("[aria-label=Messages]")).toContain("You are off air.");
  });

  it("changes sources in flight and tells the venue", async () => {
    hall = await new Hall(SPEAKER).show();
    await ready("Camera");
    await goesOnAir();
    press("Microphone on");
    await hall.settled();
    expect(hall.backbone.last("stage.change_sources")).toEqual({ session: "talk", sources: ["camera", "microphone"] });
    expect(hall.media.sent).toEqual(["camera", "microphone"]);
    press("Camera off");
    await hall.settled();
    expect(hall.backbone.last("stage.change_sources")).toEqual({ session: "talk", sources: ["microphone"] });
    expect(hall.media.sent).toEqual(["microphone"]);
  });

  it("shows a device's fault with its remedy, and one that is pulled out", async () => {
    hall = await new Hall(SPEAKER).show();
    await ready();
    hall.media.fault = Object.assign(new Error("Allow the camera beside the address."), { code: "denied" as const });
    press("Camera on");
    await hall.settled();
    expect(text(".desk [role=alert]")).toContain("Allow the camera beside the address.");
    hall.media.fault = null;
    press("Try again");
    await hall.settled();
    expect(document.querySelector(".desk [role=alert]")).toBeNull();
    hall.media.captures[0]!.ended.set("The camera was unplugged.");
    await hall.settled();
    expect(text(".desk [role=alert]")).toContain("unplugged");
    expect(button("Camera on")).toBeTruthy();
  });

  it("waits for the session, and where that is the rule for the chair's call, which can be declined", async () => {
    hall = new Hall(SPEAKER);
    hall.phase("open");
    await hall.show();
    await ready();
    expect(button("Go on air").disabled).toBe(true);
    hall.backbone.put("event", "policies", "policies", { stage_rule: "chair" });
    hall.phase("live");
    await hall.settled();
    expect(button("Go on air").disabled).toBe(true);
    expect(text(".go")).toContain("The chair calls speakers");
    hall.backbone.put("room/hall", "stage_call", "me", { session: "talk", by: "chair", at: hall.begin, name: "Ana" });
    await hall.settled();
    expect(button("Go on air").disabled).toBe(false);
    expect(text("[aria-label=Messages]")).toContain("You are called on stage");
    press("Decline");
    await hall.settled();
    expect(hall.backbone.last("stage.decline")).toEqual({ session: "talk" });
  });

  it("asks for consent before a session that is recorded, and sends nothing without it", async () => {
    hall = new Hall(SPEAKER);
    hall.backbone.put("room/hall", "recording", "talk", { state: "armed", by: "chair" });
    const asked = { title: "You are recorded", text: "What you say is kept.", version: 3, agreed: false, days: 30 };
    hall.backbone.answers["recording.text"] = asked;
    await hall.show();
    await ready("Camera");
    press("Go on air");
    await hall.settled();
    expect(text("[role=alertdialog]")).toContain("What you say is kept.");
    expect(hall.backbone.last("stage.go_on_air")).toBeUndefined();
    hall.backbone.answers["recording.text"] = { ...asked, agreed: true };
    press("I agree: go on air");
    await hall.settled();
    expect(hall.backbone.last("recording.consent")).toEqual({ session: "talk", version: 3, given: true });
    expect(hall.backbone.last("stage.go_on_air")).toEqual({ session: "talk", sources: ["camera"] });
  });

  it("says why the venue refused, and sends nothing", async () => {
    hall = new Hall(SPEAKER);
    hall.backbone.answers["stage.go_on_air"] = new CommandError("not_live", "“How cities learn” is not live.", false);
    await hall.show();
    await ready("Camera");
    press("Go on air");
    await hall.settled();
    expect(text(".go")).toContain("is not live");
    expect(hall.media.sent).toEqual([]);
  });

  it("goes on by itself when the chair unmutes, and mutes at a press", async () => {
    hall = await new Hall(SPEAKER).show();
    await ready("Microphone");
    await goesOnAir();
    const [microphone] = hall.media.published;
    press("Mute", document.querySelector(".on-air")!);
    expect(microphone!.muted).toBe(true);
    // And by the button of the bar, which is for the same microphone then.
    microphone!.mute(false);
    await hall.settled();
    press("Mute", document.querySelector(".on-air")!);
    expect(microphone!.muted).toBe(true);
    hall.backbone.put("room/hall", "mute", "me", { by: "chair", reason: "An echo.", until: 0, session: "talk" });
    await hall.settled();
    // In the place of the button, which would do nothing: in the strip, at the microphone and at the foot of the desk.
    const said = "Muted by the chair: An echo. Nobody hears you.";
    expect(text(".on-air [role=status]")).toBe(said);
    expect(text(".go")).toContain(said);
    expect(text("section[aria-label=Microphone]:not(.line)")).toContain(said);
    const words = [...document.querySelectorAll("button")].map((each) => textOf(each));
    expect(words).not.toContain("Mute");
    expect(words).not.toContain("Unmute");
    microphone!.state.set({ ...microphone!.state.get(), phase: "refused", code: "muted", message: "Muted." });
    const before = microphone!.retried;
    hall.backbone.remove("room/hall", "mute", "me");
    await hall.settled();
    expect(microphone!.retried).toBe(before + 1);
  });
});

describe("the presenter's view on air", () => {
  const mute = { by: "chair", reason: "", until: 0, session: "talk" } as const;
  let presenter: HTMLElement;

  async function presents(): Promise<void> {
    hall = new Hall(["stage.speak"]);
    const deck = { session: "talk", title: "Cities", owner: "me", state: "ready", pages: 3, done_pages: 3 } as const;
    hall.backbone.put("session/talk/talk", "deck", "d1", deck);
    hall.backbone.answers["deck.list"] = { decks: [{ key: "d1", room: "hall", name: "Ana", mine: true, deck }] };
    await hall.show();
    await onTab("Desk");
    press("Microphone on");
    await hall.settled();
    press("Go on air");
    await hall.settled();
    hall.onAir("me", "Ana", ["microphone"]);
    await onTab("Slides");
    press("Present Cities");
    await hall.settled();
    presenter = document.querySelector<HTMLElement>(".presenter")!;
  }

  it("mutes, shows the level, and says that the chair muted one and that it is recorded", async () => {
    await presents();
    const [microphone] = hall.media.published;
    expect(presenter.querySelector("[role=meter]")?.getAttribute("aria-valuenow")).toBe("40");
    press("Mute", presenter);
    await hall.settled();
    expect(microphone!.muted).toBe(true);
    expect(button("Unmute", presenter)).toBeTruthy();
    hall.backbone.put("room/hall", "mute", "me", mute);
    hall.backbone.put("room/hall", "recording", "talk", { state: "recording", by: "chair" });
    await hall.settled();
    expect(textOf(presenter)).toContain("Muted by the chair. Nobody hears you.");
    expect(textOf(presenter)).toContain("This session is being recorded.");
    expect([...presenter.querySelectorAll("button")].map(textOf)).not.toContain("Unmute");
    expect(await violations()).toEqual([]);
  });

  it("counts hands, says whose pages the hall sees, and leaves the air only when asked twice", async () => {
    await presents();
    expect(textOf(presenter)).toContain("Not on the screen");
    hall.backbone.put("room/hall", "hand", "p", { session: "talk", since: hall.begin, name: "P" });
    await hall.settled();
    expect(textOf(presenter)).toContain("1 hand up");
    press("Stop", presenter);
    await hall.settled();
    press("Stay on air");
    await hall.settled();
    expect(hall.media.sent).toEqual(["microphone"]);
    press("Stop", presenter);
    await hall.settled();
    press("Stop: leave the air", document.querySelector("[role=alertdialog]")!);
    expect(hall.media.sent).toEqual([]);
    await hall.settled();
    expect(hall.backbone.last("stage.leave_air")).toEqual({ session: "talk" });
  });
});

describe("slides", () => {
  const DECK = {
    session: "talk",
    title: "Cities",
    owner: "me",
    state: "ready",
    pages: 3,
    done_pages: 3,
    bytes: 900,
  } as const;

  async function withDeck(more: Partial<typeof DECK & { done_pages: number; state: string }> = {}): Promise<void> {
    hall = new Hall(["stage.speak"]);
    const deck = { ...DECK, ...more } as typeof DECK;
    hall.backbone.put("session/talk/talk", "deck", "d1", deck);
    hall.backbone.answers["deck.list"] = { decks: [{ key: "d1", name: "Ana", mine: true, deck }] };
    await hall.show();
    await onTab("Slides");
  }

  it("shows how far the drawing is, and what is wrong with a file", async () => {
    await withDeck({ state: "rendering", done_pages: 1 } as never);
    expect(document.querySelector("[role=progressbar]")?.getAttribute("aria-valuetext")).toBe("page 1 of 3 is drawn");
    hall.backbone.put("session/talk/talk", "deck", "d1", { ...DECK, state: "failed", message: "It is locked." });
    await hall.settled();
    expect(text(".sheet [role=alert]")).toContain("It is locked.");
    expect(await violations()).toEqual([]);
  });

  it("renames, shares and deletes", async () => {
    await withDeck();
    press("Rename Cities");
    type(document.querySelector<HTMLInputElement>(".sheet form input")!, "Towns");
    press("Save");
    await hall.settled();
    expect(hall.backbone.last("deck.rename")).toEqual({ deck: "d1", title: "Towns" });
    document.querySelector<HTMLInputElement>(".sheet [role=switch]")!.click();
    await hall.settled();
    expect(hall.backbone.last("deck.share")).toEqual({ deck: "d1", shared: true });
    press("Delete Cities");
    press("Delete");
    await hall.settled();
    expect(hall.backbone.last("deck.delete")).toEqual({ deck: "d1" });
  });

  it("rehearses for oneself, then shows and turns by keys, keeps notes, and points", async () => {
    await withDeck();
    press("Open, rehearse Cities");
    await hall.settled();
    const presenter = document.querySelector<HTMLElement>(".presenter")!;
    expect(textOf(presenter)).toContain("Rehearsal");
    key(presenter, "PageDown");
    await hall.settled();
    expect(textOf(presenter)).toContain("Page 2 of 3");
    expect(hall.backbone.last("slides.show")).toBeUndefined();
    expect(button("Put on the screen").disabled).toBe(true);
    expect(await violations()).toEqual([]);

    hall.onAir("me", "Ana", []);
    await hall.settled();
    press("Put on the screen");
    await hall.settled();
    expect(hall.backbone.last("slides.show")).toEqual({ session: "talk", deck: "d1", page: 2, black: false });
    const show = { session: "talk", deck: "d1", page: 2, presenter: "me" } as const;
    hall.backbone.put("session/talk/talk", "slide_show", "talk", show);
    await hall.settled();
    key(presenter, "End");
    await hall.settled();
    expect(hall.backbone.last("slides.show")).toEqual({ session: "talk", deck: "d1", page: 3, black: false });
    key(presenter, "b");
    await hall.settled();
    expect(hall.backbone.last("slides.show")).toEqual({ session: "talk", deck: "d1", page: 2, black: true });

    const notes = presenter.querySelector("textarea")!;
    const turned = hall.backbone.done.length;
    key(notes, "ArrowRight");
    expect(hall.backbone.done.length).toBe(turned);
    notes.value = "Breathe.";
    notes.dispatchEvent(new Event("input", { bubbles: true }));
    notes.dispatchEvent(new Event("blur"));
    await hall.settled();
    expect(hall.backbone.last("note.write")).toEqual({ deck: "d1", page: 2, text: "Breathe." });
  });

  it("takes slides over from somebody else", async () => {
    await withDeck();
    hall.onAir("me", "Ana", []);
    hall.onAir("ben", "Ben", []);
    hall.backbone.put("session/talk/talk", "slide_show", "talk", {
      session: "talk",
      deck: "d1",
      page: 3,
      presenter: "ben",
    });
    await hall.settled();
    press("Present Cities");
    await hall.settled();
    press("Take over from Ben");
    await hall.settled();
    expect(hall.backbone.last("slides.take_over")).toEqual({ session: "talk" });
  });
});

describe("the stage", () => {
  const CHAIR = ["stage.direct", "stage.speak", "microphone.mute", "microphone.grant"];

  it("calls, mutes, takes off, shows large, with a press each", async () => {
    hall = await new Hall(CHAIR).show();
    await onTab("Stage");
    press("Call Ben on stage");
    await hall.settled();
    expect(hall.backbone.last("stage.call")).toEqual({ session: "talk", person: "ben" });
    hall.onAir("ben", "Ben");
    hall.backbone.put("session/talk/talk", "slide_show", "talk", {
      session: "talk",
      deck: "d1",
      page: 1,
      presenter: "ben",
    });
    await hall.settled();
    press("Mute Ben");
    press("Show Ben large");
    await hall.settled();
    expect(hall.backbone.last("microphone.mute")).toEqual({ room: "hall", person: "ben" });
    expect(hall.backbone.last("stage.layout")).toEqual({ session: "talk", layout: "speaker", focus: "ben" });
    expect(await violations()).toEqual([]);
    press("Take Ben off air");
    await hall.settled();
    expect(hall.backbone.last("stage.take_off")).toEqual({ session: "talk", person: "ben" });
    // His page goes with him.
    expect(hall.backbone.last("slides.hide")).toEqual({ session: "talk" });
  });

  it("chooses what the screen shows, and silences the audience", async () => {
    hall = await new Hall(CHAIR).show();
    await onTab("Stage");
    press("Gallery");
    await hall.settled();
    expect(hall.backbone.last("stage.layout")).toEqual({ session: "talk", layout: "gallery", focus: "" });
    hall.backbone.put("room/hall", "screen_layout", "hall", { session: "talk", layout: "gallery" });
    await hall.settled();
    expect(button("Gallery").getAttribute("aria-pressed")).toBe("true");
    press("Automatic");
    await hall.settled();
    expect(hall.backbone.last("stage.layout")).toEqual({ session: "talk", layout: null, focus: "" });
    const audience = document.querySelector("[aria-label=Audience]")!;
    audience.querySelector<HTMLInputElement>("[role=switch]")!.click();
    await hall.settled();
    expect(hall.backbone.last("microphone.mute_audience")).toEqual({ room: "hall" });
  });

  it("gives the microphone for some minutes and takes it back", async () => {
    hall = new Hall(CHAIR);
    hall.ui.store.nearby.set([{ person: "eve", name: "Eve", room: "Main hall" } as never]);
    await hall.show();
    await onTab("Stage");
    type(document.querySelector<HTMLInputElement>("[role=combobox]")!, "ev");
    await hall.settled();
    document.querySelector<HTMLElement>("[aria-label='Microphone for the audience'] [role=option]")!.click();
    flushSync();
    press("Give the microphone");
    await hall.settled();
    expect(hall.backbone.last("microphone.grant")).toEqual({ session: "talk", person: "eve", minutes: 5 });
    hall.backbone.put("room/hall", "mic_grant", "eve", { session: "talk", name: "Eve", until: hall.begin + 300_000 });
    await hall.settled();
    press("Take the microphone from Eve");
    await hall.settled();
    expect(hall.backbone.last("microphone.end")).toEqual({ session: "talk", person: "eve" });
  });
});
