import { beforeEach, describe, expect, it } from "vitest";
import { CloseCode, type Closing } from "../net/protocol.gen";
import { ManualClock } from "./clock";
import { Reconnect } from "./reconnect";

let clock: ManualClock;
let tries: number[];
let drops: number;
let policy: Reconnect;

beforeEach(() => {
  clock = new ManualClock();
  tries = [];
  drops = 0;
  const line = { connect: () => void tries.push(clock.now()), disconnect: () => void drops++ };
  policy = new Reconnect(
    clock,
    () => 0.5,
    line,
    () => undefined,
  );
});

const closing = (code: number, retry_after: number | null = null): Closing => ({
  code,
  reason: "",
  message: "Because.",
  retry_after,
});

function connect(): void {
  policy.start();
  policy.connected();
}

describe("Reconnect", () => {
  it("connects, and comes back after a loss with growing waits", () => {
    connect();
    policy.lost();
    expect(policy.phase).toBe("waiting");
    const waits: number[] = [];
    for (let i = 0; i < 20; i++) {
      const before = clock.now();
      for (let i = 0; i < 300 && policy.phase === "waiting"; i++) clock.advance(50);
      waits.push(tries.at(-1)! - before);
      policy.lost();
    }
    expect(waits[0]).toBeLessThan(700);
    expect(waits[2]).toBeGreaterThan(waits[1]!);
    expect(Math.max(...waits.slice(0, 10))).toBeLessThanOrEqual(3_000);
    expect(Math.max(...waits)).toBeGreaterThan(8_000);
    expect(Math.max(...waits)).toBeLessThanOrEqual(12_000);
  });

  it("starts with short waits again after a stable while", () => {
    connect();
    for (let i = 0; i < 5; i++) {
      policy.lost();
      clock.advance(12_000);
    }
    policy.connected();
    clock.advance(20_000);
    policy.lost();
    clock.advance(700);
    expect(policy.phase).toBe("connecting");
  });

  it("tries again by itself when entering took too long", () => {
    connect();
    policy.closing(closing(CloseCode.JOIN_TIMEOUT));
    policy.lost();
    expect(policy.phase).toBe("waiting");
    clock.advance(5_000);
    expect(tries.length).toBe(2);
  });

  it("honours retry_after, with jitter, and shows the reason", () => {
    connect();
    policy.closing(closing(CloseCode.OVERLOADED, 10));
    policy.lost();
    expect(policy.message).toBe("Because.");
    expect(policy.secondsLeft).toBe(12);
    clock.advance(9_999);
    expect(tries.length).toBe(1);
    clock.advance(2_000);
    expect(tries.length).toBe(2);
  });

  it.each([
    [CloseCode.REPLACED, "useHere"],
    [CloseCode.NOT_SIGNED_IN, "enter"],
    [CloseCode.NOT_ADMITTED, "enter"],
    [CloseCode.WRONG_PROTOCOL, "reload"],
    [CloseCode.MALFORMED, "reload"],
  ] as const)("stops after %s and offers %s", (code, offer) => {
    connect();
    policy.closing(closing(code));
    policy.lost();
    expect(policy.phase).toBe("closed");
    expect(policy.offer).toBe(offer);
    clock.advance(600_000);
    expect(tries.length).toBe(1);
    policy.now();
    expect(tries.length).toBe(2);
  });

  it("gives up an attempt that hangs", () => {
    policy.start();
    clock.advance(10_000);
    expect(drops).toBe(1);
    expect(policy.phase).toBe("waiting");
  });

  it("waits for the network, then comes back at once", () => {
    connect();
    policy.offline();
    expect(policy.phase).toBe("offline");
    clock.advance(600_000);
    expect(tries.length).toBe(1);
    policy.online();
    clock.advance(500);
    expect(policy.phase).toBe("connecting");
  });

  it("does not hurry when the server asked to come later", () => {
    connect();
    policy.closing(closing(CloseCode.FULL, 60));
    policy.lost();
    policy.online();
    clock.advance(30_000);
    expect(tries.length).toBe(1);
  });

  it("leaves no timers behind", () => {
    connect();
    policy.lost();
    policy.stop();
    expect(clock.pending).toBe(0);
    expect(policy.phase).toBe("idle");
  });

  it("drops a dead line", () => {
    connect();
    policy.dead();
    expect(drops).toBe(1);
    expect(policy.phase).toBe("waiting");
  });
});
