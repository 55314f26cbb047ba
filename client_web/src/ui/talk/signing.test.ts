// @vitest-environment happy-dom
import axe from "axe-core";
import { flushSync } from "svelte";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { press, textOf } from "../testing/fake_ui";
import { maySign, notYet } from "./signing.svelte";
import { Hall, pictureOf } from "./testing";

// Contrast and sizes need a real browser: styles/contrast.test.ts and the end-to-end tests.
const RULES = { "color-contrast": { enabled: false } };
vi.setConfig({ testTimeout: 30_000 });

const INTERPRETER = [{ permission: "interpret.sign", scopes: [{ room: "hall", session: "talk" }] }];
let hall: Hall;

beforeEach(() => {
  document.documentElement.lang = "en";
  localStorage.clear();
  localStorage.setItem("turia.appearance", JSON.stringify({ guideSeen: true }));
});

afterEach(() => hall?.hide());

const page = (): string => textOf(document.body);
const sent = (): readonly string[] => hall.media.sent;

async function opened(permissions: readonly object[] = INTERPRETER): Promise<void> {
  hall = new Hall();
  hall.backbone.answers["my.permissions"] = { permissions };
  await hall.show();
  press("Talk");
  await hall.settled();
  [...document.querySelectorAll<HTMLElement>("[role=tab]")].find((tab) => textOf(tab) === "Sign language")?.click();
  flushSync();
  await hall.settled();
}

async function signing(): Promise<void> {
  await opened();
  press("Camera on");
  await hall.settled();
  press("Begin signing");
  await hall.settled();
}

describe("who may sign", () => {
  it("goes by the scope of the role", () => {
    const allowed = (scopes: readonly object[]) => [{ permission: "interpret.sign", scopes }] as never;
    expect(maySign(allowed([{}]), "hall", "talk")).toBe(true);
    expect(maySign(allowed([{ room: "hall" }]), "hall", "talk")).toBe(true);
    expect(maySign(allowed([{ room: "hall", session: "talk" }]), "hall", "talk")).toBe(true);
    expect(maySign(allowed([{ room: "hall", session: "other" }]), "hall", "talk")).toBe(false);
    expect(maySign(allowed([{ room: "cellar" }]), "hall", "talk")).toBe(false);
    expect(maySign([], "hall", "talk")).toBe(false);
  });

  it("begins as soon as the doors are open", () => {
    for (const phase of ["open", "live", "paused"]) expect(notYet(phase)).toBe("");
    for (const phase of ["planned", "ended", ""]) expect(notYet(phase)).toContain("not on yet");
  });
});

describe("the interpreter’s camera", () => {
  it("has no tab for others", async () => {
    await opened([]);
    expect(textOf(document.querySelector("[role=tablist]"))).not.toContain("Sign language");
  });

  it("is tried first, sent when asked, and off at once", async () => {
    await opened();
    press("Camera on");
    await hall.settled();
    expect(sent()).toEqual([]);
    press("Begin signing");
    await hall.settled();
    expect(sent()).toEqual(["interpreter"]);
    expect(hall.media.published[0]!.where).toEqual({ room: "hall", session: "talk" });
    expect(page()).toContain("Your camera shows you signing: How cities learn.");
    const found = await axe.run(document, { rules: RULES, resultTypes: ["violations"] });
    expect(found.violations).toEqual([]);
    press("Close Talk: Main hall");
    await hall.settled();
    expect(sent()).toEqual(["interpreter"]);
    press("Stop signing");
    await hall.settled();
    expect(sent()).toEqual([]);
    expect(hall.media.captures.every(({ stopped }) => stopped)).toBe(true);
    expect(page()).not.toContain("shows you signing");
  });

  it("goes off with the server’s reason, and with the session", async () => {
    await signing();
    hall.media.published[0]!.state.update((state) => ({
      ...state,
      phase: "refused",
      message: "You are no interpreter.",
    }));
    await hall.settled();
    expect(page()).toContain("You are no interpreter.");
    expect(hall.media.captures[0]!.stopped).toBe(true);
    hall.hide();
    await signing();
    hall.rooms.set(new Map([["hall", ["hall", 3, 10, false, "open", "", "", ""]]]) as never);
    await hall.settled();
    expect(sent()).toEqual([]);
    expect(page()).toContain("The session is over: your camera is off.");
  });

  it("says that it was unplugged, and takes another one while it is seen", async () => {
    await signing();
    hall.media.captures[0]!.ended.set("Your camera was unplugged.");
    await hall.settled();
    expect(sent()).toEqual([]);
    expect(page()).toContain("Your camera was unplugged.");
  });

  it("asks whether it may be recorded, and is not kept from signing by it", async () => {
    hall = new Hall();
    hall.backbone.answers["my.permissions"] = { permissions: INTERPRETER };
    const text = { title: "Recorded", text: "It is kept.", version: 3, days: 30, agreed: false };
    hall.backbone.answers["recording.text"] = text;
    hall.backbone.put("room/hall", "recording", "talk", { state: "armed" } as never);
    await hall.show();
    press("Talk");
    await hall.settled();
    [...document.querySelectorAll<HTMLElement>("[role=tab]")].find((tab) => textOf(tab) === "Sign language")!.click();
    await hall.settled();
    expect(page()).toContain("only if you agree");
    press("Read and agree");
    await hall.settled();
    press("I agree");
    await hall.settled();
    expect(hall.backbone.last("recording.consent")).toEqual({ session: "talk", version: 3, given: true });
    expect(page()).not.toContain("only if you agree");
  });

  it("is not pinned before the interpreter’s own eyes", async () => {
    await signing();
    const own = { ...pictureOf("me", "interpreter", 5), own: true };
    hall.media.rooms.set(new Map([["hall", { room: "hall", tracks: own.tracks, pictures: [own], refused: "" }]]));
    await hall.settled();
    expect(hall.media.last("pin")).toBeUndefined();
  });
});
