import { expect, it } from "vitest";
import { ownMic } from "./own_mic";

const NOW = 1_000;
const mute = { by: "chair", reason: "", until: 0, session: "talk" };
const SENT = { sent: true, muted: false, mutes: [null, null], now: NOW };

it("is heard, or muted by oneself, or not there", () => {
  expect(ownMic(SENT)).toEqual({ state: "heard", line: "" });
  expect(ownMic({ ...SENT, muted: true })).toEqual({ state: "muted", line: "You muted yourself." });
  expect(ownMic({ ...SENT, sent: false }).state).toBe("none");
});

it("says that the chair muted it, why, and for as long as that holds, whatever one pressed oneself", () => {
  const barred = (reason: string, until = 0) =>
    ownMic({ ...SENT, muted: true, mutes: [null, { ...mute, reason, until }] });
  expect(barred("")).toEqual({ state: "barred", line: "Muted by the chair. Nobody hears you." });
  expect(barred("There is an echo.").line).toBe("Muted by the chair: There is an echo. Nobody hears you.");
  expect(barred("", NOW + 1).state).toBe("barred");
  expect(barred("", NOW).state).toBe("muted");
  // Without a microphone, too: it would be refused.
  expect(ownMic({ ...SENT, sent: false, mutes: [mute] }).state).toBe("barred");
});
