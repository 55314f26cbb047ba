// @vitest-environment happy-dom
import axe from "axe-core";
import { flushSync, mount, unmount } from "svelte";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { Hall } from "../talk/testing";
import { button, press, textOf } from "../testing/fake_ui";
import Monitor from "./Monitor.svelte";
import { HALL, OVERVIEW, QUIET, STOPPED } from "./testing";

// On a busy machine axe takes seconds.
vi.setConfig({ testTimeout: 60_000 });

let answer: () => Response | Promise<Response>;
let asked: string[];
let app: object | undefined;
let hall: Hall | undefined;

beforeEach(() => {
  vi.useFakeTimers();
  asked = [];
  answer = () => Response.json(OVERVIEW);
  vi.stubGlobal("fetch", async (address: string) => {
    asked.push(address);
    return answer();
  });
});

afterEach(() => {
  if (app !== undefined) void unmount(app);
  app = undefined;
  hall?.hide();
  hall = undefined;
  document.body.replaceChildren();
  vi.unstubAllGlobals();
  vi.useRealTimers();
});

async function later(ms = 0): Promise<void> {
  await vi.advanceTimersByTimeAsync(ms);
  flushSync();
}

async function show(room = ""): Promise<void> {
  const target = document.createElement("main");
  document.body.replaceChildren(target);
  app = mount(Monitor, { target, props: { room } });
  await later();
}

const text = (): string => textOf(document.querySelector("main"));
const status = (): string => textOf(document.querySelector("[role=status]"));

describe("the monitor", () => {
  it("shows problems first, then who sends, who gets it, and the server", async () => {
    await show();
    const shown = textOf(document.querySelector(".monitor"));
    const at = (part: string): number => {
      expect(shown).toContain(part);
      return shown.indexOf(part);
    };
    const order = [
      "1 problem",
      "Ana’s picture has not come for 6 s.",
      "Ask Ana to turn the camera off and on.",
      "Sound reaches 38 of 40 people.",
      "line: 48 ms there and back",
      "Stopped 6 s ago",
      "line not measured yet",
      "Silent for 24 s",
      "Cleo was told: “You were muted.”",
      "Get everything 20",
      "Dan, 1 more",
      "Slowest lines: 900 ms, 420 ms, 300 ms",
      "240 of pictures that were too late; 12 of every other picture",
      "48.2 Mbit/s",
    ].map(at);
    expect(order).toEqual([...order].sort((a, b) => a - b));
    vi.useRealTimers(); // axe waits for itself
    const { violations } = await axe.run(document.querySelector("main")!, {
      rules: { "color-contrast": { enabled: false } },
    });
    expect(violations.flatMap(({ id, nodes }) => nodes.map(({ html }) => `${id}: ${html}`))).toEqual([]);
  });

  it("asks again every few seconds, and says what is new once", async () => {
    await show();
    expect(status()).toContain("Main hall: Ana’s picture has not come");
    const said = status();
    answer = () =>
      Response.json({ ...OVERVIEW, rooms: [{ ...HALL, problems: [{ ...STOPPED, text: "Not for 9 s." }] }] });
    await later(2_500);
    expect(asked).toHaveLength(2);
    expect(text()).toContain("Not for 9 s.");
    expect(status()).toBe(said);
    answer = () => Response.json({ ...OVERVIEW, rooms: [{ ...HALL, problems: [] }] });
    await later(2_500);
    expect(status()).toBe("All is well again.");
  });

  it("can be paused, for whoever reads it, and goes on at once", async () => {
    await show();
    press("Pause");
    await later(10_000);
    expect(asked).toHaveLength(1);
    expect(text()).toContain("Paused: nothing changes.");
    expect(button("Pause").getAttribute("aria-pressed")).toBe("true");
    press("Pause");
    await later();
    expect(asked).toHaveLength(2);
  });

  it("keeps what it knows when the venue does not answer, says how old that is, and comes back", async () => {
    await show();
    answer = () => Promise.reject(new Error("down"));
    await later(10_000);
    expect(textOf(document.querySelector("[role=alert]"))).toContain("The venue cannot be reached");
    expect(text()).toMatch(/As it was \d+ s ago/);
    expect(text()).toContain("Ana’s picture");
    answer = () => Response.json(QUIET);
    press("Try again");
    await later();
    expect(document.querySelector("[role=alert]")).toBeNull();
    expect(text()).toContain("Nothing is on air");
  });

  it("says why somebody may not look", async () => {
    answer = () => Response.json({ code: "not_allowed", error: "This is for the staff." }, { status: 403 });
    await show("hall");
    expect(asked).toEqual(["/api/media?room=hall"]);
    expect(textOf(document.querySelector("[role=alert]"))).toContain("This is for the staff.");
  });
});

describe("in the hall", () => {
  async function enter(acts: readonly string[]): Promise<void> {
    vi.useRealTimers();
    localStorage.clear();
    localStorage.setItem("turia.appearance", JSON.stringify({ guideSeen: true }));
    vi.spyOn(Element.prototype, "scrollIntoView").mockImplementation(() => undefined);
    hall = new Hall();
    hall.backbone.answers["room.mine"] = { rooms: [{ room: "hall", may_enter: true, acts }] };
    await hall.show();
    press("Rooms");
    await hall.settled();
    press("Manage");
    await hall.settled();
  }

  it("is one press away from managing a room, for its staff", async () => {
    await enter(["room.staff", "room.admit"]);
    press("Monitor Main hall");
    await vi.waitFor(() => {
      flushSync();
      expect(textOf(document.querySelector(".sheet"))).toContain("Sound reaches 38 of 40 people.");
    }, 20_000);
    expect(asked).toContain("/api/media?room=hall");
    expect(document.querySelector("[role=tab][aria-selected=true]")?.textContent.trim()).toBe("Monitor");
  });

  it("is not there for others", async () => {
    await enter(["room.admit"]);
    expect(() => button("Monitor Main hall")).toThrow("no button");
  });
});
