// @vitest-environment happy-dom
import axe from "axe-core";
import { flushSync } from "svelte";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { Hall } from "../talk/testing";
import { button, press, textOf } from "../testing/fake_ui";

// Contrast and sizes need a real browser: styles/contrast.test.ts and the end-to-end tests.
const RULES = { "color-contrast": { enabled: false } };
vi.setConfig({ testTimeout: 60_000 });
const CHAIR = ["stage.direct", "stage.speak", "microphone.mute", "microphone.grant", "session.run"];

let hall: Hall;

beforeEach(() => {
  document.documentElement.lang = "en";
  localStorage.clear();
  localStorage.setItem("turia.appearance", JSON.stringify({ guideSeen: true }));
  vi.spyOn(console, "error");
});

afterEach(() => {
  hall.hide();
  expect(console.error).not.toHaveBeenCalled();
  vi.restoreAllMocks();
});

async function violations(): Promise<string[]> {
  const { violations: found } = await axe.run(document, { rules: RULES, resultTypes: ["violations"] });
  return found.flatMap((v) => v.nodes.map((node) => `${v.id}: ${node.html.slice(0, 120)}`));
}

const section = (name: string): HTMLElement => document.querySelector<HTMLElement>(`section[aria-label="${name}"]`)!;
const page = (): string => textOf(document.body);

function hand(person: string, name: string, ago: number): void {
  hall.backbone.put("room/hall", "hand", person, { session: "talk", since: hall.begin - ago, name });
}

const grant = (person: string, name: string, recorded = false): void =>
  hall.backbone.put("room/hall", "mic_grant", person, { session: "talk", since: hall.begin, name, recorded });

async function stageTab(): Promise<void> {
  press(/^Talk/);
  await hall.settled();
  [...document.querySelectorAll<HTMLElement>("[role=tab]")].find((each) => textOf(each) === "Stage")!.click();
  flushSync();
  await hall.settled();
}

describe("the chair", () => {
  it("sees hands in order, with a number on the way there, and gives the microphone with a press", async () => {
    hall = await new Hall(CHAIR).show();
    hand("fred", "Fred", 0);
    hand("eve", "Eve", 240_000);
    await hall.settled();
    expect(button("Talk, 2 hands up")).toBeTruthy();
    expect(page()).toContain("raised the hand: 2 hands up.");
    await stageTab();
    const list = [...section("Hands up").querySelectorAll("li")].map(textOf);
    expect(list[0]).toMatch(/^1\. Eve Hand up for 4 min/);
    expect(list[1]).toMatch(/^2\. Fred Hand up just now/);
    expect(await violations()).toEqual([]);
    press("Give Fred the microphone");
    await hall.settled();
    expect(hall.backbone.last("microphone.grant")).toEqual({ session: "talk", person: "fred", minutes: 5 });
    press("Take the hand of Eve down");
    await hall.settled();
    expect(hall.backbone.last("hand.put_down")).toEqual({ session: "talk", person: "eve" });
    hall.backbone.remove("room/hall", "hand", "eve");
    hall.backbone.remove("room/hall", "hand", "fred");
    await hall.settled();
    expect(textOf(section("Hands up"))).toContain("Nobody asks for the microphone.");
    expect(button("Talk")).toBeTruthy();
  });

  it("sees the number on a phone, too, where the way there is in a menu", async () => {
    hall = new Hall(CHAIR);
    Object.assign(window, { innerWidth: 390, innerHeight: 844 });
    await hall.show();
    hand("fred", "Fred", 0);
    await hall.settled();
    expect(button("More, 1 hand up")).toBeTruthy();
  });

  it("finds hands before all people", async () => {
    hall = await new Hall(CHAIR).show();
    hand("fred", "Fred", 0);
    await hall.settled();
    press("People");
    await hall.settled();
    expect(textOf(section("Hands up in Main hall"))).toContain("Fred");
    press("Give Fred the microphone");
    await hall.settled();
    expect(hall.backbone.last("microphone.grant")).toEqual({ session: "talk", person: "fred", minutes: 5 });
    expect(await violations()).toEqual([]);
  });

  it("calls whoever may speak by a role, too", async () => {
    hall = new Hall(CHAIR);
    hall.backbone.answers["stage.speakers"] = {
      speakers: [
        { person: "ines", name: "Ines", own: true },
        { person: "me", name: "Ana", own: true },
        { person: "olga", name: "Olga", own: false },
      ],
    };
    await hall.show();
    await stageTab();
    const list = section("Call on stage");
    expect([...list.querySelectorAll("button")].map((each) => each.getAttribute("aria-label"))).toEqual([
      "Call Ines on stage",
      "Call Ben on stage",
      "Call Olga on stage",
    ]);
    press("Call Ines on stage");
    await hall.settled();
    expect(hall.backbone.last("stage.call")).toEqual({ session: "talk", person: "ines" });
  });

  it("sees who at the microphone is left out of the recording", async () => {
    hall = await new Hall(CHAIR).show();
    await stageTab();
    grant("fred", "Fred");
    await hall.settled();
    expect(page()).not.toContain("Not recorded");
    hall.backbone.put("room/hall", "recording", "talk", { state: "recording", by: "me", since: 1 });
    await hall.settled();
    expect(textOf(section("Microphone for the audience"))).toContain("Not recorded");
    grant("fred", "Fred", true);
    await hall.settled();
    expect(textOf(section("Microphone for the audience"))).not.toContain("Not recorded");
  });

  it("ends the session after a question, and is told what can be done then", async () => {
    hall = await new Hall(CHAIR).show();
    await stageTab();
    press("End the session …", section("Session"));
    await hall.settled();
    expect(hall.backbone.last("session.end")).toBeUndefined();
    press("End the session");
    await hall.settled();
    expect(hall.backbone.last("session.end")).toEqual({ session: "talk" });
    const ended = { phase: "ended", since: hall.begin, live_at: hall.begin - 60_000, start: 0, shift_ms: 0 } as const;
    hall.backbone.put("room/hall", "session_run", "talk", ended);
    hall.backbone.put("room/hall", "recording", "talk", { state: "ready", by: "me", since: 1 });
    hall.rooms.set(new Map([["hall", ["hall", 3, 10, false, "open", "", "", ""]]]) as never);
    await hall.settled();
    expect(textOf(section("Session"))).toMatch(/“How cities learn” ended at \d\d:\d\d\./);
    expect(section("Session").querySelector("a")?.getAttribute("href")).toBe("/watch/talk");
    expect(await violations()).toEqual([]);
    press("Open again");
    await hall.settled();
    expect(hall.backbone.last("session.reopen")).toEqual({ session: "talk" });
  });
});

