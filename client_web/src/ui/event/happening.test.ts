// @vitest-environment happy-dom
import { beforeEach, describe, expect, it, vi } from "vitest";
import { ManualClock } from "../../core/clock";
import { writable } from "../../core/store";
import type { Item, Kind, StreamHandle, VenueBackbone } from "../../net/backbone";
import { CommandError } from "../../net/command_error";
import type { RoomNow } from "../../net/protocol.gen";
import { Happening } from "./happening.svelte";

/** A stream that tests fill. */
class FakeStream implements StreamHandle {
  readonly status = "ready";
  ready = true;
  readonly reason = "";
  closed = false;
  #things = new Map<string, Map<string, Item<Kind>>>();
  #runs = new Set<() => void>();

  constructor(readonly stream: string) {}

  put(kind: Kind, key: string, value: unknown): void {
    const items = new Map(this.#things.get(kind));
    items.set(key, { key, offset: items.size + 1, at: 1_000, actor: "system", value } as Item<Kind>);
    this.#things.set(kind, items);
    for (const run of this.#runs) run();
  }

  items(kind: Kind): ReadonlyMap<string, never> {
    return (this.#things.get(kind) ?? new Map()) as unknown as ReadonlyMap<string, never>;
  }

  all(kind: Kind): ReadonlyMap<string, never> {
    return new Map([...this.items(kind)].map(([key, item]) => [key, (item as Item<Kind>).value as never]));
  }

  get(kind: Kind, key: string): never {
    return (this.all(kind).get(key) ?? null) as never;
  }

  onChange(run: () => void): () => void {
    this.#runs.add(run);
    return () => this.#runs.delete(run);
  }

  close(): void {
    this.closed = true;
  }
}

const streams = new Map<string, FakeStream>();
const rooms = writable<ReadonlyMap<string, RoomNow>>(new Map());
const mine = { room: "plenary", door: "waiting_room", may_enter: true, acts: ["room.staff", "room.admit"] };
let acts = mine.acts;
let shown: string[];
let rings: number;
let clock: ManualClock;
let happening: Happening;

const stream = (name: string): FakeStream => {
  const found = streams.get(name) ?? new FakeStream(name);
  streams.set(name, found);
  return found;
};

const backbone = {
  do: vi.fn(() => Promise.resolve({})),
  ask: (name: string) =>
    Promise.resolve(name === "room.mine" ? { rooms: [{ ...mine, acts }] } : { permissions: [], roles: [] }),
  subscribe: stream,
  line: writable("live"),
  pending: writable(0),
  rooms,
} as unknown as VenueBackbone;

async function settle(): Promise<void> {
  clock.advance(400);
  await Promise.resolve();
  await Promise.resolve();
  await Promise.resolve();
}

beforeEach(async () => {
  streams.clear();
  shown = [];
  rings = 0;
  acts = mine.acts;
  clock = new ManualClock();
  rooms.set(new Map());
  stream("event").put("room", "plenary", { title: "Plenary", place: "plenary", capacity: 10, order: 0 });
  stream("event").put("clock", "clock", { shift_ms: 5_000 });
  happening = new Happening({
    backbone,
    clock,
    wall: () => 1_000_000,
    show: (kind, text) => void shown.push(`${kind}: ${text}`),
    ring: () => void rings++,
  });
  happening.meet("ana");
  await settle();
});

describe("the event beside the picture", () => {
  it("shows the event's clock, not the machine's", () => {
    expect(happening.eventNow).toBe(1_005_000);
  });

  it("tells a new notice once, and only counts those that were there before", () => {
    stream("person/ana").put("notice", "n1", { code: "moved", text: "Moved to 10:00", session: "", room: "" });
    expect(shown).toEqual([]);
    stream("person/ana").put("notice", "n2", { code: "moved", text: "Moved to 11:00", session: "", room: "" });
    stream("person/ana").put("star", "opening", {});
    expect(shown).toEqual(["info: Moved to 11:00"]);
    expect(happening.notices).toHaveLength(2);
  });

  it("rings when somebody new waits at a door of mine", () => {
    const staff = stream("room/plenary/staff");
    staff.put("admission", "eva", {});
    expect(rings).toBe(0);
    staff.put("waiting", "ben", { name: "Ben", asked_at: 0 });
    expect(rings).toBe(1);
    expect(shown).toEqual(["info: Ben asks to be let into Plenary."]);
    staff.put("admission", "eva", { admitted: true });
    expect(rings).toBe(1);
    expect(happening.waiting).toBe(1);
  });

  it("learns how far it has come in the line while it waits at a door, and asks no more after that", async () => {
    const ask = vi.spyOn(backbone, "ask");
    const line = (place: number): void => {
      const there = { ...mine, acts: [], may_enter: false, waiting: place > 0, place_in_line: place };
      const rooms = { rooms: [there], permissions: [], roles: [] };
      ask.mockImplementation(() => Promise.resolve(rooms as never));
    };
    line(3);
    rooms.set(new Map([["plenary", ["plenary", 1, 10, false, "waiting_room", "", "", ""]]]));
    await settle();
    expect(happening.mine.get("plenary")!.place_in_line).toBe(3);
    line(2);
    clock.advance(11_000);
    await settle();
    expect(happening.mine.get("plenary")!.place_in_line).toBe(2);
    line(0);
    clock.advance(11_000);
    await settle();
    ask.mockClear();
    clock.advance(60_000);
    await settle();
    expect(ask).not.toHaveBeenCalled();
    ask.mockRestore();
  });

  it("does not follow staff streams that it may not read", async () => {
    acts = [];
    rooms.set(new Map([["plenary", ["plenary", 1, 10, false, "open", "", "", ""]]]));
    await settle();
    expect(happening.staff("plenary")).toBeNull();
    expect(happening.may("room.admit", "plenary")).toBe(false);
  });

  it("says why something was refused, and changes nothing", async () => {
    vi.mocked(backbone.do).mockRejectedValueOnce(new CommandError("room_full", "The room is full.", false));
    expect(await happening.attempt(() => backbone.do("room.ask_in", { room: "plenary" }), "Asked.")).toBe(false);
    expect(shown).toEqual(["error: The room is full."]);
  });

  it("lets go of everything", () => {
    happening.stop();
    expect([...streams.values()].every((each) => each.closed)).toBe(true);
    expect(clock.pending).toBe(0);
  });
});
