import { beforeEach, describe, expect, it } from "vitest";
import { ManualClock } from "../core/clock";
import type { Interim } from "../net/media.gen";
import { Interims } from "./interims";

describe("Interims", () => {
  let clock: ManualClock;
  let sent: string[];
  let interims: Interims;
  const line = {
    connected: true,
    command: (_name: string, { text }: Interim): Promise<unknown> => {
      sent.push(text);
      return Promise.reject(new Error("refused"));
    },
  };
  const write = (text: string): void => interims.write({ room: "hall", session: "talk", text });

  beforeEach(() => {
    [clock, sent] = [new ManualClock(), []];
    line.connected = true;
    interims = new Interims(line, clock);
  });

  it("sends the first letter at once, and then the newest text five times a second", () => {
    for (let i = 1; i <= 20; i++) {
      write("x".repeat(i));
      clock.advance(50);
    }
    clock.advance(1_000);
    expect(sent.map((text) => text.length)).toEqual([1, 4, 8, 12, 16, 20]);
    write("new");
    expect(sent.at(-1)).toBe("new");
  });

  it("keeps nothing for a line that is away, and nothing after the end", () => {
    line.connected = false;
    write("lost");
    line.connected = true;
    clock.advance(1_000);
    expect(sent).toEqual([]);
    write("a");
    write("ab");
    interims.stop();
    clock.advance(1_000);
    expect(sent).toEqual(["a"]);
  });
});
