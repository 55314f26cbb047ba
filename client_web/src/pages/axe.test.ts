// @vitest-environment happy-dom
import axe from "axe-core";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { OVERVIEW } from "../ui/monitor/testing";
import { press } from "../ui/testing/fake_ui";
import { type FakeSite, identity, ORGANISER, settled, showSite, shown, smallEvent } from "./testing/fake_site";

// Structure, names and roles; contrast and sizes need a real browser (tests/e2e/test_accessibility.py).
const RULES = { "color-contrast": { enabled: false } };
vi.setConfig({ testTimeout: 60_000 });

let fake: FakeSite | undefined;

beforeEach(() => {
  vi.stubGlobal("fetch", async () => Response.json(OVERVIEW));
  localStorage.clear();
  sessionStorage.clear();
  window.scrollTo = () => undefined;
});
afterEach(() => {
  fake?.hide();
  vi.unstubAllGlobals();
});

async function violations(): Promise<string[]> {
  await settled();
  const { violations: found } = await axe.run(document, { rules: RULES, resultTypes: ["violations"] });
  return found.flatMap((each) => each.nodes.map((node) => `${each.id}: ${node.html.slice(0, 160)}`));
}

function organised(): ReturnType<typeof smallEvent> {
  const backbone = smallEvent();
  const row = {
    person: "ana",
    seen: 1,
    country_name: "Spain",
    roles: ["speaker"],
    registration: { status: "submitted", name: "Ana", email: "ana@example.org", category: "academia", held: "name" },
  };
  backbone.answers["people.list"] = { people: [row], total: 1, page: 1, pages: 2, counts: { submitted: 1 } };
  backbone.answers["people.get"] = row;
  backbone.answers["people.roles"] = { person: "ana", counts: false, roles: [] };
  backbone.answers["roles.list"] = {
    roles: [
      { role: "speaker", title: "Speaker", permissions: ["stage.enter"], note: "", seen: 0, holders: 1 },
      { role: "own", title: "Door keeper", permissions: ["room.admit"], note: "x", seen: 3, holders: 0 },
    ],
    permissions: [{ permission: "room.admit", text: "Admit people." }],
  };
  backbone.answers["programme.edits"] = { edits: [{ edit: "e", text: "Moved 'x'", at: 1 }] };
  backbone.put("event/staff", "invitation", "i", { address: "eva@example.org", role: "speaker" });
  backbone.put("event/mail", "mail", "m", { person: "ana", template: "confirm", posted: "failed", error: "refused" });
  return backbone;
}

it.each([
  ["/event", "main .hero"],
  ["/programme", "main article"],
  ["/programme/panel", "dialog"],
  ["/speakers", "main li"],
  ["/register", "main form"],
  ["/sign-in", "main form"],
  ["/my", "main .empty"],
  ["/privacy", "main .prose"],
  ["/conduct", "main .prose"],
  ["/organise", "main .empty"],
  ["/nothing", "main h1"],
])("finds nothing on %s", async (path, selector) => {
  fake = await showSite(path);
  await shown(selector);
  expect(await violations()).toEqual([]);
});

it("finds nothing in the errors of the form and the help", async () => {
  fake = await showSite("/register");
  const form = await shown("main form");
  form.dispatchEvent(new Event("submit", { bubbles: true, cancelable: true }));
  await settled();
  expect(await violations()).toEqual([]);
  press("Help");
  expect(await violations()).toEqual([]);
});

it("finds nothing in the other views of the programme's editor", async () => {
  fake = await showSite("/organise/programme", { who: ORGANISER, backbone: organised() });
  await shown("main table");
  const view = (label: string): void =>
    [...document.querySelectorAll<HTMLElement>("main fieldset label")]
      .find((each) => each.textContent.includes(label))!
      .click();
  view("Day grid");
  await shown("main .grid");
  expect(await violations()).toEqual([]);
  view("Rooms, tracks, speakers");
  await settled();
  expect(await violations()).toEqual([]);
  for (const name of ["Change Plenary", "Change Ana García", "Add a track"]) {
    press(name);
    const dialog = await shown("dialog");
    expect(await violations(), name).toEqual([]);
    press("Close", dialog);
    await settled();
  }
});

it("finds nothing in one's own registration", async () => {
  const backbone = smallEvent();
  const registration = { status: "approved", name: "Ana", email: "ana@example.org", category: "academia" } as const;
  backbone.put("person/ana", "registration", "ana", registration);
  backbone.put("person/ana", "star", "panel", {});
  backbone.put("person/ana", "notice", "n", { code: "x", text: "The panel was moved." });
  fake = await showSite("/my", { who: identity("Ana"), backbone });
  await shown("main dl");
  press("Change");
  expect(await violations()).toEqual([]);
});

it.each([
  ["people", "table", ["Add", "Import CSV", "Ana"]],
  ["invitations", "table", ["Invite"]],
  ["roles", "table", ["New role"]],
  ["programme", "table", ["A panel", "Import", "My edits", "Add a session"]],
  ["settings", "#facts", ["Add a block"]],
  ["letters", "table", []],
  ["monitor", ".card", []],
] as const)("finds nothing under Organise, %s, and in its dialogs", async (tab, selector, dialogs) => {
  fake = await showSite(`/organise/${tab}`, { who: ORGANISER, backbone: organised() });
  await shown(`main ${selector}`);
  expect(await violations()).toEqual([]);
  for (const name of dialogs) {
    press(name);
    const dialog = await shown("dialog");
    expect(await violations(), name).toEqual([]);
    press("Close", dialog);
    await settled();
  }
});
