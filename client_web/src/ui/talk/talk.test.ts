// @vitest-environment happy-dom
import { beforeEach, expect, it } from "vitest";
import type { Item, Kind, StreamHandle, StreamStatus, VenueBackbone } from "../../net/backbone";
import { Talk } from "./talk.svelte";

/** A stream that tests fill and close. */
class Stream implements StreamHandle {
  status: StreamStatus = "ready";
  reason = "";
  open = true;
  readonly #things = new Map<string, Map<string, unknown>>();
  readonly #runs = new Set<() => void>();

  constructor(readonly stream: string) {}

  get ready(): boolean {
    return this.status === "ready";
  }
  tell(): void {
    for (const run of [...this.#runs]) run();
  }
  put(kind: Kind, key: string, value: unknown): void {
    this.#things.set(kind, new Map(this.#things.get(kind)).set(key, value));
    this.tell();
  }
  refuse(): void {
    [this.status, this.reason] = ["refused", "This is not for you any more."];
    this.#things.clear();
    this.tell();
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
    this.open = false;
    this.#runs.clear();
  }
}

let asked: Stream[];
let talk: Talk;
const room = (): Stream => asked[0]!;
const last = (): Stream => asked.at(-1)!;
const names = (): string[] => asked.slice(1).map(({ stream, open }) => (open ? stream : `no ${stream}`));
const run = (session: string, phase: string, since = 1): void =>
  room().put("session_run", session, { phase, since, live_at: 1 });

beforeEach(() => {
  asked = [];
  const subscribe = (name: string): StreamHandle => {
    asked.push(new Stream(name));
    return last();
  };
  talk = new Talk({ subscribe } as unknown as VenueBackbone, "hall");
});

it("follows the session that is on, from one to the next, while somebody attends", () => {
  run("a", "live");
  expect(names(), "nobody attends").toEqual([]);
  talk.attend();
  expect(names()).toEqual(["session/a/talk"]);
  last().put("slide_show", "a", { session: "a", deck: "d", page: 2 });
  last().put("deck", "d", { title: "Cities" });
  expect([talk.show?.page, talk.shownDeck?.title]).toEqual([2, "Cities"]);
  run("a", "paused");
  talk.attend();
  expect(names(), "as before").toEqual(["session/a/talk"]);
  run("a", "ended");
  expect(names(), "what was just said stays to be read").toEqual(["session/a/talk"]);
  run("b", "open");
  expect(names()).toEqual(["no session/a/talk", "session/b/talk"]);
  expect([talk.show, talk.decks.size]).toEqual([null, 0]);
  talk.rest();
  expect(names()).toEqual(["no session/a/talk", "no session/b/talk"]);
  run("c", "live");
  run("b", "ended", 9);
  talk.attend();
  expect(names().at(-1)).toBe("session/c/talk");
  talk.close();
  expect(asked.every(({ open }) => !open)).toBe(true);
});

it("says that a door is closed while a session is on, and asks again when one looks anew", () => {
  run("a", "live");
  talk.attend();
  last().refuse();
  expect(talk.refused).toBe("This is not for you any more.");
  run("a", "paused");
  expect(names(), "the stream asks again by itself").toEqual(["session/a/talk"]);
  talk.attend();
  expect(names()).toEqual(["no session/a/talk", "session/a/talk"]);
  expect(talk.refused).toBe("");
});

it("waits for nothing at a session that is over and was not for me, until it is on again", () => {
  run("a", "live");
  talk.attend();
  const said = last();
  said.put("caption", "c", { session: "a", text: "For us alone" });
  said.refuse();
  run("a", "ended", 5);
  expect([talk.refused, talk.spoken.size]).toEqual(["", 0]);
  talk.attend();
  run("other", "ended", 2);
  expect(names()).toEqual(["no session/a/talk"]);
  run("a", "open", 6);
  expect(names()).toEqual(["no session/a/talk", "session/a/talk"]);
});
