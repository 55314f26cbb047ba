/** The pages with a backbone in memory: things one can put, commands one can read, answers one can set. */

import { flushSync, mount, unmount } from "svelte";
import { ManualClock } from "../../core/clock";
import { writable } from "../../core/store";
import { complete } from "../../core/complete";
import type { Backbone, BackboneLine, Commands, Item, Kind, Kinds, Queries, StreamHandle } from "../../net/backbone";
import { CommandError } from "../../net/command_error";
import { KIND_SHAPES, type Permission } from "../../net/event.gen";
import { addIcons } from "../../ui/kit/icons";
import { MORE_ICONS } from "../../ui/kit/more_icons";
import { type Identity, Me } from "../me.svelte";
import Pages from "../Site.svelte";
import { Server } from "../model/server";
import { Site } from "../site.svelte";

export const NOW = Date.parse("2025-11-03T08:40:00Z");

export class FakeBackbone implements Backbone {
  readonly line = writable<BackboneLine>("polled");
  readonly pending = writable(0);
  readonly done: (readonly [name: string, body: unknown])[] = [];
  /** Answers by the name of a command or question; a function gets the body; an error is thrown. */
  readonly answers: Record<string, unknown> = {};
  readonly #streams = new Map<string, Map<Kind, Map<string, Item<Kind>>>>();
  readonly #listeners = new Map<string, Set<() => void>>();
  #offset = 0;

