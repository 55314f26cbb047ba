import { beforeEach, describe, expect, it } from "vitest";
import { ManualClock } from "../core/clock";
import type { Backbone, Commands } from "./backbone";
import { createHttpBackbone } from "./backbone_http";

interface Asked {
  readonly address: string;
  readonly options: RequestInit;
  readonly answer: (status: number, content: unknown) => void;
  readonly fail: () => void;
}

const settle = async (): Promise<void> => {
  for (let i = 0; i < 30; i++) await Promise.resolve();
};

describe("the backbone over HTTP", () => {
  let clock: ManualClock;
  let asked: Asked[];
  let hidden: boolean;
  let backbone: Backbone;
  const body = { session: "s" } as Commands["programme.star"]["body"];

  beforeEach(() => {
    clock = new ManualClock();
    asked = [];
    hidden = false;
    let mids = 0;
    backbone = createHttpBackbone({
      clock,
      random: () => 0.5,
      newMid: () => `mid-${++mids}`,
      hidden: () => hidden,
      fetch: ((address: string, options: RequestInit) =>
        new Promise((resolve, reject) => {
          const answer = (status: number, content: unknown): void =>
            resolve({ ok: status < 400, status, json: () => Promise.resolve(content) } as Response);
          asked.push({ address, options, answer, fail: () => reject(new TypeError("failed")) });
        })) as typeof fetch,
    });
  });

  it("posts a command with its id, and tries with the same one while the venue cannot be reached or is busy", async () => {
    const done = backbone.do("programme.star", body);
    await settle();
    expect(asked[0]!.address).toBe("/api/do/programme.star");
    expect(asked[0]!.options).toMatchObject({ method: "POST", credentials: "same-origin" });
    expect(JSON.parse(String(asked[0]!.options.body))).toEqual({ mid: "mid-1", body });
    expect(backbone.pending.get()).toBe(1);
    asked[0]!.fail();
    await settle();
    clock.advance(600);
    await settle();
    asked[1]!.answer(503, { code: "try_again", error: "Busy.", retry: true });
    await settle();
    clock.advance(1_200);
    await settle();
    expect(asked[2]!.options.body).toBe(asked[0]!.options.body);
    asked[2]!.answer(200, {});
    expect(await done).toEqual({});
    expect(backbone.pending.get()).toBe(0);
  });

  it("gives up in the end, and says so", async () => {
    const failed = expect(backbone.do("programme.star", body)).rejects.toMatchObject({
      code: "unreachable",
      retry: true,
    });
    for (let tries = 0; tries < 4; tries++) {
      await settle();
      asked[tries]!.fail();
      await settle();
      clock.advance(20_000);
    }
    await failed;
    expect(asked).toHaveLength(4);
  });

  it("reports a refusal at once, in the venue's words", async () => {
    const failed = expect(backbone.do("programme.star", body)).rejects.toMatchObject({
      code: "not_signed_in",
      message: "Sign in first.",
      retry: false,
    });
    await settle();
    asked[0]!.answer(401, { code: "not_signed_in", error: "Sign in first.", retry: false });
    await failed;
    const broken = expect(backbone.ask("stream.read", { stream: "event" })).rejects.toMatchObject({ retry: true });
    asked[1]!.answer(502, "<html>");
    await broken;
  });

  it("asks with fields in the address", async () => {
    const answer = backbone.ask("stream.read", { stream: "room/a b", since: 3 });
    expect(asked[0]!.address).toBe("/api/ask/stream.read?stream=room%2Fa+b&since=3");
    asked[0]!.answer(200, { stream: "room/a b", top: 3, changed: false });
    expect(await answer).toMatchObject({ top: 3 });
  });

  it("follows a stream by asking again, and takes it only when it has changed", async () => {
    const handle = backbone.subscribe("event");
    let changes = 0;
    handle.onChange(() => changes++);
    expect(asked[0]!.address).toContain("since=-1");
    const things = [["block", "a", 1, 0, "ana", { title: "A", text: "" }]];
    asked[0]!.answer(200, { stream: "event", top: 1, changed: true, things });
    await settle();
    expect([handle.ready, handle.get("block", "a")?.order, changes]).toEqual([true, 0, 1]);
    clock.advance(6_000);
    await settle();
    expect(asked[1]!.address).toContain("since=1");
    asked[1]!.answer(200, { stream: "event", top: 1, changed: false });
    await settle();
    expect(changes).toBe(1);
    hidden = true;
    clock.advance(6_000);
    await settle();
    asked[2]!.fail();
    await settle();
    expect([backbone.line.get(), handle.ready]).toEqual(["waiting", true]);
    clock.advance(6_000);
    await settle();
    expect(asked).toHaveLength(3);
    handle.close();
    clock.advance(200_000);
    await settle();
    expect(asked).toHaveLength(3);
  });

  it("says why a stream is refused, and stops asking", async () => {
    const handle = backbone.subscribe("event/staff");
    asked[0]!.answer(403, { code: "not_allowed", error: "Not for you.", retry: false });
    await settle();
    expect([handle.status, handle.reason]).toEqual(["refused", "Not for you."]);
    clock.advance(60_000);
    await settle();
    expect(asked).toHaveLength(1);
    backbone.subscribe("event/staff");
    expect(asked).toHaveLength(2);
  });

  it("reads what is followed as soon as a command was done, and lets no older answer undo a newer one", async () => {
    const stream = backbone.subscribe("event");
    await settle();
    const now = (top: number, title: string): object => ({
      stream: "event",
      top,
      changed: true,
      things: [["track", "t", top, 0, "system", { title }]],
    });
    asked[0]!.answer(200, now(1, "First"));
    await settle();
    void backbone.do("programme.star", body);
    await settle();
    clock.advance(6_000);
    await settle();
    const slow = asked.find(({ address }, index) => index > 0 && address.startsWith("/api/ask/"))!;
    asked.find(({ address }) => address.startsWith("/api/do/"))!.answer(200, {});
    await settle();
    const quick = asked.at(-1)!;
    expect(quick.address).toContain("/api/ask/stream.read");
    expect(quick).not.toBe(slow);
    quick.answer(200, now(3, "Third"));
    await settle();
    slow.answer(200, now(2, "Second"));
    await settle();
    expect(stream.get("track", "t")?.title).toBe("Third");
    stream.close();
  });
});
