import { describe, expect, it } from "vitest";
import { barredBy, floorOf, type RoomFacts } from "./floor";

const NOW = 1_000_000;
const QUIET: RoomFacts = {
  session: "",
  title: "",
  live: false,
  grant: null,
  onAir: null,
  mutes: [],
  audience: null,
  now: NOW,
};
const LIVE = { ...QUIET, session: "s1", title: "Water", live: true };
const GRANT = { session: "s1", since: 0, until: NOW + 90_000, by: "chair", name: "Ana", recorded: false };
const MUTE = { by: "chair", reason: "", until: 0, session: "" };

describe("whom the whole room hears", () => {
  it("is who has the microphone of what is live, as long as it lasts", () => {
    expect(floorOf({ ...LIVE, grant: GRANT })).toEqual({ left: 90 });
    expect(floorOf({ ...LIVE, grant: { ...GRANT, until: 0 } })).toEqual({ left: null });
    expect(floorOf({ ...LIVE, grant: { ...GRANT, until: NOW } })).toBe(null);
    expect(floorOf({ ...LIVE, grant: { ...GRANT, session: "s0" } })).toBe(null);
    expect(floorOf({ ...LIVE, live: false, grant: GRANT })).toBe(null);
  });

  it("is who is on air", () => {
    expect(floorOf({ ...LIVE, onAir: { session: "s1", since: 0, sources: [], name: "Ana" } })).toEqual({ left: null });
  });
});

describe("what is against speaking", () => {
  it("is nothing where nothing is on", () => {
    expect(barredBy(QUIET)).toBe(null);
    expect(barredBy({ ...LIVE, grant: GRANT })).toBe(null);
  });

  it("is a talk, a muted audience, a mute: in the room or everywhere", () => {
    expect(barredBy(LIVE)).toMatchObject({ code: "one_focus", message: expect.stringContaining("“Water” is on") });
    expect(barredBy({ ...QUIET, audience: { by: "chair", session: "" } })?.code).toBe("audience_muted");
    expect(barredBy({ ...LIVE, grant: GRANT, mutes: [null, MUTE] })?.code).toBe("muted");
    expect(barredBy({ ...QUIET, mutes: [{ ...MUTE, reason: "Too loud." }] })?.message).toBe(
      "You were muted: Too loud. Your raised hand is seen all the same.",
    );
    expect(barredBy({ ...QUIET, mutes: [{ ...MUTE, until: NOW }] })).toBe(null);
  });
});
