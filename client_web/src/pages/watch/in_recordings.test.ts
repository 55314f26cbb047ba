// @vitest-environment happy-dom
/** Who is about to be deleted is in recordings: what organisers decide about them, and what the person is told. */

import axe from "axe-core";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { press } from "../../ui/testing/fake_ui";
import { type FakeSite, identity, ORGANISER, settled, showSite, shown, smallEvent } from "../testing/fake_site";

const RULES = { "color-contrast": { enabled: false } };
vi.setConfig({ testTimeout: 60_000 });

let fake: FakeSite | undefined;

beforeEach(() => {
  window.scrollTo = () => undefined;
});
afterEach(() => fake?.hide());

const recording = (session: string, title: string, state = "ready"): object => ({
  session,
  title,
  state,
  may_download: true,
});
const answers = (...recordings: readonly object[]): Record<string, object> => ({
  "/api/recordings?person=ana": { recordings },
});

async function organiser(...recordings: readonly object[]): Promise<void> {
  const backbone = smallEvent();
  const registration = { status: "approved", name: "Ana", email: "ana@example.org", category: "academia", held: "" };
  const row = { person: "ana", seen: 1, country_name: "Spain", roles: [], registration };
  backbone.answers["people.list"] = { people: [row], total: 1, page: 1, pages: 1, counts: { approved: 1 } };
  backbone.answers["people.get"] = row;
  backbone.answers["people.roles"] = { person: "ana", counts: false, roles: [] };
  backbone.answers["roles.list"] = { roles: [], permissions: [] };
  fake = await showSite("/organise/people", { who: ORGANISER, backbone, answers: answers(...recordings) });
  (await shown("button.name")).click();
  await shown("dialog dl");
  press(/^Delete …/);
  await shown('[role="alertdialog"]');
  await settled();
}

const dialog = (): HTMLElement => document.querySelector<HTMLElement>('[role="alertdialog"]') ?? document.body;
const done = (): readonly unknown[] => fake?.backbone.done.filter(([name]) => name !== "my.permissions") ?? [];

it("deletes the recordings that the organiser chose, before the person, and no others", async () => {
  await organiser(recording("panel", "Panel"), recording("b", "Opening"), recording("c", "Now", "recording"));
  expect(dialog().textContent).toContain("seen or heard in these recordings");
  const boxes = [...dialog().querySelectorAll<HTMLInputElement>('input[type="checkbox"]')];
  expect(boxes.map(({ checked }) => checked)).toEqual([false, false]);
  expect(dialog().textContent).toContain("“Now”: it can be deleted once it is finished.");
  const { violations } = await axe.run(dialog(), { rules: RULES, resultTypes: ["violations"] });
  expect(violations.map(({ id }) => id)).toEqual([]);
  boxes[1]?.click();
  await settled();
  press("Delete for ever", dialog());
  await settled();
  expect(done()).toEqual([
    ["recording.delete", { session: "b" }],
    ["people.erase", { person: "ana", reason: "" }],
  ]);
});

it("says nothing of recordings where there are none", async () => {
  await organiser();
  expect(dialog().textContent).not.toContain("recordings");
  press("Delete for ever", dialog());
  await settled();
  expect(done()).toEqual([["people.erase", { person: "ana", reason: "" }]]);
});

it("tells whoever deletes his own data in which recordings he stays", async () => {
  const backbone = smallEvent();
  backbone.put("person/ana", "registration", "ana", { status: "approved", name: "Ana", email: "ana@example.org" });
  const found = answers(recording("panel", "Panel"));
  fake = await showSite("/my", { who: identity("Ana"), backbone, answers: found });
  await shown("main .card");
  press(/^Delete my data …/);
  await shown('[role="alertdialog"]');
  await settled();
  expect(dialog().textContent).toContain("They stay, without your name. Ask the organisers to delete them:");
  expect(dialog().querySelector("li")?.textContent).toBe("Panel");
  expect(dialog().querySelector('input[type="checkbox"]')).toBeNull();
});
