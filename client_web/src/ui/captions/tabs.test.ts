// @vitest-environment happy-dom
import axe from "axe-core";
import { type Component, flushSync, mount, unmount } from "svelte";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { writable } from "../../core/store";
import type { Item, Kind, StreamHandle, VenueBackbone } from "../../net/backbone";
import type { Caption } from "../../net/event.gen";
import type { Interim } from "../../net/media.gen";
import type { RoomView } from "../event/rooms";
import { button, textOf } from "../testing/fake_ui";
import { type House } from "../talk/house.svelte";
import { Talk } from "../talk/talk.svelte";
import CaptionsTab from "./CaptionsTab.svelte";
import { captionPreferences } from "./preferences.svelte";
import TestFrame from "./TestFrame.svelte";
import WriteTab from "./WriteTab.svelte";

vi.setConfig({ testTimeout: 30_000 });
const RULES = { "color-contrast": { enabled: false } };
const ROOM = { key: "hall", title: "Hall", on: { key: "talk" } } as unknown as RoomView;

/** A stream that tests fill. */
class FakeStream implements StreamHandle {
  readonly stream = "";
  readonly status = "ready";
  readonly ready = true;
  readonly reason = "";
  readonly #things = new Map<string, Map<string, unknown>>();
  readonly #runs = new Set<() => void>();

