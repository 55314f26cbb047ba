// @vitest-environment happy-dom
import { flushSync } from "svelte";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { CommandError } from "../net/command_error";
import { button, press, textOf, type } from "../ui/testing/fake_ui";
import { type FakeSite, identity, NOW, ORGANISER, settled, showSite, shown, smallEvent } from "./testing/fake_site";

// Pages are loaded when they are shown; on a busy machine the first takes seconds.
vi.setConfig({ testTimeout: 60_000 });

let fake: FakeSite | undefined;
const main = (): HTMLElement => document.querySelector("main")!;
const text = (): string => textOf(main());

function field(label: string, within: ParentNode = document): HTMLInputElement {
  const found = [...within.querySelectorAll("label")].find((each) => textOf(each).startsWith(label));
  if (found === undefined) throw new Error(`no field ${label}`);
  return document.getElementById(found.htmlFor) as HTMLInputElement;
}

function choose(label: string): void {
  const found = [...document.querySelectorAll("label")].find((each) => textOf(each).startsWith(label));
  const input = found?.querySelector("input") ?? (document.getElementById(found?.htmlFor ?? "") as HTMLInputElement);
  input.click();
  flushSync();
}

async function send(within: ParentNode = main()): Promise<void> {
  within.querySelector("form")!.dispatchEvent(new Event("submit", { bubbles: true, cancelable: true }));
  await settled();
}

beforeEach(() => {
  localStorage.clear();
  sessionStorage.clear();
  window.scrollTo = () => undefined;
});
afterEach(() => fake?.hide());

describe("going about", () => {
  it("shows each page under its own title, moves the focus there, and keeps the browser's way back", async () => {
    fake = await showSite("/event");
    await shown("main h1");
    expect(document.title).toBe("The event · Test Assembly");
    const link = [...document.querySelectorAll<HTMLAnchorElement>("header a")].find((a) => textOf(a) === "Programme")!;
    link.click();
    await shown("article");
    expect(location.pathname).toBe("/programme");
    expect(document.title).toBe("Programme · Test Assembly");
    expect(document.activeElement?.tagName).toBe("H1");
    expect(link.getAttribute("aria-current")).toBe("page");
  });

  it("says so where nothing is, and offers a way on", async () => {
    fake = await showSite("/nothing");
    await shown("main h1");
    expect(text()).toContain("There is no page at this address");
    expect(document.querySelector<HTMLAnchorElement>("main a")!.getAttribute("href")).toBe("/event");
  });

  it("turns light to dark and remembers it", async () => {
    fake = await showSite("/event");
    press("Use dark colours");
    expect(document.documentElement.dataset["theme"]).toBe("dark");
    expect(localStorage.getItem("turia.appearance")).toContain('"dark"');
    press("Use light colours");
    expect(document.documentElement.dataset["theme"]).toBe("light");
  });

  it("shows to each what he may do", async () => {
    const links = (): string[] => [...document.querySelectorAll("header nav a")].map(textOf);
    fake = await showSite("/event");
    expect(links()).toEqual(["Event", "Programme", "Speakers", "Register", "Sign in", "Enter the venue"]);
    fake.hide();
    fake = await showSite("/event", { who: identity("Ana") });
    expect(links()).toEqual(["Event", "Programme", "Speakers", "My registration", "Enter the venue"]);
    fake.hide();
    fake = await showSite("/event", { who: ORGANISER });
    expect(links()).toContain("Organise");
  });
});

