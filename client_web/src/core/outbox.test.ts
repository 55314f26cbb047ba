import { beforeEach, describe, expect, it } from "vitest";
import { CommandError } from "../net/command_error";
import { ManualClock } from "./clock";
import { Outbox, REFUSED_TRIES } from "./outbox";

interface Sent {
  name: string;
  mid: string;
  body: unknown;
  answer: (answer: unknown) => void;
  refuse: (code: string, retry: boolean) => void;
}

class MemoryShelf {
  kept = new Map<string, string>();
  getItem = (key: string): string | null => this.kept.get(key) ?? null;
  setItem = (key: string, value: string): void => void this.kept.set(key, value);
  removeItem = (key: string): void => void this.kept.delete(key);
}

const settle = async (): Promise<void> => {
  for (let i = 0; i < 10; i++) await Promise.resolve();
};

describe("Outbox", () => {
  let clock: ManualClock;
  let shelf: MemoryShelf;
  let sent: Sent[];
  let orphans: [string, string][];
  let wall: number;
  let mids: number;

  function outbox(): Outbox {
    return new Outbox({
      clock,
      random: () => 0.5,
      wall: () => wall,
      newMid: () => `mid-${++mids}`,
      send: (name, mid, body) =>
        new Promise((answer, reject) => {
          const refuse = (code: string, retry: boolean): void => reject(new CommandError(code, `${code}.`, retry));
          sent.push({ name, mid, body, answer, refuse });
        }),
      shelf,
      onChange: () => undefined,
      onOrphan: (name, error) => orphans.push([name, error.code]),
    });
  }

  beforeEach(() => {
    clock = new ManualClock();
    shelf = new MemoryShelf();
    sent = [];
    orphans = [];
    wall = 1_000_000;
    mids = 0;
  });

  it("sends one after the other, and says what was answered", async () => {
    const box = outbox();
    box.online("ana");
    const first = box.do("a.b", { x: 1 });
    const second = box.do("c.d", {});
    expect(sent.map(({ name, mid }) => [name, mid])).toEqual([["a.b", "mid-1"]]);
    sent[0]!.answer({ n: 1 });
    expect(await first).toEqual({ n: 1 });
    await settle();
    expect(sent.map(({ name, mid }) => [name, mid])).toEqual([
      ["a.b", "mid-1"],
      ["c.d", "mid-2"],
    ]);
    sent[1]!.answer({});
    expect(await second).toEqual({});
    expect(box.size).toBe(0);
    expect(shelf.kept.size).toBe(0);
  });

  it("keeps what is wanted without a connection, and sends it with the next one", async () => {
    const box = outbox();
    const done = box.do("a.b", {});
    expect(sent).toEqual([]);
    box.online("ana");
    sent[0]!.answer("ok");
    expect(await done).toBe("ok");
  });

  it("sends the same id again after a reconnect, and takes the answer once", async () => {
    const box = outbox();
    box.online("ana");
    const done = box.do("a.b", { x: 1 });
    box.offline();
    sent[0]!.refuse("no_answer", true);
    await settle();
    expect(sent).toHaveLength(1);
    box.online("ana");
    expect(sent.map(({ mid }) => mid)).toEqual(["mid-1", "mid-1"]);
    sent[1]!.answer("ok");
    expect(await done).toBe("ok");
  });

  it("takes an answer that comes late for what it is, and goes on", async () => {
    const box = outbox();
    box.online("ana");
    const first = box.do("a.b", {});
    const second = box.do("c.d", {});
    box.offline();
    box.online("ana");
    expect(sent).toHaveLength(2);
    sent[0]!.answer("late");
    expect(await first).toBe("late");
    await settle();
    expect(sent[2]!.name).toBe("c.d");
    sent[1]!.answer("the same once more");
    await settle();
    sent[2]!.answer("ok");
    expect(await second).toBe("ok");
  });

  it("tries again later and later what is refused for now, and tells in the end", async () => {
    const box = outbox();
    box.online("ana");
    const done = box.do("a.b", {});
    const failed = expect(done).rejects.toMatchObject({ code: "room_busy", retry: true });
    const waits: number[] = [];
    for (let tries = 1; tries < REFUSED_TRIES; tries++) {
      sent.at(-1)!.refuse("room_busy", true);
      await settle();
      const before = clock.now();
      while (sent.length === tries) clock.advance(50);
      waits.push(clock.now() - before);
    }
    expect(waits).toEqual([...waits].sort((a, b) => a - b));
    expect(new Set(sent.map(({ mid }) => mid))).toEqual(new Set(["mid-1"]));
    sent.at(-1)!.refuse("room_busy", true);
    await failed;
    clock.advance(60_000);
    expect(sent).toHaveLength(REFUSED_TRIES);
    expect(box.size).toBe(0);
  });

  it.each(["no_answer", "try_again"])("tries as long as it takes when it is not the command: %s", async (code) => {
    const box = outbox();
    box.online("ana");
    const done = box.do("a.b", {});
    for (let tries = 0; tries < 20; tries++) {
      sent.at(-1)!.refuse(code, true);
      await settle();
      clock.advance(10_000);
    }
    sent.at(-1)!.answer("ok");
    expect(await done).toBe("ok");
  });

  it("reports everything else at once, and goes on with the next", async () => {
    const box = outbox();
    box.online("ana");
    const first = box.do("a.b", {});
    const second = box.do("c.d", {});
    sent[0]!.refuse("not_allowed", false);
    await expect(first).rejects.toMatchObject({ code: "not_allowed", message: "not_allowed.", retry: false });
    await settle();
    sent[1]!.answer("ok");
    expect(await second).toBe("ok");
  });

  it("survives a reload of the page, in order and with the same ids", async () => {
    const before = outbox();
    before.online("ana");
    void before.do("a.b", { x: 1 });
    void before.do("c.d", {});
    const after = outbox();
    void after.do("e.f", {});
    after.online("ana");
    expect(sent.slice(1).map(({ name, mid, body }) => [name, mid, body])).toEqual([["a.b", "mid-1", { x: 1 }]]);
    sent[1]!.answer({});
    await settle();
    expect([sent[2]!.name, sent[2]!.mid]).toEqual(["c.d", "mid-2"]);
    sent[2]!.refuse("not_allowed", false);
    await settle();
    expect(orphans).toEqual([["c.d", "not_allowed"]]);
    expect(sent[3]!.name).toBe("e.f");
    sent[3]!.answer({});
    await settle();
    expect(shelf.kept.size).toBe(0);
  });

  it("never sends in the name of somebody else", async () => {
    const before = outbox();
    before.online("ana");
    void before.do("a.b", {});
    const after = outbox();
    after.online("ben");
    expect(sent).toHaveLength(1);
    const mine = after.do("c.d", {});
    after.offline();
    after.online("eve");
    await expect(mine).rejects.toMatchObject({ code: "not_signed_in" });
    expect(after.size).toBe(0);
  });

  it("does not send what the server has forgotten, nor what is no command", () => {
    const before = outbox();
    before.online("ana");
    void before.do("a.b", {});
    wall += 25 * 3600 * 1000;
    outbox().online("ana");
    expect(sent).toHaveLength(1);
    for (const broken of ["{", "5", '{"owner":"ana","commands":5}', '{"owner":"ana","commands":[{"mid":1}]}']) {
      shelf.kept.set("turia.outbox", broken);
      outbox().online("ana");
    }
    expect(sent).toHaveLength(1);
  });

  it("works where storage is forbidden", async () => {
    shelf.setItem = () => {
      throw new Error("forbidden");
    };
    const box = outbox();
    box.online("ana");
    const done = box.do("a.b", {});
    sent[0]!.answer("ok");
    expect(await done).toBe("ok");
  });

  it("takes so many and no more", async () => {
    const box = outbox();
    for (let i = 0; i < 200; i++) void box.do("a.b", {});
    await expect(box.do("a.b", {})).rejects.toMatchObject({ code: "too_many_commands", retry: true });
  });
});
