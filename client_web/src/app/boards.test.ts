import { beforeEach, describe, expect, it } from "vitest";
import { ManualClock } from "../core/clock";
import { writable } from "../core/store";
import type { StreamHandle, VenueBackbone } from "../net/backbone";
import type { RoomNow } from "../net/protocol.gen";
import { BoardFeed, boardsOf, type RoomBoards } from "./boards";

const START = Date.UTC(2026, 10, 3, 9, 30);
const END = START + 45 * 60_000;

class Event {
  ready = true;
  closed = false;
  changed: () => void = () => undefined;
  readonly kinds: Record<string, Map<string, unknown>> = {
    room: new Map([
      ["hall", { title: "Hall", place: "plenary", capacity: 200, order: 2 }],
      ["again", { title: "Hall, evening", place: "plenary", capacity: 10, order: 3 }],
      ["nowhere", { title: "Online", place: "", capacity: 0, order: 1 }],
    ]),
    session: new Map([["opening", { title: "Opening", start: START, end: END, speakers: ["ana", "gone", "ben"] }]]),
    speaker: new Map([
      ["ana", { name: "Ana" }],
      ["ben", { name: "Ben" }],
    ]),
    info: new Map([["info", { zone: "Europe/Madrid" }]]),
    programme: new Map([["programme", { draft: false }]]),
  };

  all(kind: string): Map<string, unknown> {
    return this.kinds[kind] ?? new Map();
  }
  get(kind: string, key: string): unknown {
    return this.all(kind).get(key) ?? null;
  }
  onChange(run: () => void): () => void {
    this.changed = run;
    return () => (this.changed = () => undefined);
  }
  close(): void {
    this.closed = true;
  }
}

const live = (inside: number): RoomNow => ["hall", inside, 250, false, "open", "opening", "live", ""];

let event: Event;
beforeEach(() => (event = new Event()));

describe("boards", () => {
  it("say what is on, by the place of the room, in the zone of the event", () => {
    const boards = boardsOf(event as unknown as StreamHandle, new Map([["hall", live(37)]]));
    expect([...boards.keys()]).toEqual(["plenary"]);
    expect(boards.get("plenary")).toEqual({
      title: "Hall",
      door: "open",
      full: false,
      inside: 37,
      capacity: 250,
      phase: "live",
      on: { title: "Opening", speakers: "Ana, Ben", time: "10:30 to 11:15" },
      next: null,
      draft: false,
    });
  });

  it("know the programme before anything is heard of the rooms", () => {
    const board = boardsOf(event as unknown as StreamHandle, new Map()).get("plenary");
    expect(board).toMatchObject({ inside: 0, capacity: 200, on: null, next: null, phase: "" });
  });
});

describe("the feed of boards", () => {
  let clock: ManualClock;
  let shown: RoomBoards[];
  let rooms: ReturnType<typeof writable<ReadonlyMap<string, RoomNow>>>;
  let feed: BoardFeed;

  beforeEach(() => {
    clock = new ManualClock(0);
    shown = [];
    rooms = writable<ReadonlyMap<string, RoomNow>>(new Map());
    const backbone = { rooms, subscribe: () => event as unknown as StreamHandle } as Pick<
      VenueBackbone,
      "rooms" | "subscribe"
    >;
    feed = new BoardFeed(backbone, clock, (boards) => shown.push(boards));
  });

  it("shows at once what is known, and later what changed, once a second", () => {
    expect(shown).toHaveLength(1);
    for (let i = 1; i <= 5; i++) rooms.set(new Map([["hall", live(i)]]));
    expect(shown).toHaveLength(1);
    clock.advance(1000);
    expect(shown).toHaveLength(2);
    expect(shown[1]!.get("plenary")?.inside).toBe(5);
  });

  it("is silent when nothing of it changed", () => {
    event.changed();
    clock.advance(1000);
    expect(shown).toHaveLength(1);
  });

  it("waits until the event is known, and lets go of it", () => {
    event.ready = false;
    rooms.set(new Map([["hall", live(1)]]));
    clock.advance(1000);
    expect(shown).toHaveLength(1);
    event.ready = true;
    event.changed();
    feed.stop();
    clock.advance(5000);
    expect(shown).toHaveLength(1);
    expect(event.closed).toBe(true);
    expect(clock.pending).toBe(0);
  });
});