describe("the page of the event", () => {
  it("says what, when in the event's zone, where, how, and whom to ask", async () => {
    fake = await showSite("/event");
    await shown(".hero");
    for (const part of [
      "Test Assembly",
      "Monday, 3 November 2025",
      "09:30 to 11:00",
      "Central European Standard Time (UTC+1)",
      "Valencia, Spain",
      "Taking part is free",
      "It is on now.",
      "Draft programme",
      "Ana García, Ben Okafor",
      "desk@example.org",
      "Source: A circular",
    ])
      expect(text().replace("Monday 3", "Monday, 3")).toContain(part);
    expect(main().querySelectorAll("time").length).toBeGreaterThanOrEqual(5);
  });

  it("marks what is new since the last visit, and nothing on the first", async () => {
    fake = await showSite("/event");
    await shown(".hero");
    expect(text()).not.toContain("New since");
    fake.hide();
    const backbone = smallEvent();
    for (const key of ["about", "visa"])
      backbone.put(
        "event",
        "block",
        key,
        { title: key, text: key, order: 1 },
        key === "visa" ? NOW : NOW - 90 * 86_400_000,
      );
    fake = await showSite("/event", { backbone, before: NOW - 3_600_000 });
    await shown(".hero");
    const marked = [...main().querySelectorAll("section")].filter((each) =>
      textOf(each).includes("New since your last"),
    );
    expect(marked.map((each) => textOf(each.querySelector("h2")))).toContain("visa");
    expect(marked.map((each) => textOf(each.querySelector("h2")))).not.toContain("about");
  });

  it("follows changes while it is open", async () => {
    fake = await showSite("/event");
    await shown(".hero");
    fake.backbone.put("event", "block", "visa", { title: "Visa", text: "Apply **very** early." });
    await settled();
    expect(text()).toContain("Apply very early.");
  });

  it("shows markup of texts as text", async () => {
    const backbone = smallEvent();
    backbone.put("event", "block", "about", { title: "<b>x</b>", text: '<img src=x onerror="x()"> [a](javascript:x)' });
    fake = await showSite("/event", { backbone });
    await shown(".hero");
    expect(main().querySelector("img, [href^=javascript]")).toBeNull();
    expect(text()).toContain('<img src=x onerror="x()">');
  });
});

describe("the programme", () => {
  it("filters, and says how many are left", async () => {
    fake = await showSite("/programme");
    await shown("article");
    expect(main().querySelectorAll("article")).toHaveLength(3);
    type(field("Search"), "garcia");
    expect([...main().querySelectorAll("article h3")].map(textOf)).toEqual(["A panel"]);
    expect(text()).toContain("1 session of 3");
    type(field("Search"), "zzz");
    press("Show all sessions");
    expect(main().querySelectorAll("article")).toHaveLength(3);
    expect(text()).toContain("Now, 09:40");
  });

  it("says that a session is on as long as it runs, and not by the clock", async () => {
    const run = { title: "", place: "", count: 0, capacity: 0, full: false, door: "open", by_hand: false } as const;
    let session = "opening";
    fake = await showSite("/programme", { who: identity("Ana") });
    fake.backbone.answers["rooms.now"] = () => ({
      rooms: [{ ...run, room: "plenary", session, phase: session ? "live" : null, next: "" }],
    });
    fake.clock.advance(60_000);
    await settled();
    expect(textOf(await shown("article.now"))).toContain("On now");
    session = "";
    fake.clock.advance(60_000);
    await settled();
    expect(main().querySelector("article.now")).toBeNull();
  });

  it("opens a session by its own address", async () => {
    fake = await showSite("/programme/panel");
    const dialog = await shown("dialog");
    for (const part of ["A panel", "10:00 to 11:00", "Plenary", "Test University", "What to expect."])
      expect(textOf(dialog)).toContain(part);
    expect(dialog.querySelector("a[download]")!.getAttribute("href")).toBe("/sessions/panel.ics");
    press("Close", dialog);
    await settled();
    expect(location.pathname).toBe("/programme");
  });

  it("stars for whoever may enter, and for nobody else", async () => {
    fake = await showSite("/programme");
    await shown("article");
    expect(main().querySelector("[aria-pressed]")).toBeNull();
    fake.hide();
    fake = await showSite("/programme", { who: identity("Ana") });
    await shown("article");
    press("Star “A panel”");
    await settled();
    expect(fake.backbone.last("programme.star")).toEqual({ session: "panel" });
    fake.backbone.put("person/ana", "star", "panel", {});
    await settled();
    expect(button("Star “A panel”").getAttribute("aria-pressed")).toBe("true");
    press("Star “A panel”");
    expect(fake.backbone.last("programme.unstar")).toEqual({ session: "panel" });
  });
});

