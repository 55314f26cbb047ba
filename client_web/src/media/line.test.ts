import { beforeEach, describe, expect, it } from "vitest";
import { ManualClock } from "../core/clock";
import { type Writable, writable } from "../core/store";
import { CloseCode } from "../net/protocol.gen";
import { MediaLine } from "./line";
import { FakeMediaConnection, settle } from "./testing";

let clock: ManualClock;
let connections: FakeMediaConnection[];
let told: string[];
let pass: () => Promise<string | null>;
let line: MediaLine;
let inside: Writable<boolean>;

const newest = (): FakeMediaConnection => connections.at(-1)!;

async function advance(ms: number): Promise<void> {
  for (let left = ms; left > 0; left -= 250) {
    clock.advance(Math.min(250, left));
    await settle();
  }
}

beforeEach(() => {
  clock = new ManualClock(1_000);
  connections = [];
  told = [];
  inside = writable(true);
  let passes = 0;
  pass = async () => `pass ${++passes}`;
  line = new MediaLine({
    clock,
    random: () => 0.5,
    open: (auth, events) => connections[connections.push(new FakeMediaConnection(auth, events)) - 1]!,
    pass: () => pass(),
    up: () => told.push("up"),
    down: () => told.push("down"),
    inside,
    frame: (bytes) => told.push(`frame ${bytes.byteLength}`),
    event: (name) => told.push(name),
  });
});

async function connect(): Promise<void> {
  line.start();
  await settle();
  newest().events.onUp();
}

function close(code: number): void {
  newest().events.onEvent("closing", { code, reason: "", message: "", retry_after: null });
  newest().events.onLost();
}

describe("media line", () => {
  it("opens once, with a pass, and passes on what comes", async () => {
    expect(line.state.get().kind).toBe("off");
    await connect();
    line.start();
    await settle();
    expect(connections.length).toBe(1);
    expect(newest().auth.token).toBe("pass 1");
    expect(line.state.get().kind).toBe("connected");
    newest().events.onFrame(new ArrayBuffer(30));
    newest().events.onEvent("keyframe", { track: 1 });
    expect(told).toEqual(["up", "frame 30", "keyframe"]);
  });

  it("comes back with a new pass, counts down, and hears nothing of the old line", async () => {
    await connect();
    const old = newest();
    old.events.onLost();
    expect(line.state.get()).toMatchObject({ kind: "reconnecting" });
    expect(line.connected).toBe(false);
    await expect(line.command("sync", { t: 0 })).rejects.toThrow("not connected");
    await advance(2_000);
    newest().events.onUp();
    expect(newest().auth.token).toBe("pass 2");
    old.events.onFrame(new ArrayBuffer(1));
    expect(told).toEqual(["up", "down", "up"]);
    expect(line.reconnects).toBe(1);
  });

  it("gives up when the server says so, until one tries again", async () => {
    await connect();
    newest().events.onEvent("closing", {
      code: CloseCode.REPLACED,
      reason: "",
      message: "Elsewhere.",
      retry_after: null,
    });
    newest().events.onLost();
    inside.set(false);
    await advance(60_000);
    expect(line.state.get()).toEqual({ kind: "closed", code: CloseCode.REPLACED, message: "Elsewhere." });
    expect(connections.length).toBe(1);
    line.retry();
    await settle();
    expect(connections.length).toBe(2);
  });

  it("stops for people who are signed out, and tries on when the venue cannot be reached", async () => {
    pass = () => Promise.reject(new Error("offline"));
    line.start();
    await settle();
    expect(line.state.get().kind).toBe("reconnecting");
    pass = async () => null;
    await advance(3_000);
    expect(line.state.get()).toMatchObject({ kind: "closed", code: CloseCode.NOT_SIGNED_IN });
    expect(connections.length).toBe(0);
  });

  it("measures the round trip and takes a silent line for dead", async () => {
    await connect();
    await settle();
    expect(line.roundTripMs).toBe(0);
    newest().answers = { sync: () => new Promise(() => undefined) };
    await advance(20_000);
    expect(connections[0]!.closed).toBe(true);
    expect(told).toContain("down");
  });

  it("is silent after it was stopped", async () => {
    await connect();
    line.stop();
    expect(newest().closed).toBe(true);
    expect(line.state.get().kind).toBe("off");
    await advance(20_000);
    expect(connections.length).toBe(1);
  });

  it("comes back with the venue's line when it ended because that one was replaced by this page itself", async () => {
    await connect();
    inside.set(false);
    close(CloseCode.REPLACED);
    await advance(5_000);
    expect(line.state.get().kind).toBe("closed");
    inside.set(true);
    await settle();
    expect(connections.length).toBe(2);
    newest().events.onUp();
    expect(line.state.get().kind).toBe("connected");
  });

  it("comes back also when it hears of its end after the welcome, once", async () => {
    await connect();
    inside.set(false);
    inside.set(true);
    close(CloseCode.REPLACED);
    await advance(1_000);
    expect(connections.length).toBe(2);
    newest().events.onUp();
    close(CloseCode.REPLACED);
    await advance(60_000);
    expect(connections.length).toBe(2);
    inside.set(false);
    inside.set(true);
    await settle();
    expect(connections.length).toBe(3);
  });

  it("leaves the line to another page that took both", async () => {
    await connect();
    close(CloseCode.REPLACED);
    await advance(500);
    inside.set(false);
    await advance(60_000);
    expect(connections.length).toBe(1);
  });

  it("stays closed after a welcome when it was closed for what it did itself", async () => {
    await connect();
    close(CloseCode.MALFORMED);
    inside.set(false);
    inside.set(true);
    await advance(60_000);
    expect(connections.length).toBe(1);
  });
});
