import { expect, it } from "vitest";
import type { VenueBackbone } from "../../net/backbone";
import { fileName, wholeTranscript } from "./save";

function backbone(pages: readonly { text: string; next: number; lines: number }[]): {
  ask: VenueBackbone["ask"];
  asked: number[];
} {
  const asked: number[] = [];
  const ask = (_name: string, body: { first?: number }): Promise<unknown> => {
    asked.push(body.first ?? 0);
    return Promise.resolve({ session: "talk", ...pages[Math.min(asked.length, pages.length) - 1]! });
  };
  return { ask: ask as VenueBackbone["ask"], asked };
}

it("puts the pages together", async () => {
  const served = backbone([
    { text: "WEBVTT\n\na", next: 500, lines: 700 },
    { text: "b", next: 0, lines: 700 },
  ]);
  expect(await wholeTranscript(served, "talk", "vtt")).toBe("WEBVTT\n\nab");
  expect(served.asked).toEqual([0, 500]);
});

it("is empty where nothing was written, and ends whatever the server says", async () => {
  expect(await wholeTranscript(backbone([{ text: "WEBVTT\n\n", next: 0, lines: 0 }]), "talk", "vtt")).toBe("");
  const endless = backbone([{ text: "a", next: 500, lines: 1 }]);
  expect((await wholeTranscript(endless, "talk", "text")).length).toBe(100);
});

it("names files after the session", () => {
  expect([fileName("Ríos: a talk / 1", "vtt"), fileName("???", "text")]).toEqual(["Ríos-a-talk-1.vtt", "captions.txt"]);
});
