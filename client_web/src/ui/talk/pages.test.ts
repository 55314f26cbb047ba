import { beforeEach, describe, expect, it } from "vitest";
import { ManualClock } from "../../core/clock";
import { pageAddress, pageAlternative, Pages } from "./pages";

let clock: ManualClock;
let loaded: string[];
let asked: string[];
let answer: () => Promise<unknown>;
let pages: Pages;

beforeEach(() => {
  [clock, loaded, asked] = [new ManualClock(), [], []];
  answer = async () => ({ pages: [{ text: "One", width: 10, height: 5 }] });
  pages = new Pages({
    clock,
    random: () => 0.5,
    load: (address) => loaded.push(address),
    ask: (address) => {
      asked.push(address);
      return answer();
    },
  });
});

describe("pages of slides", () => {
  it("fetches the next two after a moment that differs from person to person", () => {
    pages.shown("d", 1, 9, 1920);
    expect(loaded).toEqual([]);
    clock.advance(2_000);
    expect(loaded).toEqual([pageAddress("d", 2, 1920), pageAddress("d", 3, 1920)]);
  });

  it("fetches nothing twice, nothing beyond the end, and nothing for a page that was left", () => {
    pages.shown("d", 1, 4, 640);
    clock.advance(2_000);
    pages.shown("d", 2, 4, 640);
    clock.advance(2_000);
    pages.shown("d", 3, 4, 640);
    clock.advance(2_000);
    expect(loaded).toEqual([2, 3, 4].map((page) => pageAddress("d", page, 640)));
    loaded.length = 0;
    pages.shown("e", 1, 9, 640);
    pages.shown("e", 5, 9, 640);
    clock.advance(9_000);
    expect(loaded).toEqual([6, 7].map((page) => pageAddress("e", page, 640)));
    pages.shown("f", 1, 9, 640);
    pages.stop();
    clock.advance(9_000);
    expect(loaded.length).toBe(2);
  });

  it("asks for the words once, and again only where there were none", async () => {
    answer = async () => Promise.reject(new Error("not ready"));
    expect(await pages.texts("d")).toEqual([]);
    answer = async () => ({ pages: [{ text: "One", width: 10, height: 5 }] });
    expect((await pages.texts("d"))[0]?.text).toBe("One");
    await pages.texts("d");
    expect(asked).toEqual(["/api/decks/d/text", "/api/decks/d/text"]);
  });

  it("keeps ids of decks inside the address", () => {
    expect(pageAddress("../x?y", 1, 640)).toBe("/api/decks/..%2Fx%3Fy/pages/1.webp?width=640");
  });

  it("reads a page in words", () => {
    expect(pageAlternative(2, 9, " Cities\n learn ")).toBe("Page 2 of 9: Cities learn");
    expect(pageAlternative(2, 9, "")).toBe("Page 2 of 9");
    expect(pageAlternative(2, 9, undefined)).toBe("Page 2 of 9");
  });
});
