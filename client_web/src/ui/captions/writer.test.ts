import { beforeEach, describe, expect, it } from "vitest";
import { CommandError } from "../../net/command_error";
import type { Interim } from "../../net/media.gen";
import { Writer, type WriterParts } from "./writer.svelte";

describe("Writer", () => {
  let done: { name: string; body: Record<string, unknown> }[];
  let shown: Interim[];
  let refuse: CommandError | null;
  let now: number;
  let writer: Writer;

  beforeEach(() => {
    [done, shown, refuse, now] = [[], [], null, 0];
    const run = (name: string, body: Record<string, unknown>): Promise<unknown> => {
      now += 40;
      if (refuse !== null) return Promise.reject(refuse);
      done.push({ name, body });
      return Promise.resolve({ caption: `c${done.length}` });
    };
    const parts: WriterParts = {
      backbone: { do: run as WriterParts["backbone"]["do"] },
      interim: (interim) => shown.push(interim),
      now: () => now,
      forms: () => "tu = Turia",
    };
    writer = new Writer(parts, "hall", "talk");
    writer.speakers = [
      { person: "ana", name: "Ana Pérez" },
      { person: "", name: "Audience" },
    ];
  });

  it("shows what is typed, with short forms written out as soon as the word is over", () => {
    writer.choose(0);
    writer.typed("We love tu", "u");
    writer.typed("We love tu ", " ");
    expect(writer.text).toBe("We love Turia ");
    expect(shown.at(-1)).toEqual({
      room: "hall",
      session: "talk",
      text: "We love Turia ",
      speaker: "Ana Pérez",
      person: "ana",
    });
    writer.typed("pasted tu ", "");
    expect(writer.text, "only what is typed").toBe("pasted tu ");
  });

  it("sends a line with its speaker and is free for the next one at once", async () => {
    writer.choose(0);
    writer.typed("Welcome to tu");
    const sent = writer.send();
    expect([writer.text, writer.pending]).toEqual(["", 0]);
    writer.typed("Next");
    await sent;
    expect(done).toEqual([
      {
        name: "caption.write",
        body: { session: "talk", text: "Welcome to Turia", speaker: "Ana Pérez", person: "ana" },
      },
    ]);
    expect([writer.text, writer.latencyMs, shown.at(-1)!.text]).toEqual(["Next", 40, "Next"]);
    expect(writer.perMinute).toBe(18);
  });

  it("splits what is too long, in order, and names the speaker of a command", async () => {
    writer.typed(`/aud ${"Words of a question, ".repeat(10)}`);
    await writer.send();
    writer.typed("/ana");
    await writer.send();
    expect(done).toHaveLength(4);
    expect(new Set(done.map(({ body }) => body.speaker))).toEqual(new Set(["Audience"]));
    expect(done.every(({ body }) => String(body.text).length <= 80)).toBe(true);
    expect(writer.speaker?.person, "a command alone changes the speaker").toBe("ana");
    expect(shown.some(({ text }) => text.startsWith("/"))).toBe(false);
  });

  it("gives back what was refused, before what was typed since", async () => {
    refuse = new CommandError("not_your_turn", "Kate writes the captions.", false);
    writer.typed("Lost?");
    const sent = writer.send();
    writer.typed("And more");
    await sent;
    expect([writer.text, writer.problem, writer.pending]).toEqual(["Lost? And more", "Kate writes the captions.", 0]);
    refuse = null;
    await writer.send();
    expect([done.length, writer.problem]).toEqual([1, ""]);
  });

  it("corrects lines, takes them out, and says why it could not", async () => {
    await writer.correct("c1", " Better ");
    await writer.correct("c1", "");
    expect(done.map(({ body }) => body.text)).toEqual(["Better", ""]);
    refuse = new CommandError("too_late", "Only the last 20 lines can be corrected.", false);
    await writer.correct("c1", "x");
    expect(writer.problem).toBe("Only the last 20 lines can be corrected.");
  });
});