describe("registering", () => {
  it("says what is missing at each field, in one go, and goes to the first", async () => {
    fake = await showSite("/register");
    await shown("form");
    await send();
    expect(document.activeElement).toBe(field("Name"));
    expect(text()).toContain("Only the organisers and stewards see it.");
    expect(text()).toContain("I have read the ");
    for (const part of ["Write your name.", "Write your e-mail address", "Choose in which category", "agree to it."])
      expect(text()).toContain(part);
    expect(fake.backbone.done).toEqual([]);
    type(field("Name"), "Ana");
    expect(text()).not.toContain("Write your name.");
    expect(text()).toContain("Write your e-mail address");
  });

  it("keeps what was typed over a reload, sends it once, and says what comes next", async () => {
    fake = await showSite("/register");
    await shown("form");
    type(field("Name"), "Dana Haddad");
    type(field("E-mail address"), "dana@example.org");
    choose("State of Palestine");
    fake.hide();
    fake = await showSite("/register");
    await shown("form");
    expect(field("Name").value).toBe("Dana Haddad");
    choose("I have read");
    await send();
    expect(fake.backbone.last("people.register")).toMatchObject({
      name: "Dana Haddad",
      email: "dana@example.org",
      category: "state_of_palestine_res99",
      country: "PS",
      privacy: 2,
    });
    expect(text()).toContain("A letter goes to dana@example.org");
    expect(text()).toContain("This server sends no mail");
    expect(sessionStorage.getItem("turia.registration")).not.toContain("Dana");
  });

  it("finds a country by typing, with the keyboard alone", async () => {
    fake = await showSite("/register");
    await shown("form");
    choose("Member State");
    const country = field("Country");
    country.focus();
    type(country, "spa");
    expect(country.getAttribute("aria-expanded")).toBe("true");
    country.dispatchEvent(new KeyboardEvent("keydown", { key: "Enter", bubbles: true, cancelable: true }));
    flushSync();
    expect(country.value).toBe("Spain");
    expect(country.getAttribute("aria-expanded")).toBe("false");
  });

  it("shows a refusal of the server at its field", async () => {
    const backbone = smallEvent();
    backbone.answers["people.register"] = new CommandError("address_bad", "'x' is no e-mail address.", false);
    fake = await showSite("/register", { backbone });
    await shown("form");
    type(field("Name"), "Ana");
    type(field("E-mail address"), "ana@example.org");
    choose("Academia");
    choose("I have read");
    await send();
    expect(field("E-mail address").getAttribute("aria-invalid")).toBe("true");
    expect(document.activeElement).toBe(field("E-mail address"));
    expect(text()).toContain("'x' is no e-mail address.");
  });

  it.each([
    ["closed", "Registration is closed"],
    ["invitation", "Registration is by invitation"],
  ] as const)("says so when it is %s", async (registration, words) => {
    const backbone = smallEvent();
    backbone.put("event", "policies", "policies", { registration });
    fake = await showSite("/register", { backbone });
    await settled();
    expect(textOf(await shown("main .empty"))).toContain(words);
  });
});

