import { describe, expect, it } from "vitest";
import { golden } from "../../test/golden";
import type { Entries, StatePage, StreamEntry, StreamThing } from "../net/protocol.gen";
import { StreamReplica } from "./streams";

type Step =
  | ["sub", Record<string, "fresh" | "recovered" | "refused">]
  | ["event", "state", StatePage]
  | ["event", "entries", Entries]
  | ["event", "unsubscribed", { stream: string; message: string }]
  | ["lost"];
interface Life {
  steps: Step[];
  end: Record<string, { status: string; epoch: number; offset: number; things: [string, string, number, string][] }>;
}

/** Lives the life of a client that the server recorded (server/turia/testing/stream_walk.py). */
function live(steps: readonly Step[]): { replicas: Map<string, StreamReplica>; gaps: number } {
  const replicas = new Map<string, StreamReplica>();
  const missing = new Set<string>();
  let gaps = 0;
  const of = (stream: string): StreamReplica => {
    const found = replicas.get(stream) ?? new StreamReplica(stream);
    replicas.set(stream, found);
    return found;
  };
  for (const step of steps) {
    if (step[0] === "lost") {
      missing.clear();
      for (const replica of replicas.values()) replica.interrupted();
    } else if (step[0] === "sub") {
      for (const [stream, how] of Object.entries(step[1])) {
        of(stream).interrupted();
        missing.delete(stream);
        if (how === "refused") of(stream).refused("no");
        else if (how === "recovered") of(stream).resumed();
      }
    } else {
      const { stream } = step[2];
      if (missing.has(stream)) continue;
      const replica = of(stream);
      const taken =
        step[1] === "state"
          ? replica.page(step[2])
          : step[1] === "entries"
            ? replica.entries(step[2])
            : replica.refused(step[2].message);
      if (taken !== "gap") continue;
      gaps++;
      missing.add(stream);
    }
  }
  return { replicas, gaps };
}

describe("lives that the server recorded", () => {
  const lives = golden<Life[]>("streams.json");

  it.each(lives.map((life, index) => [index, life] as const))("ends with what the server shows: %i", (_index, life) => {
    const { replicas, gaps } = live(life.steps);
    expect(gaps).toBeGreaterThan(0);
    for (const [stream, end] of Object.entries(life.end)) {
      const replica = replicas.get(stream)!;
      expect([replica.status, replica.epoch, replica.offset]).toEqual([end.status, end.epoch, end.offset]);
      const held = [
        ...[...replica.items("block")].map(([key, item]) => ["block", key, item.offset, item.value.title]),
        ...[...replica.items("notice")].map(([key, item]) => ["notice", key, item.offset, item.value.text]),
      ];
      expect(held).toEqual(end.things);
    }
  });
});

const thing = (key: string, offset: number, title = key): StreamThing => [
  "block",
  key,
  offset,
  1_000,
  "ana",
  { title, text: "" },
];
const entry = (offset: number, key: string, title: string | null = key): StreamEntry => [
  offset,
  1_000,
  "ana",
  "block",
  key,
  title === null ? null : { title, text: "" },
];
const page = (things: StreamThing[], top: number, rest: Partial<StatePage> = {}): StatePage => ({
  stream: "event",
  epoch: 1,
  top,
  first: true,
  last: true,
  things,
  ...rest,
});
const entries = (rows: StreamEntry[], epoch = 1): Entries => ({ stream: "event", epoch, entries: rows });

