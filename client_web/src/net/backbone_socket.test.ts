import { beforeEach, describe, expect, it } from "vitest";
import { ManualClock } from "../core/clock";
import { CommandError } from "./command_error";
import type { Commands, Queries } from "./backbone";
import { SocketBackbone } from "./backbone_socket";
import type { StatePage, StreamThing } from "./protocol.gen";
import type { Connection } from "./socket";

interface Sent {
  readonly name: string;
  readonly payload: Record<string, unknown>;
  readonly answer: (answer: unknown) => void;
  readonly refuse: (code: string, retry: boolean) => void;
}

const settle = async (): Promise<void> => {
  for (let i = 0; i < 20; i++) await Promise.resolve();
};

class FakeLine {
  readonly sent: Sent[] = [];
  readonly command = ((name: string, payload: unknown) =>
    new Promise<unknown>((answer, reject) => {
      const refuse = (code: string, retry: boolean): void => reject(new CommandError(code, `${code}.`, retry));
      this.sent.push({ name, payload: payload as Record<string, unknown>, answer, refuse });
    })) as Connection["command"];

  of(name: string): Sent[] {
    return this.sent.filter((each) => each.name === name);
  }
}

const page = (stream: string, keys: readonly string[], top = keys.length, epoch = 1): StatePage => ({
  stream,
  epoch,
  top,
  first: true,
  last: true,
  things: keys.map((key, index): StreamThing => ["block", key, index + 1, 0, "ana", { title: key, text: "" }]),
});

const fresh = (...streams: string[]): unknown => ({
  streams: streams.map((stream) => ({ stream, how: "fresh", message: "" })),
});