describe("one's own registration", () => {
  it("says where it stands, lets one change it, and asks before withdrawing", async () => {
    const backbone = smallEvent();
    backbone.put("person/ana", "registration", "ana", {
      status: "waiting",
      name: "Ana",
      email: "ana@example.org",
      category: "academia",
      country: "ES",
    });
    backbone.answers["people.me"] = { place: 4 };
    backbone.answers["people.edit_mine"] = { prove: "" };
    fake = await showSite("/my", { who: identity("Ana", []), backbone });
    await shown("dl");
    expect(text()).toContain("Waiting list");
    expect(text()).toContain("You are number 4 on the list.");
    expect(text()).toContain("Spain");
    press("Change");
    type(field("Organisation"), "Test University");
    await send();
    expect(backbone.last("people.edit_mine")).toMatchObject({
      affiliation: "Test University",
      country: "ES",
      look: [],
    });
    press("Withdraw …");
    await settled();
    expect(backbone.last("people.withdraw")).toBeUndefined();
    press("Withdraw", document.querySelector("dialog")!);
    await settled();
    expect(backbone.last("people.withdraw")).toEqual({});
  });

  it("says after withdrawing that it is done and how to come back, and not that one is not signed in", async () => {
    const backbone = smallEvent();
    backbone.put("person/ana", "registration", "ana", { status: "approved", name: "Ana", category: "academia" });
    let who: ReturnType<typeof identity> | null = identity("Ana");
    backbone.answers["people.withdraw"] = () => ((who = null), {});
    fake = await showSite("/my", { who: () => who, backbone });
    await shown("dl");
    press("Withdraw …");
    await settled();
    press("Withdraw", document.querySelector("dialog")!);
    await settled();
    const words = textOf(await shown("main .empty"));
    expect(words).toContain("You have withdrawn");
    expect(words).not.toContain("not signed in");
    expect(main().querySelector("a[href='/register']")).not.toBeNull();
  });

  it("shows one's roles, with where and when", async () => {
    const scope = { room: "plenary", session: "opening" };
    const speaker = { grant: "g1", role: "speaker", title: "Speaker", scope, since: 0, until: 0, in_force: true };
    const steward = { ...speaker, grant: "g2", title: "Steward", scope: { room: "", session: "" }, in_force: false };
    fake = await showSite("/my", { who: { ...identity("Ana"), held: [speaker, steward] } });
    await shown("[data-role]");
    const words = [...document.querySelectorAll("[data-role]")].map((each) => textOf(each));
    expect(words[0]).toMatch(/^Speaker, session “Opening”.*3 Nov, 09:30, Plenary/);
    expect(words[1]).toMatch(/^Steward, whole event.*Not now/);
  });

  it("leads whoever speaks to slides and desk, inside, in the talk of the room", async () => {
    sessionStorage.clear();
    const backbone = smallEvent();
    const registration = { status: "approved", name: "Ana", email: "a@example.org", category: "academia" } as const;
    backbone.put("person/ana", "registration", "ana", registration);
    backbone.put("event", "speaker", "of-ana", { name: "Ana", person: "ana" });
    const start = Date.now() + 86_400_000;
    const soon = { title: "Trees", start, end: start + 600_000, room: "plenary", speakers: ["of-ana"] };
    backbone.put("event", "session", "trees", soon);
    fake = await showSite("/my", { who: identity("Ana"), backbone });
    await shown("dl");
    const card = [...main().querySelectorAll("section, .card")].find((each) => textOf(each).startsWith("You speak"))!;
    expect(textOf(card)).toContain("Trees");
    expect(textOf(card)).toContain("Plenary");
    const links = [...card.querySelectorAll<HTMLAnchorElement>("a[href='/enter']")];
    expect(links.map(textOf)).toEqual(["Hand in slides", "Open the desk"]);
    // What is written stands first in what is read (WCAG 2.5.3).
    expect(links.map((link) => link.getAttribute("aria-label"))).toEqual([
      "Hand in slides for Trees",
      "Open the desk for Trees",
    ]);
    links[1]!.addEventListener("click", (event) => event.preventDefault());
    links[1]!.click();
    expect(sessionStorage.getItem("turia.opening")).toBe("desk plenary");
  });

  it("says first what changed, until one has seen it", async () => {
    const backbone = smallEvent();
    const registration = { status: "approved", name: "Ana", email: "a@example.org", category: "academia" } as const;
    backbone.put("person/ana", "registration", "ana", registration);
    backbone.put("person/ana", "notice", "n", { code: "x", text: "The panel was moved." });
    fake = await showSite("/my", { who: identity("Ana"), backbone });
    await shown("dl");
    expect(main().querySelector("h2")?.textContent).toBe("What changed");
    press("Seen: The panel was moved.");
    await settled();
    expect(backbone.last("my.seen")).toEqual({ notice: "n" });
  });

  it("lets one in as soon as one is approved, without a reload", async () => {
    const backbone = smallEvent();
    const register = (status: "waiting" | "approved"): void =>
      backbone.put("person/ana", "registration", "ana", {
        status,
        name: "Ana",
        email: "a@example.org",
        category: "academia",
      });
    register("waiting");
    let who = identity("Ana", []);
    fake = await showSite("/my", { who: () => who, backbone });
    await shown("dl");
    const enter = (): boolean => [...main().querySelectorAll("a")].some((each) => textOf(each) === "Enter the venue");
    expect(enter()).toBe(false);
    who = identity("Ana");
    register("approved");
    await settled();
    expect(text()).toContain("You may enter.");
    expect(enter()).toBe(true);
  });

  it("asks whoever is not signed in to sign in", async () => {
    fake = await showSite("/my");
    expect(textOf(await shown("main .empty"))).toContain("You are not signed in");
  });
});

