import { describe, expect, it } from "vitest";
import type { Info, Session } from "../../net/event.gen";
import { bounds, countryName, daysOf, ofItsDays, placeOf, registrationSentence, until } from "./facts";

const info = (changes: Partial<Info>): Info =>
  ({ first_day: "", last_day: "", city: "", country: "", ...changes }) as Info;
const session = (start: number, end: number, cancelled = false): Session => ({ start, end, cancelled }) as Session;
const ZONE = "Europe/Madrid";

describe("the days", () => {
  it("are named in the event's zone, one or from one to another", () => {
    expect(daysOf(info({ first_day: "2025-11-03" }), ZONE)).toMatch(/^Monday,? 3 November 2025$/);
    expect(daysOf(info({ first_day: "2025-11-03", last_day: "2025-11-03" }), ZONE)).not.toContain(" to ");
    expect(daysOf(info({ first_day: "2025-11-03", last_day: "2025-11-04" }), ZONE)).toContain(" to Tuesday");
  });
  it("are left out while nobody has set them", () => {
    expect(daysOf(info({}), ZONE)).toBe("");
    expect(daysOf(info({ first_day: "soon" }), ZONE)).toBe("");
  });
});

it("names the place with what is known", () => {
  expect(placeOf(info({ city: "Valencia", country: "ES" }))).toBe("Valencia, Spain");
  expect(placeOf(info({ country: "ES" }))).toBe("Spain");
  expect(countryName("PS")).toBe("State of Palestine");
  expect(countryName("")).toBe("");
  expect(countryName("??")).toBe("??");
});

it("counts from the first to the last that is not cancelled", () => {
  expect(bounds([session(5, 9), session(1, 2, true), session(3, 20)])).toEqual({ start: 3, end: 20 });
  expect(bounds([session(1, 2, true)])).toBeNull();
});

it("counts what lies on the days of the event only, in its own zone", () => {
  const at = (text: string): Session => session(Date.parse(text), Date.parse(text) + 1);
  const all = [at("2025-10-27T09:00:00Z"), at("2025-11-02T23:30:00Z"), at("2025-11-03T22:59:00Z")];
  const day = info({ first_day: "2025-11-03", last_day: "2025-11-03" });
  expect(ofItsDays(all, day, ZONE)).toEqual(all.slice(1));
  expect(ofItsDays(all, info({ first_day: "2025-11-03" }), "UTC")).toEqual(all.slice(2));
  expect(ofItsDays(all, info({}), ZONE)).toEqual(all);
});

it("says how long it takes, in words", () => {
  const hour = 3_600_000;
  const say = (before: number): string => until(100 * 24 * hour, 101 * 24 * hour, 100 * 24 * hour - before);
  expect(say(72 * hour)).toBe("It begins in 3 days.");
  expect(say(90 * 60_000)).toBe("It begins in 1 hour.");
  expect(say(60_000)).toBe("It begins in 1 minute.");
  expect(say(-hour)).toBe("It is on now.");
  expect(say(-24 * hour)).toBe("This event is over.");
});

it("says how one gets in, and that it is free", () => {
  for (const mode of ["open", "approval", "invitation"] as const)
    expect(registrationSentence({ registration: mode } as never)).toContain("free");
  expect(registrationSentence(null)).toContain("free");
  expect(registrationSentence({ registration: "open" } as never, true)).toContain("without registering");
  expect(registrationSentence({ registration: "closed" } as never, true)).toBe("Registration is closed.");
});