describe("whoever asks for the microphone", () => {
  const raise = (up: boolean): void => {
    hall.ui.store.self.update((self) => self && { ...self, hand: up });
    flushSync();
  };

  it("stands in the list, sees his place, and has the hand down when it is answered", async () => {
    hall = await new Hall().show();
    hand("eve", "Eve", 60_000);
    raise(true);
    await hall.settled();
    expect(hall.backbone.last("hand.raise")).toEqual({ session: "talk" });
    hand("me", "Ana", 0);
    await hall.settled();
    expect(page()).toContain("Your hand is up: you are number 2.");
    hall.backbone.remove("room/hall", "hand", "me");
    await hall.settled();
    expect(hall.ui.last("raiseHand")).toEqual([false]);
    expect(page()).not.toContain("Your hand is up: you are");
  });

  it("is asked whether he may be recorded, by the text that holds", async () => {
    hall = new Hall();
    hall.backbone.answers["recording.text"] = {
      title: "Recording of talks",
      text: "What you say is kept.",
      version: 3,
      agreed: false,
      days: 30,
    };
    await hall.show();
    hall.backbone.put("room/hall", "recording", "talk", { state: "recording", by: "chair", since: 1 });
    grant("me", "Ana");
    await hall.settled();
    expect(page()).toContain("Unless you agree to it, what you say will be missing in the recording.");
    expect(await violations()).toEqual([]);
    press("Speak without being recorded");
    await hall.settled();
    expect(page()).toContain("You are not recorded");
    expect(hall.backbone.last("recording.consent")).toBeUndefined();
    press("Agree to be recorded …");
    await hall.settled();
    expect(page()).toContain("What you say is kept.");
    press("I agree: record me");
    await hall.settled();
    expect(hall.backbone.last("recording.consent")).toEqual({ session: "talk", version: 3, given: true });
    grant("me", "Ana", true);
    await hall.settled();
    expect(page()).toContain("This session is recorded, and what you say is part of it.");
  });

  it("gives it back, and is told when it was taken", async () => {
    hall = await new Hall().show();
    grant("me", "Ana");
    await hall.settled();
    press("Give the microphone back");
    await hall.settled();
    expect(hall.backbone.last("microphone.give_back")).toEqual({ session: "talk" });
    hall.backbone.remove("room/hall", "mic_grant", "me");
    await hall.settled();
    expect(page()).not.toContain("the room does not hear you any more");
    grant("me", "Ana");
    await hall.settled();
    hall.backbone.remove("room/hall", "mic_grant", "me");
    await hall.settled();
    expect(page()).toContain("Your time at the microphone is over: the room does not hear you any more.");
  });
});

it("the screen names whoever has the microphone in the audience", async () => {
  hall = await new Hall().show();
  hall.backbone.put("room/hall", "session_run", "talk", { phase: "live", since: 1 });
  hall.onAir("ben", "Ben");
  grant("fred", "Fred");
  await hall.settled();
  expect(textOf(document.querySelector("[aria-label='At the microphone of the audience']"))).toContain(
    "Fred, from the audience",
  );
});
