// @vitest-environment happy-dom
import axe from "axe-core";
import { flushSync } from "svelte";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { Registered } from "../../app/ports";
import { fakeUi, settle, showUi, textOf, type FakeUi } from "../testing/fake_ui";

vi.setConfig({ testTimeout: 30_000 });

const ANA: Registered = { name: "Ana García", affiliation: "Test University", mayEnter: true, why: "", texts: [] };
const CONDUCT = { key: "conduct", title: "Code of conduct", version: 2 };

let fake: FakeUi;
let hide: () => void;

beforeEach(() => {
  localStorage.clear();
  document.documentElement.lang = "en";
  fake = fakeUi();
});
afterEach(() => hide());

function show(registered: Registered | null, guests: boolean): void {
  fake.store.info.set({
    title: "Hall",
    subtitle: "",
    venue: "v",
    guests,
    people: 0,
    capacity: 9,
    profile: "event",
    banner: "",
  });
  fake.store.registered.set(registered);
  hide = showUi(fake);
}

const links = (): (string | null)[] =>
  [...document.querySelectorAll("main a")].map((each) => each.getAttribute("href"));
const form = (): HTMLFormElement | null => document.querySelector("main form");
function send(): void {
  form()!.dispatchEvent(new Event("submit", { bubbles: true, cancelable: true }));
  flushSync();
}

async function violations(): Promise<string[]> {
  await settle();
  const rules = { "color-contrast": { enabled: false } };
  const { violations: found } = await axe.run(document, { rules, resultTypes: ["violations"] });
  return found.map(({ id }) => id);
}

describe("the entrance", () => {
  it("greets registered people, asks for no name, and lets them in where guests may not", async () => {
    show(ANA, false);
    expect(textOf(document.querySelector("h2"))).toBe("Welcome, Ana García");
    expect(document.querySelector("input[name=name]")).toBeNull();
    send();
    expect(fake.last("enter")).toEqual([
      expect.objectContaining({ name: "Ana García", affiliation: "Test University" }),
      [],
    ]);
    expect(await violations()).toEqual([]);
  });

  it("asks for the code of conduct, by version, before the way in", async () => {
    show({ ...ANA, texts: [CONDUCT] }, false);
    send();
    expect(fake.last("enter")).toBeUndefined();
    const box = document.querySelector<HTMLInputElement>("main input[type=checkbox]")!;
    expect(document.activeElement).toBe(box);
    expect(textOf(document.querySelector("main"))).toContain("Code of conduct (opens in a new tab) (version 2)");
    expect(await violations()).toEqual([]);
    box.click();
    flushSync();
    send();
    expect(fake.last("enter")?.[1]).toEqual([CONDUCT]);
  });

  it("shows no form before it is known whose it is, and greets by name as soon as it is", () => {
    fake.store.identity.set("asking");
    show(null, true);
    expect(form()).toBeNull();
    expect(textOf(document.querySelector("main [role=status]"))).toContain("signed in");
    fake.store.registered.set(ANA);
    fake.store.identity.set("known");
    flushSync();
    expect(form()).not.toBeNull();
    expect(textOf(document.querySelector("h2"))).toBe("Welcome, Ana García");
  });

  it("says that it could not be asked, asks again, and lets guests in meanwhile", async () => {
    fake.store.identity.set("unknown");
    show(null, true);
    expect(document.querySelector("input[name=name]")).not.toBeNull();
    expect(textOf(document.querySelector("main"))).toContain("could not be found out");
    [...document.querySelectorAll<HTMLButtonElement>("main button")]
      .find(({ textContent }) => textContent?.includes("Ask again"))!
      .click();
    expect(fake.last("whoAmI")).toEqual([]);
    expect(await violations()).toEqual([]);
  });

  it("says why somebody may not enter yet, and where to look", () => {
    show({ ...ANA, mayEnter: false, why: "You are on the waiting list." }, true);
    expect(form()).toBeNull();
    expect(textOf(document.querySelector("main"))).toContain("You are on the waiting list.");
    expect(links()).toEqual(["/my", "/event"]);
  });

  it("sends strangers to registration where guests may not enter", () => {
    show(null, false);
    expect(form()).toBeNull();
    expect(links()).toEqual(["/register", "/sign-in", "/event"]);
  });

  it("lets guests in where they may, and tells registered ones where to sign in", () => {
    show(null, true);
    expect(document.querySelector("input[name=name]")).not.toBeNull();
    expect(links()).toContain("/sign-in");
  });
});