  put(kind: Kind, key: string, value: unknown): void {
    this.#things.set(kind, new Map(this.#things.get(kind)).set(key, value));
    for (const run of this.#runs) run();
    flushSync();
  }
  items(): ReadonlyMap<string, Item<never>> {
    return new Map();
  }
  all(kind: Kind): ReadonlyMap<string, never> {
    return (this.#things.get(kind) ?? new Map()) as unknown as ReadonlyMap<string, never>;
  }
  get(kind: Kind, key: string): never {
    return (this.all(kind).get(key) ?? null) as never;
  }
  onChange(run: () => void): () => void {
    this.#runs.add(run);
    return () => this.#runs.delete(run);
  }
  close(): void {
    this.#runs.clear();
  }
}

let streams: Map<string, FakeStream>;
let done: { name: string; body: Record<string, unknown> }[];
let shown: Interim[];
let hide: () => void;
let change: (parts: Record<string, unknown>) => void;

const stream = (name: string): FakeStream => {
  const found = streams.get(name) ?? new FakeStream();
  streams.set(name, found);
  return found;
};
const line = (text: string, at: number, speaker = "Spe"): Caption =>
  ({ session: "talk", text, at, end_at: at, speaker, person: "", by: "me", source: "human", edited: false }) as Caption;

async function show(part: unknown, parts: Record<string, unknown>): Promise<void> {
  const backbone = {
    subscribe: stream,
    do: (name: string, body: Record<string, unknown>) => {
      done.push({ name, body });
      return Promise.resolve({ caption: "new" });
    },
    ask: () =>
      Promise.resolve({
        captioners: [
          { person: "me", name: "Me" },
          { person: "kai", name: "Kai" },
        ],
      }),
  } as unknown as VenueBackbone;
  stream("room/hall").put("session_run", "talk", { phase: "live", since: 1, live_at: 1 });
  const talk = new Talk(backbone, "hall");
  talk.attend();
  const house = {
    me: "me",
    ui: { panels: { player: false }, store: { view: writable("picture") } },
    here: null,
    media: { writeInterim: (interim: Interim) => shown.push(interim), support: { video: false } },
    talk: () => talk,
    happening: {
      backbone,
      now: 0,
      eventNow: 5_000,
      event: { get: () => null },
      attempt: async (run: () => Promise<unknown>) => {
        await run();
        return true;
      },
    },
  } as unknown as House;
  const target = document.createElement("main");
  document.body.replaceChildren(target);
  const app = mount(TestFrame, { target, props: { house, part: part as Component<Record<string, unknown>>, parts } });
  flushSync();
  await settle();
  hide = () => void unmount(app);
  change = (next) => {
    (app as { change: typeof change }).change(next);
    flushSync();
  };
}

async function settle(): Promise<void> {
  await new Promise((next) => setTimeout(next, 0));
  flushSync();
}

async function faults(): Promise<string[]> {
  const { violations } = await axe.run(document.body, { rules: { ...RULES, region: { enabled: false } } });
  return violations.map(({ id, nodes }) => `${id}: ${nodes[0]?.html ?? ""}`);
}

beforeEach(() => {
  document.documentElement.lang = "en";
  document.title = "Test";
  [streams, done, shown] = [new Map(), [], []];
  captionPreferences.reset();
});
afterEach(() => hide());

describe("reading captions", () => {
  it("is a log that names speakers once, and can be left behind and caught up with", async () => {
    await show(CaptionsTab, { room: ROOM });
    const said = stream("session/talk/talk");
    said.put("caption", "c1", line("Good morning.", 1_000));
    said.put("caption", "c2", line("Welcome.", 2_000));
    const log = document.querySelector("[role=log]")!;
    expect(textOf(log)).toBe("Spe: Good morning.Welcome.");
    expect(log.getAttribute("aria-live"), "spoken by a log of its own").toBe("off");
    button("Stop scrolling").click();
    flushSync();
    said.put("caption", "c3", line("And so on.", 3_000));
    button("Jump to now (1 new)").click();
    flushSync();
    expect(button("Stop scrolling")).toBeTruthy();
    for (const details of document.querySelectorAll("details")) details.open = true;
    await settle();
    expect(document.querySelector("textarea")!.value).toBe("Spe: Good morning.\nWelcome.\nAnd so on.");
    expect(await faults()).toEqual([]);
  });
});

describe("writing captions", () => {
  const box = (): HTMLTextAreaElement => document.querySelector("textarea")!;
  function key(target: Element, name: string, more: KeyboardEventInit = {}): void {
    target.dispatchEvent(new KeyboardEvent("keydown", { key: name, bubbles: true, cancelable: true, ...more }));
    flushSync();
  }
  function type(text: string): void {
    box().value = text;
    box().dispatchEvent(new InputEvent("input", { bubbles: true, data: text.at(-1) ?? "" }));
    flushSync();
  }

  it("shows what is typed, sends it with Enter and the speaker with Alt and a number", async () => {
    stream("room/hall").put("on_air", "spe", { name: "Spe", since: 1, session: "talk", sources: [] });
    await show(WriteTab, { room: ROOM, session: "talk" });
    type("Good");
    expect(shown.at(-1)).toMatchObject({ text: "Good", speaker: "Spe", session: "talk" });
    key(box(), "2", { altKey: true, code: "Digit2" });
    type("Good morning");
    key(box(), "Enter");
    await settle();
    expect(done).toEqual([
      { name: "caption.write", body: { session: "talk", text: "Good morning", speaker: "Audience", person: "" } },
    ]);
    expect(box().value).toBe("");
    expect(textOf(document.body)).toContain("Kept after");
    expect(await faults()).toEqual([]);
  });

  it("keeps what stands in the box, and says what became of a line, whatever changes about the room", async () => {
    await show(WriteTab, { room: ROOM, session: "talk" });
    type("Sent before somebody came in");
    key(box(), "Enter");
    type("Half a li");
    change({ room: { ...ROOM, inside: 7 }, session: "talk" });
    await settle();
    expect([box().value, textOf(document.body).includes("Kept after")]).toEqual(["Half a li", true]);
    key(box(), "Enter");
    await settle();
    expect(done.map(({ body }) => body.text)).toEqual(["Sent before somebody came in", "Half a li"]);
  });

  it("corrects a line in its place, by keys alone", async () => {
    await show(WriteTab, { room: ROOM, session: "talk" });
    stream("session/talk/talk").put("caption", "c1", line("Teh end", 1_000));
    key(box(), "ArrowUp", { altKey: true });
    const input = document.activeElement as HTMLInputElement;
    expect(input.value).toBe("Teh end");
    input.value = "The end";
    key(input, "Enter");
    await settle();
    expect(done).toEqual([{ name: "caption.correct", body: { session: "talk", caption: "c1", text: "The end" } }]);
    expect(document.activeElement).toBe(box());
  });

  it("waits while another writes, and takes over what is offered", async () => {
    await show(WriteTab, { room: ROOM, session: "talk" });
    stream("room/hall").put("captioner", "talk", { active: "kai", since: 1, next: "" });
    expect([box().disabled, textOf(document.body).includes("Kai writes")]).toEqual([true, true]);
    stream("room/hall").put("captioner", "talk", { active: "kai", since: 1, next: "me" });
    button("I write now").click();
    await settle();
    expect(done.at(-1)).toEqual({ name: "caption.accept", body: { session: "talk" } });
    stream("room/hall").put("captioner", "talk", { active: "me", since: 2, next: "" });
    expect(box().disabled).toBe(false);
    button("Offer").click();
    await settle();
    expect(done.at(-1)).toEqual({ name: "caption.offer", body: { session: "talk", person: "kai" } });
  });
});
