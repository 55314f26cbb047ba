import { describe, expect, it } from "vitest";
import { clock, type MicFacts, micFace } from "./face";

const OFF: MicFacts = {
  mode: "activity",
  opening: false,
  phase: null,
  speaking: false,
  held: false,
  trouble: null,
  barred: null,
  floor: null,
  stage: null,
  key: "V",
};

describe("what the microphone shows", () => {
  it.each([
    [{ stage: "live" }, true, "the room hears you"],
    [{ stage: "live", mode: "hold" }, true, "the room hears you"],
    [{ stage: "muted", trouble: { code: "muted", message: "Old." } }, false, "nobody hears you"],
    [{ stage: "refused", barred: { code: "muted", message: "You were muted." } }, false, "You were muted."],
    [{ stage: "refused" }, false, "open your desk"],
  ] as const)("is the one of the stage while that goes out: %j", (facts, on, words) => {
    const face = micFace({ ...OFF, ...facts });
    expect(face).toMatchObject({ text: "Mic", on });
    expect(face.line).toContain(words);
  });

  it("says nothing while it is off and nothing is against it", () => {
    expect(micFace(OFF)).toMatchObject({ icon: "micOff", text: "Mic", on: false, line: "" });
  });

  it.each([
    [{ opening: true }, false, "starting"],
    [{ phase: "starting" }, false, "starting"],
    [{ phase: "waiting" }, true, "when the connection is back"],
    [{ phase: "live" }, true, "is on."],
    [{ phase: "live", speaking: true }, true, "You are heard."],
    [{ phase: "live", mode: "hold" }, false, "Hold V or"],
    [{ phase: "muted", mode: "hold", key: "" }, false, "Hold the microphone button"],
    [{ phase: "live", mode: "hold", held: true }, true, "You are talking."],
    [{ phase: "live", floor: { left: 61.2 } }, true, "The whole room hears you. 1:02 left."],
    [{ floor: { left: 5 } }, false, "You are now able to speak to the whole room: turn your microphone on. 0:05 left."],
    [{ floor: { left: null } }, false, "turn your microphone on."],
    [{ barred: { code: "muted", message: "You were muted." } }, false, "You were muted."],
    [{ trouble: { code: "denied", message: "Allow it." }, floor: { left: 5 } }, false, "Allow it."],
  ] as const)("%j", (facts, on, line) => {
    const face = micFace({ ...OFF, ...(facts as Partial<MicFacts>) });
    expect(face.on).toBe(on);
    expect(face.line).toContain(line);
  });

  it("keeps its name whatever it does, and is told apart without colour", () => {
    const [on, off] = [micFace({ ...OFF, phase: "live" }), micFace(OFF)];
    expect(on.text).toBe(off.text);
    expect(on.icon).not.toBe(off.icon);
  });
});

it("counts down in minutes and seconds", () => {
  expect([clock(0), clock(59.2), clock(60), clock(725), clock(-3)]).toEqual(["0:00", "1:00", "1:00", "12:05", "0:00"]);
});