describe("SocketBackbone", () => {
  let clock: ManualClock;
  let backbone: SocketBackbone;
  let fetched: [string, string][];

  beforeEach(() => {
    clock = new ManualClock();
    fetched = [];
    let mids = 0;
    backbone = new SocketBackbone({
      clock,
      random: () => 1,
      wall: () => 0,
      newMid: () => `mid-${++mids}`,
      shelf: null,
      fetch: (async (address: string, options: RequestInit) => {
        fetched.push([address, String(options.body)]);
        return new Response("{}");
      }) as typeof fetch,
      onOrphan: () => undefined,
    });
  });

  it("asks once for streams that are followed together, and tells when all of it is there", async () => {
    const line = new FakeLine();
    backbone.connected(line, "ana");
    const event = backbone.subscribe("event");
    const twin = backbone.subscribe("event");
    backbone.subscribe("room/hall");
    await settle();
    expect(line.sent.map(({ name, payload }) => [name, payload])).toEqual([
      [
        "sub",
        {
          streams: [
            { stream: "event", epoch: 0, offset: 0 },
            { stream: "room/hall", epoch: 0, offset: 0 },
          ],
        },
      ],
    ]);
    let changes = 0;
    event.onChange(() => changes++);
    line.sent[0]!.answer(fresh("event", "room/hall"));
    await settle();
    expect(event.status).toBe("waiting");
    backbone.event("state", page("event", ["a", "b"]));
    expect([event.ready, twin.ready, changes]).toEqual([true, true, 1]);
    backbone.event("entries", {
      stream: "event",
      epoch: 1,
      entries: [
        [3, 0, "ana", "block", "c", { title: "c", text: "" }],
        [4, 0, "ana", "block", "a", null],
      ],
    });
    expect(changes).toBe(2);
    expect([...twin.all("block").keys()]).toEqual(["b", "c"]);
  });

  it("resumes everything after a reconnect from where it stood, and ignores what was sent before the answer", async () => {
    const first = new FakeLine();
    backbone.connected(first, "ana");
    const event = backbone.subscribe("event");
    await settle();
    first.sent[0]!.answer(fresh("event"));
    await settle();
    backbone.event("state", page("event", ["a"], 7, 3));
    backbone.lost();
    expect([backbone.line.get(), event.ready]).toEqual(["waiting", true]);
    const second = new FakeLine();
    backbone.connected(second, "ana");
    expect(second.sent[0]!.payload).toEqual({ streams: [{ stream: "event", epoch: 3, offset: 7 }] });
    backbone.event("entries", { stream: "event", epoch: 3, entries: [[9, 0, "x", "block", "z", null]] });
    second.sent[0]!.answer({ streams: [{ stream: "event", how: "recovered", message: "" }] });
    await settle();
    backbone.event("entries", {
      stream: "event",
      epoch: 3,
      entries: [[8, 0, "x", "block", "h", { title: "h", text: "" }]],
    });
    expect([...event.all("block").keys()]).toEqual(["a", "h"]);
    expect(second.sent).toHaveLength(1);
  });

  it("fills a gap by subscribing again from the last entry it has", async () => {
    const line = new FakeLine();
    backbone.connected(line, "ana");
    backbone.subscribe("event");
    await settle();
    line.sent[0]!.answer(fresh("event"));
    await settle();
    backbone.event("state", page("event", [], 5));
    backbone.event("entries", { stream: "event", epoch: 1, entries: [[7, 0, "x", "block", "h", null]] });
    backbone.event("entries", { stream: "event", epoch: 1, entries: [[8, 0, "x", "block", "h", null]] });
    await settle();
    expect(line.sent).toHaveLength(2);
    expect(line.sent[1]!.payload).toEqual({ streams: [{ stream: "event", epoch: 1, offset: 5 }] });
  });

  it("says why something is refused, and asks anew when it is followed anew", async () => {
    const line = new FakeLine();
    backbone.connected(line, "ana");
    const staff = backbone.subscribe("event/staff");
    await settle();
    line.sent[0]!.answer({ streams: [{ stream: "event/staff", how: "refused", message: "Not for you." }] });
    await settle();
    expect([staff.status, staff.reason]).toEqual(["refused", "Not for you."]);
    backbone.subscribe("event/staff");
    await settle();
    expect([staff.status, line.sent.length]).toEqual(["waiting", 2]);
    line.sent[1]!.answer(fresh("event/staff"));
    await settle();
    backbone.event("state", page("event/staff", ["a"]));
    backbone.event("unsubscribed", { stream: "event/staff", reason: "not_allowed", message: "No more." });
    expect([staff.status, staff.reason, staff.all("block").size]).toEqual(["refused", "No more.", 0]);
  });

  it("asks again, later and later, when the venue is busy", async () => {
    const line = new FakeLine();
    backbone.connected(line, "ana");
    const event = backbone.subscribe("event");
    await settle();
    line.sent[0]!.refuse("too_often", true);
    await settle();
    clock.advance(999);
    expect(line.sent).toHaveLength(1);
    clock.advance(1);
    expect(line.sent).toHaveLength(2);
    line.sent[1]!.refuse("no_answer", true);
    await settle();
    clock.advance(2_000);
    line.sent[2]!.answer(fresh("event"));
    await settle();
    backbone.event("state", page("event", ["a"]));
    expect(event.ready).toBe(true);
  });

  it("asks for many streams in messages that the server takes", async () => {
    const line = new FakeLine();
    for (let i = 0; i < 40; i++) backbone.subscribe(`room/r${i}`);
    backbone.connected(line, "ana");
    expect(line.sent.map(({ payload }) => (payload["streams"] as unknown[]).length)).toEqual([32, 8]);
  });

  it("keeps a stream for a while after its last panel has closed, then says goodbye", async () => {
    const line = new FakeLine();
    backbone.connected(line, "ana");
    const handle = backbone.subscribe("event");
    await settle();
    handle.close();
    handle.close();
    clock.advance(1_000);
    const again = backbone.subscribe("event");
    clock.advance(10_000);
    expect(line.of("unsub")).toEqual([]);
    expect(line.of("sub")).toHaveLength(1);
    again.close();
    clock.advance(10_000);
    expect(line.of("unsub").map(({ payload }) => payload)).toEqual([{ streams: ["event"] }]);
    let heard = 0;
    handle.onChange(() => heard++);
    backbone.event("state", page("event", ["a"]));
    expect([heard, handle.status]).toEqual([0, "waiting"]);
  });

  it("shows nothing of one person to the next", async () => {
    const line = new FakeLine();
    backbone.connected(line, "ana");
    const event = backbone.subscribe("event");
    await settle();
    line.sent[0]!.answer(fresh("event"));
    await settle();
    backbone.event("state", page("event", ["a"]));
    backbone.lost();
    const next = new FakeLine();
    backbone.connected(next, "ben");
    expect([event.status, event.all("block").size]).toEqual(["waiting", 0]);
    expect(next.sent[0]!.payload).toEqual({ streams: [{ stream: "event", epoch: 0, offset: 0 }] });
  });

  it("does commands and asks, with what did not travel filled in", async () => {
    const line = new FakeLine();
    const body = { session: "s" } as Commands["programme.star"]["body"];
    const done = backbone.do("programme.star", body);
    expect(backbone.pending.get()).toBe(1);
    await expect(backbone.ask("stream.read", { stream: "event" })).rejects.toMatchObject({ code: "not_connected" });
    backbone.connected(line, "ana");
    expect(line.sent.map(({ name, payload }) => [name, payload])).toEqual([
      ["do", { name: "programme.star", mid: "mid-1", body }],
    ]);
    line.sent[0]!.answer({ answer: {} });
    expect(await done).toEqual({});
    expect(backbone.pending.get()).toBe(0);
    const question: Queries["stream.read"]["body"] = { stream: "event", since: undefined };
    const asked = backbone.ask("stream.read", question);
    expect(line.sent[1]!.payload).toStrictEqual({ name: "stream.read", body: { stream: "event" } });
    line.sent[1]!.answer({ answer: { stream: "event", top: 0, changed: false } });
    expect(await asked).toMatchObject({ stream: "event", top: 0 });
  });

  it("sends what is too long for the socket by HTTP, with the same id", async () => {
    const line = new FakeLine();
    backbone.connected(line, "ana");
    const body = { session: "s".repeat(3_000) } as Commands["programme.star"]["body"];
    expect(await backbone.do("programme.star", body)).toEqual({});
    expect(line.sent).toEqual([]);
    expect(fetched).toEqual([["/api/do/programme.star", JSON.stringify({ mid: "mid-1", body })]]);
  });

  it("keeps the rooms as they are now", () => {
    const hall = ["hall", 3, 0, false, "open", "", "", "s1"] as const;
    backbone.event("rooms", { whole: true, rooms: [[...hall], ["lobby", 1, 0, false, "open", "", "", ""]] });
    backbone.event("rooms", { whole: false, rooms: [["lobby", 2, 0, false, "open", "", "", ""]] });
    expect([...backbone.rooms.get().values()].map(([room, inside]) => [room, inside])).toEqual([
      ["hall", 3],
      ["lobby", 2],
    ]);
    backbone.event("rooms", { whole: true, rooms: [[...hall]] });
    expect([...backbone.rooms.get().keys()]).toEqual(["hall"]);
  });
});