  put<K extends Kind>(
    stream: string,
    kind: K,
    key: string,
    value: Partial<Kinds[K]>,
    at = NOW,
    actor = "system",
  ): void {
    const kinds = this.#streams.get(stream) ?? new Map<Kind, Map<string, Item<Kind>>>();
    const whole = complete(KIND_SHAPES[kind], value) as Kinds[Kind];
    const items = new Map(kinds.get(kind));
    items.set(key, { key, offset: ++this.#offset, at, actor, value: whole });
    kinds.set(kind, items);
    this.#streams.set(stream, kinds);
    for (const run of this.#listeners.get(stream) ?? []) run();
  }

  remove(stream: string, kind: Kind, key: string): void {
    const kinds = this.#streams.get(stream);
    const items = new Map(kinds?.get(kind));
    items.delete(key);
    kinds?.set(kind, items);
    for (const run of this.#listeners.get(stream) ?? []) run();
  }

  async do<K extends keyof Commands>(name: K, body: Commands[K]["body"]): Promise<Commands[K]["answer"]> {
    this.done.push([name, body]);
    return this.#answer(name, body) as Commands[K]["answer"];
  }

  async ask<K extends keyof Queries>(name: K, body: Queries[K]["body"]): Promise<Queries[K]["answer"]> {
    if (!(name in this.answers)) throw new CommandError("unknown", `Nobody answers ${name} here.`, false);
    return this.#answer(name, body) as Queries[K]["answer"];
  }

  subscribe(stream: string): StreamHandle {
    const of = <K extends Kind>(kind: K): Map<string, Item<K>> =>
      (this.#streams.get(stream)?.get(kind) ?? new Map()) as Map<string, Item<K>>;
    const values = new WeakMap<object, ReadonlyMap<string, unknown>>();
    return {
      stream,
      status: "ready",
      ready: true,
      reason: "",
      all: <K extends Kind>(kind: K) => {
        const items = of(kind);
        const known = values.get(items) ?? new Map([...items].map(([key, { value }]) => [key, value]));
        values.set(items, known);
        return known as ReadonlyMap<string, Kinds[K]>;
      },
      items: of,
      get: (kind, key) => of(kind).get(key)?.value ?? null,
      onChange: (run) => {
        const listeners = this.#listeners.get(stream) ?? new Set();
        this.#listeners.set(stream, listeners.add(run));
        return () => void listeners.delete(run);
      },
      close: () => undefined,
    };
  }

  last(name: string): unknown {
    return this.done.findLast(([each]) => each === name)?.[1];
  }

  #answer(name: string, body: unknown): unknown {
    const answer = this.answers[name] ?? {};
    const found: unknown = typeof answer === "function" ? (answer as (body: unknown) => unknown)(body) : answer;
    if (found instanceof Error) throw found;
    return found;
  }
}

const BROWSERS = [
  { id: "1", agent: "Firefox on Linux", created: NOW, seen: NOW, here: true },
  { id: "2", agent: "Safari on iPhone", created: NOW, seen: NOW, here: false },
];

const EVERYTHING: readonly Permission[] = [
  "event.enter",
  "event.configure",
  "people.read",
  "people.manage",
  "people.reissue",
  "roles.grant",
  "roles.define",
  "programme.edit",
  "room.staff",
];

export const identity = (name: string, permissions: readonly Permission[] = ["event.enter"]): Identity => ({
  person: name.toLowerCase(),
  name,
  registered: true,
  allowed: permissions.map((permission) => ({ permission, scopes: [{ room: "", session: "" }] })),
  roles: [],
});

export const ORGANISER = identity("Olga", EVERYTHING);

export const BUILDING = [
  { id: "plenary", title: "Plenary auditorium" },
  { id: "seminar_1", title: "Seminar room 1" },
  { id: "seminar_2", title: "Seminar room 2" },
];

export interface FakeSite {
  readonly site: Site;
  readonly backbone: FakeBackbone;
  readonly clock: ManualClock;
  hide(): void;
}

/** Mounts the pages at an address. `who`: null for nobody; a function is asked each time. */
export async function showSite(
  path: string,
  options: {
    who?: Identity | null | (() => Identity | null);
    backbone?: FakeBackbone;
    before?: number;
    answers?: Record<string, object>;
  } = {},
): Promise<FakeSite> {
  addIcons(MORE_ICONS);
  document.documentElement.lang = "en";
  const backbone = options.backbone ?? smallEvent();
  const clock = new ManualClock();
  const me = new Me(
    {
      who: async () => (typeof options.who === "function" ? options.who() : (options.who ?? null)),
      signOut: async () => undefined,
    },
    backbone,
  );
  history.replaceState(null, "", path);
  if (options.before !== undefined)
    localStorage.setItem("turia.visits", JSON.stringify({ before: 0, latest: options.before }));
  const site = new Site({
    backbone,
    me,
    server: new Server(async (address) => {
      const answers: Record<string, object> = {
        "/api/sign-ins": { sign_ins: BROWSERS },
        ...options.answers,
      };
      return new Response(JSON.stringify(answers[String(address)] ?? {}));
    }),
    clock,
    wall: () => NOW + clock.now(),
    storage: localStorage,
    tabStorage: sessionStorage,
    browser: window,
    venue: async () => ({ mail: "folder", banner: "", guests: false }),
    places: async () => BUILDING,
  });
  const target = document.createElement("div");
  target.id = "ui";
  document.body.replaceChildren(target);
  await me.refresh();
  const app = mount(Pages, { target, props: { site } });
  await settled();
  return {
    site,
    backbone,
    clock,
    hide() {
      void unmount(app);
      site.stop();
      flushSync();
      document.body.replaceChildren();
    },
  };
}

/** Until chunks are loaded and effects have run: real turns of the loop, for imports need them. */
export async function settled(): Promise<void> {
  for (let i = 0; i < 30; i++) {
    await new Promise((resolve) => setTimeout(resolve, 0));
    flushSync();
  }
}

/** Until something is there. */
export async function shown(selector: string): Promise<HTMLElement> {
  for (let i = 0; i < 400; i++) {
    const found = document.querySelector<HTMLElement>(selector);
    if (found !== null) return found;
    await settled();
  }
  throw new Error(`nothing fits ${selector} in: ${document.body.textContent.slice(0, 400)}`);
}

/** A small event: one day, two rooms, three sessions, two speakers, texts. */
export function smallEvent(): FakeBackbone {
  const fake = new FakeBackbone();
  const put = <K extends Kind>(kind: K, key: string, value: Partial<Kinds[K]>): void =>
    fake.put("event", kind, key, value);
  put("info", "info", {
    title: "Test Assembly",
    subtitle: "A day of tests",
    zone: "Europe/Madrid",
    first_day: "2025-11-03",
    last_day: "2025-11-03",
    city: "Valencia",
    country: "ES",
    contact_name: "Desk",
    contact_email: "desk@example.org",
    contact_phone: "+34 000 000",
  });
  put("policies", "policies", { registration: "open" });
  put("clock", "clock", { shift_ms: 0 });
  put("programme", "programme", { draft: true, version: 3 });
  put("document", "privacy", { title: "Privacy notice", text: "What is **kept**.", version: 2 });
  put("document", "conduct", { title: "Code of conduct", text: "- Be kind.", version: 1 });
  put("block", "about", {
    title: "About",
    text: "Some *words* and [a link](/programme).",
    order: 1,
    source: "A circular",
  });
  put("block", "visa", { title: "Visa", text: "Apply early.", order: 2 });
  put("room", "plenary", { title: "Plenary", place: "plenary", order: 0 });
  put("room", "small", { title: "Seminar room", order: 1 });
  put("track", "cities", { title: "Cities", colour: "#225588" });
  put("speaker", "ana", { name: "Ana García", affiliation: "Test University", biography: "Writes *tests*." });
  put("speaker", "ben", { name: "Ben Okafor" });
  const at = (time: string): number => Date.parse(`2025-11-03T${time}:00Z`);
  put("session", "opening", {
    title: "Opening",
    type: "opening",
    start: at("08:30"),
    end: at("09:00"),
    room: "plenary",
  });
  put("session", "panel", {
    title: "A panel",
    type: "panel",
    start: at("09:00"),
    end: at("10:00"),
    room: "plenary",
    track: "cities",
    speakers: ["ana", "ben"],
    abstract: "What to *expect*.",
  });
  put("session", "talk", { title: "A talk", start: at("09:30"), end: at("10:30"), room: "small", cancelled: true });
  fake.answers["registration.form"] = {
    mode: "open",
    full: false,
    categories: [
      { value: "member_state", title: "Member State of ITU" },
      { value: "individual", title: "Individual from a member country" },
      { value: "academia", title: "Academia" },
      { value: "state_of_palestine_res99", title: "State of Palestine" },
    ],
    need_country: ["member_state", "individual"],
    countries: [
      { code: "AQ", name: "Antarctica", member: false, through: "" },
      { code: "PS", name: "State of Palestine", member: false, through: "" },
      { code: "ES", name: "Spain", member: true, through: "" },
    ],
    membership_source: "test",
    membership_dated: "2025-10-01",
    organisation_scopes: [{ value: "national", title: "National organisation" }],
    audiences: [{ value: "research", title: "Research" }],
    attendances: [
      { value: "remote", title: "Remote" },
      { value: "on_site", title: "On site" },
    ],
    privacy: 2,
    privacy_title: "Privacy notice",
    privacy_text: "What is kept.",
  };
  return fake;
}
