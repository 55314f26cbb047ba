// @vitest-environment happy-dom
import { beforeEach, describe, expect, it } from "vitest";
import { type Place, placeOf, Router } from "./router";

describe("the page of an address", () => {
  it.each([
    ["/", "event", ""],
    ["/event", "event", ""],
    ["/programme/", "programme", ""],
    ["/programme/opening", "programme", "opening"],
    ["/organise/people", "organise", "people"],
    ["/programme/a%20b", "programme", "a b"],
    ["/programme/%E0%A4%A", "programme", "%E0%A4%A"],
    ["/sign-in", "sign-in", ""],
    ["/recordings", "watch", ""],
    ["/recordings/opening", "watch", "opening"],
  ])("%s", (path, page, rest) => expect(placeOf(path)).toEqual({ page, rest }));

  it.each([
    "/enter",
    "/nothing",
    "/event/more",
    "/organise/people/more",
    "/recordings/a/b",
    "/constructor",
    "/__proto__",
  ])("%s is not ours", (path) => expect(placeOf(path)).toBeNull());
});

describe("going about", () => {
  let seen: (Place | null)[];
  let loaded: string[];
  let stack: string[];
  let pop: (() => void)[];
  let router: Router;

  beforeEach(() => {
    seen = [];
    loaded = [];
    pop = [];
    stack = ["/event"];
    const browser = {
      location: {
        get pathname() {
          return new URL(stack.at(-1)!, "http://venue.test").pathname;
        },
        origin: "http://venue.test",
        hash: "",
        assign: (url: string | URL) => void loaded.push(String(url)),
      },
      history: {
        pushState: (_: unknown, __: string, url?: string | URL | null) => void stack.push(String(url)),
        replaceState: (_: unknown, __: string, url?: string | URL | null) => void stack.splice(-1, 1, String(url)),
      },
      addEventListener: (_: string, run: () => void) => void pop.push(run),
      removeEventListener: (_: string, run: () => void) => void pop.splice(pop.indexOf(run), 1),
    };
    router = new Router(browser, (place) => seen.push(place));
  });

  function click(html: string, init: MouseEventInit = {}): boolean {
    document.body.innerHTML = html;
    let taken = false;
    document.body.addEventListener("click", (event) => (taken = router.click(event)), { once: true });
    const target = document.querySelector("[data-click]") ?? document.querySelector("a")!;
    target.dispatchEvent(new MouseEvent("click", { bubbles: true, cancelable: true, ...init }));
    return taken;
  }

  it("moves within the pages by links, also through what lies inside of a link", () => {
    expect(click('<a href="/programme/x?day=2"><b data-click>x</b></a>')).toBe(true);
    expect(stack).toEqual(["/event", "/programme/x?day=2"]);
    expect(seen).toEqual([{ page: "programme", rest: "x" }]);
  });

  it("leaves other documents, other sites, new tabs and downloads to the browser", () => {
    for (const html of [
      '<a href="/enter">x</a>',
      '<a href="/">x</a>',
      '<a href="//other.test/event">x</a>',
      '<a href="mailto:a@b.test">x</a>',
      '<a href="/event" target="_blank">x</a>',
      '<a href="/event" download>x</a>',
    ])
      expect(click(html), html).toBe(false);
    expect(click('<a href="/event">x</a>', { ctrlKey: true })).toBe(false);
    expect(click('<a href="/event">x</a>', { button: 1 })).toBe(false);
    expect(stack).toEqual(["/event"]);
  });

  it("loads the 3D entry and replaces where asked", () => {
    router.go("/enter");
    expect(loaded).toEqual(["http://venue.test/enter"]);
    router.go("/my", "replace");
    expect(stack).toEqual(["/my"]);
  });

  it("follows the browser's own buttons until it is stopped", () => {
    router.go("/speakers");
    stack.pop();
    pop.forEach((run) => run());
    expect(seen.at(-1)).toEqual({ page: "event", rest: "" });
    router.stop();
    expect(pop).toEqual([]);
  });
});