describe("StreamReplica", () => {
  it("shows nothing of a fresh state before its last page, and all of the old one until then", () => {
    const replica = new StreamReplica("event");
    replica.page(page([thing("old", 1)], 1));
    expect(replica.page(page([thing("a", 2)], 3, { epoch: 2, last: false }))).toBe("same");
    expect([...replica.all("block").keys()]).toEqual(["old"]);
    expect([replica.epoch, replica.offset]).toEqual([1, 1]);
    expect(replica.page(page([thing("b", 3)], 3, { epoch: 2, first: false }))).toBe("changed");
    expect([...replica.all("block").keys()]).toEqual(["a", "b"]);
    expect([replica.epoch, replica.offset, replica.status]).toEqual([2, 3, "ready"]);
  });

  it("takes no page of another state, and asks again", () => {
    const replica = new StreamReplica("event");
    expect(replica.page(page([], 3, { first: false }))).toBe("gap");
    replica.page(page([thing("a", 1)], 3, { last: false }));
    expect(replica.page(page([thing("b", 4)], 4, { first: false }))).toBe("gap");
    expect(replica.status).toBe("waiting");
    replica.page(page([thing("a", 1)], 3, { last: false }));
    replica.interrupted();
    expect(replica.page(page([thing("b", 2)], 3, { first: false }))).toBe("gap");
  });

  it("puts, replaces in place, deletes, and skips what it has", () => {
    const replica = new StreamReplica("event");
    replica.page(page([thing("a", 1), thing("b", 2)], 2));
    expect(replica.entries(entries([entry(2, "b", "again"), entry(3, "a", "new"), entry(4, "c")]))).toBe("changed");
    expect([...replica.all("block")].map(([key, { title }]) => [key, title])).toEqual([
      ["a", "new"],
      ["b", "b"],
      ["c", "c"],
    ]);
    replica.entries(entries([entry(5, "a", null), entry(6, "unknown", null), entry(7, "a", "back")]));
    expect([...replica.all("block").keys()]).toEqual(["b", "c", "a"]);
    expect(replica.get("block", "a")?.title).toBe("back");
    expect(replica.get("block", "unknown")).toBeNull();
    expect(replica.entries(entries([entry(7, "a", "back")]))).toBe("same");
  });

  it("stops at a gap, from where it can be filled", () => {
    const replica = new StreamReplica("event");
    replica.page(page([], 0));
    expect(replica.entries(entries([entry(1, "a"), entry(3, "c")]))).toBe("gap");
    expect(replica.offset).toBe(1);
    expect([...replica.all("block").keys()]).toEqual(["a"]);
    expect(replica.entries(entries([entry(1, "a"), entry(2, "b"), entry(3, "c")]))).toBe("changed");
    expect(replica.offset).toBe(3);
  });

  it("takes no entries of another epoch", () => {
    const replica = new StreamReplica("event");
    replica.page(page([], 0));
    expect(replica.entries(entries([entry(1, "a")], 2))).toBe("gap");
    expect(replica.all("block").size).toBe(0);
  });

  it("gives the same Map until something of the kind changes, and never changes one that it gave", () => {
    const replica = new StreamReplica("event");
    replica.page(page([thing("a", 1)], 1));
    const before = replica.all("block");
    const rooms = replica.all("room");
    expect(replica.all("block")).toBe(before);
    replica.entries(entries([entry(2, "b")]));
    expect([...before.keys()]).toEqual(["a"]);
    expect(replica.all("block")).not.toBe(before);
    expect(replica.all("room")).toBe(rooms);
    expect(replica.items("block").get("b")).toMatchObject({ key: "b", offset: 2, at: 1_000, actor: "ana" });
  });

  it("fills in what did not travel", () => {
    const replica = new StreamReplica("event");
    replica.page(page([thing("a", 1)], 1));
    expect(replica.get("block", "a")).toEqual({ title: "a", text: "", order: 0, source: "" });
  });

  it("keeps nothing of what is not for this person", () => {
    const replica = new StreamReplica("event");
    replica.page(page([thing("a", 1)], 1));
    replica.refused("Not for you.");
    expect([replica.status, replica.reason, replica.epoch, replica.offset]).toEqual(["refused", "Not for you.", 0, 0]);
    expect(replica.all("block").size).toBe(0);
    replica.page(page([thing("a", 1)], 1));
    expect([replica.status, replica.reason]).toEqual(["ready", ""]);
  });
});
