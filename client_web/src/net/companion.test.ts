import { beforeEach, describe, expect, it } from "vitest";
import { FakeLine } from "../../test/fakes";
import { ManualClock } from "../core/clock";
import { makeBackbone, type SocketBackbone } from "./backbone_socket";
import { Companion } from "./companion";
import { ApiError, type PassAnswer } from "./http";
import { CloseCode } from "./protocol.gen";

const settle = async (): Promise<void> => {
  for (let i = 0; i < 10; i++) await Promise.resolve();
};
const PASS = { person: "me", token: "pass", expires_in: 300 } as PassAnswer;

describe("Companion", () => {
  let clock: ManualClock;
  let lines: FakeLine[];
  let backbone: SocketBackbone;
  let renew: () => Promise<PassAnswer>;
  let companion: Companion;
  const line = (): FakeLine => lines.at(-1)!;

  beforeEach(async () => {
    clock = new ManualClock();
    lines = [];
    renew = async () => PASS;
    backbone = makeBackbone({ clock, random: () => 0.5 });
    companion = new Companion({
      clock,
      random: () => 0.5,
      backbone,
      open: (auth, events) => {
        lines.push(new FakeLine(auth, events));
        return line();
      },
      renew: () => renew(),
    });
    companion.start();
    await settle();
  });

  it("connects without an avatar, and hands on what the event says", async () => {
    expect(line().auth).toMatchObject({ token: "pass", tier: "companion" });
    expect([companion.state.get().kind, backbone.line.get()]).toEqual(["connecting", "waiting"]);
    line().welcome();
    expect([companion.state.get().kind, backbone.line.get()]).toEqual(["connected", "live"]);
    line().events.onEvent("rooms", { whole: true, rooms: [["hall", 1, 0, false, "open", "", "", ""]] });
    expect([...backbone.rooms.get().keys()]).toEqual(["hall"]);
  });

  it("comes back with a new pass after the line was lost, or was silent for too long", async () => {
    line().welcome();
    line().events.onLost();
    expect([companion.state.get().kind, backbone.line.get()]).toEqual(["waiting", "waiting"]);
    clock.advance(1_000);
    await settle();
    expect(lines).toHaveLength(2);
    line().welcome();
    for (let second = 0; second < 10; second++) clock.advance(1_000);
    expect(backbone.line.get()).toBe("waiting");
    await settle();
    expect(lines.length).toBeGreaterThanOrEqual(3);
  });

  it("stays while the server gives signs of life", () => {
    line().welcome();
    for (let second = 0; second < 30; second++) {
      clock.advance(1_000);
      if (second % 5 === 0) line().events.onHeard();
    }
    expect(companion.state.get().kind).toBe("connected");
  });

  it("stops where coming back is of no use, and says why", async () => {
    line().welcome();
    const message = "You may not be here.";
    line().events.onEvent("closing", { code: CloseCode.NOT_ADMITTED, reason: "", message, retry_after: null });
    line().events.onLost();
    expect(companion.state.get()).toEqual({ kind: "closed", message });
    clock.advance(60_000);
    expect(lines).toHaveLength(1);
    renew = async () => Promise.reject(new ApiError("not_signed_in", "Sign in again.", 401, false));
    companion.retry();
    await settle();
    expect(companion.state.get()).toEqual({ kind: "closed", message: "Sign in again." });
  });
});
