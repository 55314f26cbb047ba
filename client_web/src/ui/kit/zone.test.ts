import { describe, expect, it } from "vitest";
import { duration, instant, knownZone, longDay, sameZone, span, utcName, wall, zoneName } from "./zone";

const at = (text: string): number => Date.parse(text);
const MADRID = "Europe/Madrid";

describe("the wall clock of a zone", () => {
  it("shows what people there see", () => {
    expect(wall(at("2025-11-03T08:30:00Z"), MADRID)).toEqual({ day: "2025-11-03", time: "09:30" });
    expect(wall(at("2025-11-03T23:30:00Z"), "Asia/Kolkata")).toEqual({ day: "2025-11-04", time: "05:00" });
    expect(wall(at("2025-11-03T23:00:00Z"), MADRID).time).toBe("00:00");
  });

  it("is turned back into the instant, on ordinary days and round the changes of the clock", () => {
    for (const text of [
      "2025-11-03T08:30:00Z",
      "2025-10-26T03:30:00Z",
      "2025-03-30T00:59:00Z",
      "2025-03-30T01:00:00Z",
    ]) {
      const { day, time } = wall(at(text), MADRID);
      expect(instant(day, time, MADRID)).toBe(at(text));
    }
  });

  it("takes the first of two equal hours in autumn, and goes on in the hour that is skipped in spring", () => {
    expect(instant("2025-10-26", "02:30", MADRID)).toBe(at("2025-10-26T00:30:00Z"));
    expect(instant("2025-03-30", "02:30", MADRID)).toBe(at("2025-03-30T01:30:00Z"));
  });

  it("says when nothing can be read", () => {
    expect(instant("", "", MADRID)).toBeNaN();
    expect(instant("2025-13-40", "09:00", MADRID)).toBeNaN();
  });
});

describe("names", () => {
  it("names zones by their word and their distance from UTC that day", () => {
    expect(zoneName(MADRID, at("2025-11-03T09:00:00Z"))).toBe("Central European Standard Time (UTC+1)");
    expect(zoneName(MADRID, at("2025-07-03T09:00:00Z"))).toBe("Central European Summer Time (UTC+2)");
    expect(utcName("Asia/Kolkata", at("2025-07-03T09:00:00Z"))).toBe("UTC+5:30");
    expect(utcName("America/St_Johns", at("2025-01-03T09:00:00Z"))).toBe("UTC−3:30");
    expect(utcName("UTC", 0)).toBe("UTC");
  });

  it("knows when one zone is enough", () => {
    expect(sameZone(MADRID, "Europe/Paris", at("2025-11-03T09:00:00Z"))).toBe(true);
    expect(sameZone(MADRID, "Europe/London", at("2025-11-03T09:00:00Z"))).toBe(false);
  });

  it("falls back to UTC for a zone that does not exist", () => {
    expect(knownZone("Nowhere/Land")).toBe("UTC");
    expect(knownZone(MADRID)).toBe(MADRID);
  });

  it("writes days, spans and durations as people do", () => {
    expect(longDay(at("2025-11-03T09:00:00Z"), MADRID)).toContain("3 November 2025");
    expect(span(at("2025-11-03T08:30:00Z"), at("2025-11-03T09:15:00Z"), MADRID)).toBe("09:30 to 10:15");
    expect(span(at("2025-11-03T22:30:00Z"), at("2025-11-03T23:15:00Z"), MADRID)).toContain("(Tue 4 Nov)");
    expect([0, 45, 60, 90].map((m) => duration(m * 60_000))).toEqual(["0 min", "45 min", "1 h", "1 h 30 min"]);
  });
});
