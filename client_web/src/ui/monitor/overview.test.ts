import { describe, expect, it } from "vitest";
import {
  agoText,
  askOverview,
  comes,
  detail,
  goesTo,
  leftOut,
  lineText,
  loudness,
  news,
  problemsByKey,
  rateText,
  reach,
  shares,
  sourceName,
  standing,
  stuckText,
} from "./overview";
import { CAMERA, HALL, MICROPHONE, OVERVIEW, QUIET, STOPPED } from "./testing";

describe("asking", () => {
  it("names the room, and passes on what the venue says", async () => {
    const asked: string[] = [];
    const answers = (status: number, body: unknown): typeof fetch =>
      (async (address) => {
        asked.push(address as string);
        return Response.json(body, { status });
      }) as typeof fetch;
    expect(await askOverview("", answers(200, OVERVIEW))).toEqual(OVERVIEW);
    await askOverview("a b", answers(200, OVERVIEW));
    expect(asked).toEqual(["/api/media", "/api/media?room=a%20b"]);
    const no = { code: "not_allowed", error: "This is for the staff of the room.", retry: false };
    await expect(askOverview("", answers(403, no))).rejects.toMatchObject({ code: "not_allowed", message: no.error });
    const page = async (): Promise<Response> => new Response("<html>", { status: 502 });
    await expect(askOverview("", page)).rejects.toMatchObject({ retry: true });
    await expect(askOverview("", () => Promise.reject(new Error("down")))).rejects.toMatchObject({
      code: "unreachable",
    });
  });
});

describe("what is said of changes", () => {
  it("says a problem once, however its seconds count up, and when all is well again", () => {
    const first = problemsByKey(OVERVIEW);
    expect(first.size).toBe(1);
    expect(news(new Map(), first)).toBe(
      "Main hall: Ana’s picture has not come for 6 s. Ask Ana to turn the camera off and on.",
    );
    const later = { ...HALL, problems: [{ ...STOPPED, text: "Ana’s picture has not come for 9 s." }] };
    const second = problemsByKey({ ...OVERVIEW, rooms: [later] });
    expect(news(first, second)).toBe("");
    expect(news(second, problemsByKey(QUIET))).toBe("All is well again.");
    expect(news(problemsByKey(QUIET), problemsByKey(QUIET))).toBe("");
    const busy = { ...QUIET, server_problems: [{ ...STOPPED, text: "It is busy.", advice: "Wait.", person: "" }] };
    expect(news(first, problemsByKey(busy))).toBe("Server: It is busy. Wait.");
  });
});

describe("words", () => {
  it("stand for a room by its worst problem", () => {
    expect(standing(HALL.problems)).toEqual({ tone: "danger", text: "1 problem" });
    expect(standing([{ ...STOPPED, severity: "warning" }])).toEqual({ tone: "sun", text: "Look at this" });
    expect(standing([{ ...STOPPED, severity: "note" }])).toEqual({ tone: "good", text: "All is well" });
    expect(standing([STOPPED, STOPPED]).text).toBe("2 problems");
  });

  it("stand for rates, times and sources", () => {
    expect([rateText(0), rateText(48_400), rateText(999_499), rateText(999_500), rateText(1_240_000)]).toEqual([
      "0 kbit/s",
      "48 kbit/s",
      "999 kbit/s",
      "1.0 Mbit/s",
      "1.2 Mbit/s",
    ]);
    expect([agoText(400), agoText(6_900), agoText(119_000), agoText(120_000)]).toEqual([
      "now",
      "6 s ago",
      "119 s ago",
      "2 min ago",
    ]);
    expect(sourceName(CAMERA)).toBe("Camera");
    expect(sourceName({ source: "camera", quality: 1 })).toBe("Camera, small");
    expect(sourceName({ source: "new_one", quality: 0 })).toBe("new_one");
  });

  it("say whether a source comes and what it is made of", () => {
    expect(comes(CAMERA)).toEqual({ tone: "good", text: "Comes" });
    expect(comes({ ...CAMERA, idle_ms: 3_000 })).toEqual({ tone: "danger", text: "Stopped 3 s ago" });
    expect(comes({ ...CAMERA, begun: false })).toEqual({ tone: "sun", text: "Not begun" });
    expect(comes({ ...MICROPHONE, silent_ms: 24_000 })).toEqual({ tone: "plain", text: "Silent for 24 s" });
    expect(detail(CAMERA)).toBe("1280 × 720, vp8, 25 pictures a second, whole picture 3 s ago");
    expect(detail({ ...MICROPHONE, asked_bit_rate: 24_000 })).toBe("opus, heard now, asked to keep to 24 kbit/s");
    expect(detail({ ...CAMERA, idle_ms: 5_000 })).toBe("1280 × 720, vp8, whole picture 3 s ago");
    expect(goesTo(CAMERA)).toBe("Goes to 38 people, of whom 2 are behind.");
    expect(goesTo({ viewers: 1, behind: 0 })).toBe("Goes to 1 person.");
    expect(goesTo({ viewers: 0, behind: 0 })).toBe("Goes to nobody.");
    expect([0, 48, null].map((round_trip_ms) => lineText({ round_trip_ms }))).toEqual([
      "line: under 1 ms there and back",
      "line: 48 ms there and back",
      "line not measured yet",
    ]);
    expect([loudness(0), loudness(57), loudness(92), loudness(127)]).toEqual([0, 0, 0.5, 1]);
  });

  it("answer whom the sound reaches", () => {
    const { publishers, audience } = HALL;
    expect(reach(HALL)).toBe("Sound reaches 38 of 40 people.");
    expect(reach({ publishers, audience: { ...audience, hears: 40 } })).toBe("Sound reaches all 40.");
    expect(reach({ publishers, audience: { ...audience, hears: 1, wants_sound: 1 } })).toContain("the one person");
    expect(reach({ publishers, audience: { ...audience, hears: 0, wants_sound: 0 } })).toContain("nobody listens");
    expect(reach({ publishers: [], audience })).toBe("");
    const only = (source: typeof CAMERA) => [{ person: "a", name: "A", round_trip_ms: 1, sources: [source] }];
    expect(reach({ publishers: only(CAMERA), audience })).toBe("No sound is sent.");
    expect(reach({ publishers: only({ ...MICROPHONE, idle_ms: 4_000 }), audience })).toContain("No sound comes here");
  });

  it("split the audience, with what was left out and who is stuck as far as one may know", () => {
    expect(shares(HALL.audience).reduce((sum, { count }) => sum + count, 0)).toBe(HALL.audience.viewers);
    expect(leftOut(HALL.audience).map(({ id, count }) => [id, count])).toEqual([
      ["group", 240],
      ["layers", 12],
    ]);
    expect(stuckText(HALL)).toBe("Dan, 1 more");
    expect(stuckText({ ...HALL, audience: { ...HALL.audience, stuck_people: [] }, unnamed: 2 })).toBe(
      "2 who watch from elsewhere",
    );
    expect(stuckText({ ...HALL, unnamed: 0 })).toBe("Dan");
  });
});
