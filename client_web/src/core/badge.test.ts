import { expect, it } from "vitest";
import { drawTag } from "../render/tags/draw";
import { badgeText } from "./badge";

it("writes badges in sentence case, those it does not know, too", () => {
  expect(["speaker", "chair", "press", ""].map(badgeText)).toEqual(["Speaker", "Chair", "Press", ""]);
});

it("is what name plates show", () => {
  const written: string[] = [];
  const canvas = new Proxy({} as Record<string, unknown>, {
    get: (_, name) => {
      if (name === "measureText") return (text: string) => ({ width: text.length * 10 });
      return name === "fillText" ? (text: string) => written.push(text) : () => undefined;
    },
    set: () => true,
  });
  const words = { name: "Ana", affiliation: "", badge: "speaker" };
  drawTag(canvas as unknown as CanvasRenderingContext2D, words, false);
  expect(written).toEqual(["Speaker", "Ana"]);
});