describe("a link from a letter", () => {
  const TOKEN = "a".repeat(43);
  const look = { kind: "sign_in", works: true, why: "", needs: "", privacy: 0, address: "", name: "", note: "" };

  it("works also when it is pasted over the sign-in page", async () => {
    fake = await showSite("/sign-in", { answers: { "/api/sign-in/look": look } });
    await shown("main form");
    expect(text()).toContain("With the code from your letter");
    history.replaceState(null, "", `/sign-in#${TOKEN}`);
    dispatchEvent(new Event("hashchange"));
    await settled();
    expect(text()).toContain("You came with a link from a letter.");
    expect(location.hash).toBe("");
  });

  it("brings the first organiser to the settings", async () => {
    const answers = {
      "/api/sign-in/look": { ...look, kind: "organiser", needs: "founder" },
      "/api/sign-in/link": { person: "olga", name: "Olga", status: "confirmed", may_enter: true },
    };
    fake = await showSite(`/sign-in#${TOKEN}`, { who: ORGANISER, answers });
    await shown("main form");
    type(field("Your name"), "Olga");
    type(field("E-mail address"), "olga@example.org");
    await send();
    await shown("#facts");
    expect(location.pathname).toBe("/organise/settings");
  });
});

describe("organising", () => {
  const person = (name: string, status: string) => ({
    person: name.toLowerCase(),
    seen: 7,
    country_name: "Spain",
    roles: [],
    registration: {
      status,
      name,
      email: `${name}@example.org`,
      category: "academia",
      affiliation: "",
      held: "",
      submitted_at: 1,
    },
  });

  function withPeople(): ReturnType<typeof smallEvent> {
    const backbone = smallEvent();
    backbone.answers["people.list"] = {
      people: [person("Ana", "submitted"), person("Ben", "submitted")],
      total: 2,
      page: 1,
      pages: 1,
      counts: { submitted: 2 },
    };
    return backbone;
  }

  it("is for the staff: others are told so, and see nothing of it", async () => {
    fake = await showSite("/organise", { who: identity("Ana") });
    expect(textOf(await shown("main .empty"))).toContain("This is for the staff");
    expect(main().querySelector("nav")).toBeNull();
  });

  it("approves whom one chose, with a note, and names those for whom it did not work", async () => {
    const backbone = withPeople();
    backbone.answers["people.approve"] = {
      people: [
        { person: "ana", done: true, status: "approved", code: "", message: "" },
        { person: "ben", done: false, status: "withdrawn", code: "x", message: "Ben has withdrawn." },
      ],
    };
    fake = await showSite("/organise/people", { who: ORGANISER, backbone });
    await shown("table");
    document.querySelector<HTMLInputElement>('table input[type="checkbox"]')!.click();
    choose("Choose all 2 shown");
    expect(text()).toContain("2 people chosen");
    press("Approve");
    const dialog = await shown("dialog");
    type(field("Note", dialog), "Welcome");
    press("Approve", dialog);
    await settled();
    expect(backbone.last("people.approve")).toEqual({
      people: [
        { person: "ana", seen: 7 },
        { person: "ben", seen: 7 },
      ],
      note: "Welcome",
      over_capacity: false,
    });
    expect(textOf(dialog)).toContain("Ben: Ben has withdrawn.");
  });

  it("asks for the people of a status", async () => {
    const backbone = withPeople();
    const asked: unknown[] = [];
    const answer = backbone.answers["people.list"];
    backbone.answers["people.list"] = (body: unknown) => (asked.push(body), answer);
    fake = await showSite("/organise/people", { who: ORGANISER, backbone });
    await shown("table");
    press(/^Submitted 2/);
    await settled();
    expect(asked.at(-1)).toMatchObject({ statuses: ["submitted"], page: 1 });
    expect(button(/^Submitted 2/).getAttribute("aria-pressed")).toBe("true");
  });

  it("says how many wait for a decision, and shows them", async () => {
    const backbone = withPeople();
    const asked: unknown[] = [];
    const answer = { ...(backbone.answers["people.list"] as object), counts: { submitted: 2, acknowledged: 5 } };
    backbone.answers["people.list"] = (body: unknown) => (asked.push(body), answer);
    fake = await showSite("/organise/people", { who: ORGANISER, backbone });
    await shown("table");
    expect(text()).toContain("5 people wait for your decision.");
    press("Show who waits");
    await settled();
    expect(asked.at(-1)).toMatchObject({ statuses: ["acknowledged"], page: 1 });
    expect(text()).not.toContain("wait for your decision");
  });

  it("edits a session from what was seen, offers undo, and keeps what was written when somebody else was quicker", async () => {
    const backbone = smallEvent();
    backbone.answers["programme.edit_session"] = { key: "panel", version: 4, undo: "u1", warnings: [] };
    fake = await showSite("/organise/programme", { who: ORGANISER, backbone });
    await shown("table");
    press("A panel");
    let dialog = await shown("dialog");
    const seen = fake.site.event.items("session").get("panel")!.offset;
    type(field("Title", dialog), "A better panel");
    press("Save", dialog);
    await settled();
    expect(backbone.last("programme.edit_session")).toMatchObject({ session: "panel", title: "A better panel", seen });
    press("Undo");
    await settled();
    expect(backbone.last("programme.undo")).toEqual({ edit: "u1" });

    backbone.answers["programme.edit_session"] = new CommandError(
      "stale",
      "Ben changed this while you were editing.",
      false,
    );
    press("A panel");
    dialog = await shown("dialog");
    type(field("Title", dialog), "Mine");
    press("Save", dialog);
    await settled();
    expect(textOf(dialog)).toContain("Ben changed this while you were editing.");
    expect(field("Title", dialog).value).toBe("Mine");
    press("Show theirs, drop mine", dialog);
    expect(field("Title", dialog).value).toBe("A panel");
  });

  it("says which rooms of the programme are nowhere in the building, and gives them one by its name", async () => {
    const backbone = smallEvent();
    const [start, end] = [NOW, NOW + 3_600_000];
    backbone.put("event", "session", "workshop", { title: "A workshop", start, end, room: "small" });
    backbone.answers["programme.edit_room"] = { version: 4, undo: "u1", warnings: [] };
    fake = await showSite("/organise/programme", { who: ORGANISER, backbone });
    await shown("table");
    expect(text()).toContain("Nobody can go to “Seminar room” yet");
    press("Show the rooms");
    await settled();
    expect(text()).toContain("Nowhere yet");
    press("Change Seminar room");
    const dialog = await shown("dialog");
    await settled();
    const place = field("Room of the building", dialog) as unknown as HTMLSelectElement;
    expect([...place.options].map(({ text }) => text)).toContain("Plenary auditorium, taken by “Plenary”");
    place.value = "seminar_2";
    place.dispatchEvent(new Event("change", { bubbles: true }));
    press("Save", dialog);
    await settled();
    expect(backbone.last("programme.edit_room")).toMatchObject({ room: "small", place: "seminar_2" });
  });

  it("lists what still is as in the default event, the contact until it is changed or confirmed", async () => {
    const backbone = smallEvent();
    const info = { title: "Test Assembly", zone: "Europe/Madrid", contact_email: "desk@example.org" };
    backbone.put("event", "info", "info", info);
    fake = await showSite("/organise/settings", { who: ORGANISER, backbone });
    await shown("#facts");
    const page = (): string => textOf(document.body);
    expect(page()).toContain("From the default event: change or confirm");
    expect(page()).toContain("Title, days and place");
    backbone.put("event", "info", "info", { ...info, title: "Ours" }, NOW, "olga");
    await settled();
    expect(page()).not.toContain("Title, days and place");
    expect(page()).toContain("Contactdesk@example.org");
    press("Confirm: Contact");
    expect(page()).not.toContain("Contactdesk@example.org");
    expect(page()).toContain("Programme3 sessions: Opening, A panel, A talk");
    expect(page()).toContain("Tracks1 track: Cities");
    backbone.put("event", "track", "cities", { title: "Towns" }, NOW, "olga");
    press("Confirm: Rooms");
    await settled();
    expect(page()).not.toContain("Tracks1 track");
    expect(page()).not.toContain("Rooms2 rooms");
  });

  it("saves settings from what was seen, and says when they changed meanwhile without losing what was written", async () => {
    const backbone = smallEvent();
    fake = await showSite("/organise/settings", { who: ORGANISER, backbone });
    const card = await shown("#facts");
    type(field("Subtitle", card), "Mine");
    backbone.put("event", "info", "info", { title: "Test Assembly", subtitle: "Theirs", zone: "Europe/Madrid" });
    await settled();
    expect(textOf(card)).toContain("Somebody else changed this while you were writing.");
    press("Keep mine", card);
    await send(card);
    const seen = fake.site.event.items("info").get("info")!.offset;
    expect(backbone.last("settings.set_info")).toMatchObject({ info: { subtitle: "Mine" }, seen });
  });
});
