// @vitest-environment happy-dom
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { FakeLine, FakeRenderer, place } from "../../test/fakes";
import { smallVenue } from "../../test/golden";
import { flatWalk } from "../../test/zip";
import { ManualClock } from "../core/clock";
import { DEFAULT_SETTINGS } from "../core/settings";
import { Api } from "../net/http";
import { CommandError } from "../net/command_error";
import { CloseCode } from "../net/protocol.gen";
import { Controller, type ControllerParts, defaultsFor } from "./controller";
import { debugOf } from "./debug";
import { Storage } from "./storage";

const LOOK = [1, 2, 3, 4, 5, 6, 7, 0] as const;
const VENUE_JSON = new TextEncoder().encode(JSON.stringify(smallVenue()));
const WALK = new Uint8Array(flatWalk(40));

let clock: ManualClock;
let lines: FakeLine[];
let renderers: FakeRenderer[];
let controller: Controller;
let controllerParts: { -readonly [K in keyof ControllerParts]: ControllerParts[K] };
let storage: Storage;
/** What those are who ask; null: that cannot be asked. */
let roles: readonly string[] | null;
let refuse: { status: number; body: unknown } | null;
let realFetch: typeof fetch;
let frame: ((now: number) => void) | null;
let canvas: HTMLCanvasElement;
let failing: string | null;

const line = (): FakeLine => lines[lines.length - 1]!;
const renderer = (): FakeRenderer => renderers[renderers.length - 1]!;
const route = (): string => controller.stores.route.get();

function json(body: unknown, status = 200): Response {
  return new Response(JSON.stringify(body), { status });
}

/** The server's HTTP side. */
async function serve(input: unknown, init?: RequestInit): Promise<Response> {
  const path = String(input);
  if (path === "/api/venue") {
    const file = (name: string, bytes: number): object => ({ url: `/venue/v1/${name}`, bytes });
    return json({
      title: "Small",
      subtitle: "",
      venue: "v1",
      guests: true,
      people: 2,
      capacity: 10,
      profile: "demo",
      banner: "",
      files: {
        "venue.glb": file("venue.glb", 8),
        "venue.json": file("venue.json", VENUE_JSON.length),
        "walk.npz": file("walk.npz", WALK.length),
      },
    });
  }
  if (path.endsWith("venue.glb")) return new Response(new Uint8Array(8));
  if (path.endsWith("venue.json")) return new Response(VENUE_JSON);
  if (path.endsWith("walk.npz")) return new Response(WALK);
  if (path.endsWith("my.permissions")) return roles === null ? new Response("", { status: 500 }) : json({ roles });
  if (refuse !== null) return json(refuse.body, refuse.status);
  const { name = "Me", look = LOOK } = JSON.parse(String(init?.body ?? "{}")) as { name?: string; look?: number[] };
  return json({ person: "me", name, affiliation: "", badge: "", look, token: "t", expires_in: 300 });
}

/** Until something is so; real streams and promises need real turns of the loop. */
async function until(so: () => boolean): Promise<void> {
  for (let i = 0; i < 50_000 && !so(); i++) await new Promise((resolve) => setImmediate(resolve));
  expect(so()).toBe(true);
}

function frames(seconds: number): void {
  for (let t = 0; t < seconds; t += 1 / 60) {
    clock.advance(1000 / 60);
    lines.at(-1)?.events.onHeard();
    frame?.(clock.now());
  }
}

async function inside(): Promise<void> {
  await controller.start();
  const entering = controller.actions.enter({ name: "Ana", affiliation: "", look: LOOK });
  await until(() => lines.length === 1);
  await entering;
  line().welcome({ name: "Ana" });
  expect(route()).toBe("hall");
  frames(0.5);
}

beforeEach(() => {
  clock = new ManualClock(1000);
  lines = [];
  renderers = [];
  refuse = null;
  roles = ["nobody"];
  failing = null;
  frame = null;
  realFetch = globalThis.fetch;
  globalThis.fetch = serve as typeof fetch;
  globalThis.requestAnimationFrame = (run) => {
    frame = run;
    return 1;
  };
  globalThis.cancelAnimationFrame = () => (frame = null);
  Object.defineProperty(navigator, "getGamepads", { value: () => [], configurable: true });
  canvas = document.createElement("canvas");
  canvas.hidden = true;
  document.body.append(canvas);
  const kept = new Map<string, string>();
  const shelf = {
    getItem: (key: string) => kept.get(key) ?? null,
    setItem: (key: string, value: string) => void kept.set(key, value),
    removeItem: (key: string) => void kept.delete(key),
  };
  storage = new Storage(
    () => shelf,
    () => shelf,
  );
  controllerParts = {
    clock,
    random: () => 0.5,
    api: new Api(serve as typeof fetch),
    storage,
    canvas,
    open: (auth, events) => {
      lines.push(new FakeLine(auth, events));
      return line();
    },
    importRender: async () => ({
      createRenderer: () => {
        renderers.push(new FakeRenderer());
        renderer().fail = failing;
        return renderer();
      },
      createAvatarPreview: () => ({ setLook: () => undefined, play: () => undefined, dispose: () => undefined }),
    }),
    importNet: async () => undefined,
    importMedia: () => Promise.reject(new Error("no media in these tests")),
    defaults: DEFAULT_SETTINGS,
    look: (roundTripMs) => ({
      gpu: "Chip",
      secure: true,
      local: false,
      webSocket: true,
      memoryGb: 8,
      cores: 8,
      touch: false,
      roundTripMs,
    }),
    reload: () => undefined,
  };
  controller = new Controller(controllerParts);
});

afterEach(() => {
  globalThis.fetch = realFetch;
  document.querySelectorAll("canvas").forEach((each) => each.remove());
});

describe("Controller", () => {
  it("asks again by itself who is signed in, without taking the form away", async () => {
    const { identity } = controller.stores;
    roles = null;
    await controller.start();
    await until(() => identity.get() === "unknown");
    const seen: string[] = [];
    identity.subscribe((now) => seen.push(now));
    roles = ["nobody"];
    clock.advance(5_000);
    await until(() => identity.get() === "known");
    expect(seen).not.toContain("asking");
  });

  it("tells whether it is known who is signed in, and asks again", async () => {
    const { identity } = controller.stores;
    roles = null;
    expect(identity.get()).toBe("asking");
    await controller.start();
    await until(() => identity.get() === "unknown");
    roles = ["nobody"];
    controller.actions.whoAmI();
    expect(identity.get()).toBe("asking");
    await until(() => identity.get() === "known");
    expect(controller.stores.registered.get()).toBeNull();
  });

  it("goes from the entry page over loading into the hall", async () => {
    const steps: string[] = [];
    controller.stores.loading.subscribe(({ step }) => steps.push(step));
    await inside();
    expect(controller.stores.preflight.get()).toMatchObject({ done: true, quality: "high" });
    expect(steps).toContain("Putting up the building");
    expect(canvas.hidden).toBe(false);
    expect(renderer().frames).toBeGreaterThan(10);
    expect(controller.stores.self.get()).toMatchObject({ name: "Ana", room: "Outside", seat: -1 });
    expect(controller.stores.profile.get().look).toEqual([...LOOK]);
    const state = debugOf(controller).getState();
    expect(state).toMatchObject({ route: "hall", connection: "connected", drawCalls: 3, people: 3 });
    expect(state.self).toMatchObject({ x: 1, z: 1, name: "Ana" });
  });

  it("tells the renderer the quality before it makes its context", async () => {
    await inside();
    expect(renderer().calls.slice(0, 2)).toEqual(["quality high", "mount"]);
  });

  it("goes on inside after a reload, with the ticket of the place", async () => {
    storage.ticket = "my place";
    const starting = controller.start();
    expect(route()).toBe("loading");
    await until(() => lines.length === 1);
    await starting;
    expect(line().auth).toMatchObject({ token: "t", ticket: "my place" });
    line().welcome({ name: "Me" });
    expect(route()).toBe("hall");
    expect(storage.wasInside).toBe(true);
  });

  it("shows the form after a reload when the sign-in is gone", async () => {
    storage.ticket = "my place";
    refuse = { status: 401, body: { code: "not_signed_in", error: "You are not signed in.", retry: false } };
    await controller.start();
    expect(route()).toBe("entry");
    expect(controller.stores.entryProblem.get()).toBeNull();
  });

  it("shows the form when coming back did not succeed the last time", async () => {
    storage.ticket = "my place";
    storage.comingBack = true;
    await controller.start();
    expect(route()).toBe("entry");
    expect(lines).toHaveLength(0);
    expect(storage.wasInside).toBe(true);
  });

  it("shows the form without a ticket, and after leaving", async () => {
    await inside();
    line().events.onEvent("ticket", { ticket: "my place" });
    expect(storage.wasInside).toBe(true);
    await controller.actions.leave();
    expect(storage.wasInside).toBe(false);
  });

  it("shows why one may not enter, on the form", async () => {
    await controller.start();
    refuse = { status: 400, body: { code: "bad_name", error: "Write a name.", retry: false } };
    await controller.actions.enter({ name: "", affiliation: "", look: LOOK });
    expect(route()).toBe("entry");
    expect(controller.stores.entryProblem.get()).toMatchObject({ code: "bad_name", message: "Write a name." });
    expect(controller.stores.entering.get()).toBe(false);
  });

  it("leads back to the form when the venue does not let one in", async () => {
    await controller.start();
    await controller.actions.enter({ name: "Ana", affiliation: "", look: LOOK });
    await until(() => lines.length === 1);
    const { events } = line();
    events.onEvent("closing", { code: CloseCode.WRONG_ORIGIN, reason: "", message: "Not here.", retry_after: null });
    events.onLost();
    expect(route()).toBe("entry");
    expect(controller.stores.entryProblem.get()?.message).toBe("Not here.");
    expect(renderer().calls).toContain("dispose");
  });

  it("waits on the loading page while the venue is full", async () => {
    await controller.start();
    await controller.actions.enter({ name: "Ana", affiliation: "", look: LOOK });
    await until(() => lines.length === 1);
    const { events } = line();
    events.onEvent("closing", { code: CloseCode.FULL, reason: "", message: "Full.", retry_after: 5 });
    events.onLost();
    expect(route()).toBe("loading");
    expect(controller.stores.loading.get().step).toBe("Full.");
    clock.advance(8000);
    await until(() => lines.length === 2);
    line().welcome();
    expect(route()).toBe("hall");
  });

  it("walks to a click, says when there is no way, and nothing where no floor is", async () => {
    await inside();
    renderer().next = { kind: "ground", x: 3, y: 0, z: 1 };
    click();
    frames(3);
    expect(controller.stay!.world.avatar.x).toBeCloseTo(3, 0);
    renderer().next = { kind: "ground", x: 300, y: 0, z: 1 };
    click();
    expect(controller.stores.toasts.get()).toEqual([]);
    controller.actions.walkTo(300, 1);
    expect(controller.stores.toasts.get()).toHaveLength(1);
    vi.spyOn(controller.stay!.world, "walkTo").mockReturnValue("no_way");
    clock.advance(1000);
    click();
    expect(controller.stores.toasts.get().at(-1)?.text).toBe("There is no way there on foot.");
  });

  it("walks to a seat that is far, sits down, stands up", async () => {
    await inside();
    line().answers["sit"] = { place: place(3, 2, { seat: 1, yaw: 128 }), seq: 1 };
    line().answers["stand"] = { place: place(3, 2.6), seq: 2 };
    await controller.actions.walkTo(8, 8);
    frames(6);
    const sitting = controller.actions.sit(1);
    await sitting;
    expect(line().commands.map(([name]) => name)).not.toContain("sit");
    frames(6);
    await until(() => controller.stay!.world.avatar.seat === 1);
    frames(0.3);
    expect(controller.stores.prompt.get()).toEqual({ kind: "stand", label: "A2, Hall" });
    await controller.actions.stand();
    expect(controller.stay!.world.avatar.seat).toBe(-1);
  });

  it("sits down again where one stood up, and a press on the way asks for no other seat", async () => {
    await inside();
    const { world } = controller.stay!;
    line().answers["sit"] = { place: place(3, 2, { seat: 1, yaw: 128 }), seq: 1 };
    // Nearer to the other seat, as in front of a row.
    line().answers["stand"] = { place: place(2.4, 2.2), seq: 2 };
    const sat = (): unknown[] => line().commands.filter(([name]) => name === "sit");
    await controller.actions.sit(1);
    await until(() => world.avatar.seat === 1);
    controller.stay!.act("sit");
    await until(() => world.avatar.seat < 0);
    expect(sat()).toHaveLength(1);
    frames(0.3);
    expect(controller.stores.prompt.get()).toMatchObject({ kind: "sit", seat: 1 });
    controller.stay!.act("sit");
    controller.stay!.act("sit");
    await until(() => world.avatar.seat === 1);
    expect(sat().map((command) => (command as [string, unknown])[1])).toEqual([{ seat: 1 }, { seat: 1 }]);
  });

  it("shows one hint of keys at a time, until the picture has the keyboard", async () => {
    await inside();
    const button = document.createElement("button");
    document.body.append(button);
    for (const code of ["KeyW", "KeyA", "KeyS", "KeyD"])
      button.dispatchEvent(new KeyboardEvent("keydown", { code, key: code.at(-1)!.toLowerCase(), bubbles: true }));
    const texts = (): string[] => controller.stores.toasts.get().map(({ text }) => text);
    expect(texts()).toEqual([expect.stringContaining("so D does nothing")]);
    canvas.dispatchEvent(new FocusEvent("focus"));
    expect(texts()).toEqual([]);
    button.remove();
  });

  it("says why a command was refused and goes on", async () => {
    await inside();
    line().answers["sit"] = new CommandError("seat_taken", "Somebody sits there.", false);
    await controller.actions.sit(0);
    expect(controller.stores.toasts.get().at(-1)).toMatchObject({ kind: "info", text: "Somebody sits there." });
    renderer().next = { kind: "ground", x: 3, y: 0, z: 1 };
    click();
    frames(1);
    expect(controller.stay!.world.avatar.x).toBeGreaterThan(1.5);
  });

  it("searches people, and the newest search wins", async () => {
    await inside();
    const row = { person: "p", slot: 2, name: "Ben", affiliation: "", badge: "", room: "", metres: 3 };
    line().answers["find"] = { rows: [row], total: 1, offset: 0 };
    const first = controller.actions.findPeople("be");
    const second = controller.actions.findPeople("ben");
    await Promise.all([first, second]);
    expect(controller.stores.directory.get()).toMatchObject({ query: "ben", rows: [row], total: 1, loading: false });
    line().answers["find"] = new CommandError("too_many", "Too many searches. Wait a moment.", true);
    await controller.actions.findPeople("x");
    expect(controller.stores.directory.get().problem?.message).toBe("Too many searches. Wait a moment.");
  });

  it("keeps and applies settings", async () => {
    await inside();
    controller.actions.setSetting("fov", 80);
    expect(controller.stay!.world.camera.state.fov).toBe(80);
    controller.actions.setCameraMode("first");
    expect(controller.stay!.world.camera.mode).toBe("first");
    controller.actions.setSetting("nameTags", "off");
    expect(controller.stay!.world.camera.mode).toBe("first");
    controller.actions.setSetting("quality", "low");
    expect(renderer().calls).toContain("quality low");
    controller.actions.resetSettings();
    expect(controller.stores.settings.get()).toEqual(DEFAULT_SETTINGS);
  });

  it("steers with the joystick, and stops when the page is hidden", async () => {
    await inside();
    controller.actions.joystick(1, 0);
    frames(1);
    const { x } = controller.stay!.world.avatar;
    expect(x).toBeGreaterThan(3);
    controller.hidden(true);
    frames(1);
    expect(controller.stay!.world.avatar.x).toBeLessThan(x + 0.8);
  });

  it("raises the hand and emotes", async () => {
    await inside();
    controller.actions.raiseHand();
    controller.actions.emote("wave");
    frames(0.4);
    expect(controller.stores.self.get()?.hand).toBe(true);
    expect(controller.stay!.world.scene.self.state).toBe(4 | (1 << 4));
    controller.actions.raiseHand(false);
    frames(0.4);
    expect(controller.stores.self.get()?.hand).toBe(false);
  });

  it("leaves, and can come again", async () => {
    await inside();
    await controller.actions.leave();
    expect(route()).toBe("left");
    expect(canvas.hidden).toBe(true);
    expect(line().commands.at(-1)?.[0]).toBe("bye");
    expect(controller.stores.self.get()).toBeNull();
    controller.actions.backToEntry();
    expect(route()).toBe("entry");
    await controller.actions.enter({ name: "Ana", affiliation: "", look: LOOK });
    await until(() => lines.length === 2);
    line().welcome();
    expect(route()).toBe("hall");
  });

  it("says why when the picture cannot be made", async () => {
    await controller.start();
    failing = "This browser cannot draw the venue.";
    await controller.actions.enter({ name: "Ana", affiliation: "", look: LOOK });
    expect(controller.stores.entryProblem.get()?.message).toBe("This browser cannot draw the venue.");
    expect(route()).toBe("entry");
  });
});

describe("the flat view", () => {
  let can3d = true;

  /** Enters without a picture. */
  async function insideFlat(): Promise<void> {
    await controller.actions.setView("flat");
    await controller.start();
    const entering = controller.actions.enter({ name: "Ana", affiliation: "", look: LOOK });
    await until(() => lines.length === 1);
    await entering;
    line().welcome({ name: "Ana", tier: "flat" });
    expect(route()).toBe("hall");
    beats(0.5);
  }

  function beats(seconds: number): void {
    for (let t = 0; t < seconds; t += 0.1) {
      clock.advance(100);
      line().events.onHeard();
    }
  }

  it("is entered without a renderer and without the drawing of the building", async () => {
    const asked: string[] = [];
    globalThis.fetch = ((input: unknown) => {
      asked.push(String(input));
      return serve(input);
    }) as typeof fetch;
    await insideFlat();
    expect(renderers).toEqual([]);
    expect(asked.filter((path) => path.endsWith(".glb"))).toEqual([]);
    expect(line().auth.tier).toBe("flat");
    expect(controller.stores.view.get()).toBe("flat");
    expect(canvas.hidden).toBe(true);
    expect(storage.settings().view).toBe("flat");
    expect(controller.stores.self.get()).toMatchObject({ name: "Ana", seat: -1 });
    expect(debugOf(controller).getState()).toMatchObject({ view: "flat", drawCalls: 0 });
  });

  it("walks, waves and raises the hand", async () => {
    await insideFlat();
    controller.actions.walkTo(3, 1);
    beats(3);
    expect(controller.stay!.world.avatar.x).toBeCloseTo(3, 0);
    expect(line().poses.length).toBeGreaterThan(3);
    controller.actions.raiseHand();
    controller.actions.emote("wave");
    beats(0.4);
    expect(controller.stay!.world.scene.self.state).toBe(4 | (1 << 4));
  });

  it("says when one arrived on foot, and when one did not", async () => {
    await insideFlat();
    controller.actions.walkTo(3, 1);
    expect(controller.stores.announcement.get()).toBe("Walking.");
    beats(3);
    expect(controller.stores.announcement.get()).toBe("You are there: Outside.");
    controller.actions.walkTo(8, 1);
    beats(0.3);
    controller.actions.walkTo(3, 2);
    beats(4);
    expect(controller.stores.announcement.get()).toBe("You are there: Outside.");
  });

  it("takes a free seat of the room, and the next one when somebody was quicker", async () => {
    await insideFlat();
    vi.spyOn(controller.stay!.world, "room", "get").mockReturnValue(1);
    const tried: number[] = [];
    const take = line().command.bind(line());
    line().command = async (name: string, payload: unknown) => {
      const { seat } = payload as { seat: number };
      if (name !== "sit") return take(name, payload);
      tried.push(seat);
      if (tried.length === 1) throw new CommandError("seat_taken", "Somebody sits there.", false);
      return { place: place(3, 2, { seat, yaw: 128 }), seq: 1 } as never;
    };
    const sitting = controller.actions.sitHere();
    for (let i = 0; i < 8; i++) {
      beats(1);
      await new Promise((resolve) => setImmediate(resolve));
    }
    await sitting;
    expect(tried).toHaveLength(2);
    expect(new Set(tried).size).toBe(2);
    expect(controller.stay!.world.avatar.seat).toBe(tried[1]);
    expect(controller.stores.announcement.get()).toContain("You sit:");
  });

  it("says that there are no seats outside", async () => {
    await insideFlat();
    await controller.actions.sitHere();
    expect(controller.stores.toasts.get().at(-1)?.text).toBe("There are no seats here.");
  });

  it("takes away what was said of the picture when it goes", async () => {
    const slow = { ...controllerParts, look: (ms: number | null) => ({ ...controllerParts.look(ms), cores: 2 }) };
    controller = new Controller(slow);
    await inside();
    line().answers["tier"] = { ok: true };
    const texts = (): string =>
      controller.stores.toasts
        .get()
        .map(({ text }) => text)
        .join();
    frames(16);
    expect(texts()).toContain("This device draws slowly");
    await controller.actions.setView("flat");
    expect(texts()).toBe("");
  });

  it("is changed to and from over the same line, in the same place", async () => {
    await inside();
    controller.actions.raiseHand();
    frames(1);
    line().answers["tier"] = { ok: true };
    await controller.actions.setView("flat");
    expect(renderer().calls).toContain("dispose");
    expect(controller.stores.view.get()).toBe("flat");
    expect(line().commands.filter(([name]) => name === "tier")).toEqual([["tier", { tier: "flat" }]]);
    beats(0.5);
    expect(controller.stores.self.get()).toMatchObject({ hand: true });
    expect(document.querySelectorAll("canvas")).toHaveLength(1);
    canvas = document.querySelector("canvas")!;
    expect(canvas.hidden).toBe(true);

    await controller.actions.setView("picture");
    expect(renderers).toHaveLength(2);
    expect(canvas.hidden).toBe(false);
    expect(
      line()
        .commands.filter(([name]) => name === "tier")
        .at(-1),
    ).toEqual(["tier", { tier: "full" }]);
    expect(lines).toHaveLength(1);
    frames(0.3);
    expect(renderer().frames).toBeGreaterThan(5);
    expect(renderers[0]!.frames).toBeGreaterThan(0);
    expect(controller.stores.self.get()).toMatchObject({ hand: true });
  });

  it("stays when the picture cannot be made, and says why", async () => {
    await insideFlat();
    failing = "This browser cannot draw the venue.";
    await controller.actions.setView("picture");
    expect(controller.stores.view.get()).toBe("flat");
    expect(controller.stores.changingView.get()).toBe(false);
    expect(controller.stores.settings.get().view).toBe("flat");
    expect(controller.stores.toasts.get().at(-1)?.text).toBe("This browser cannot draw the venue.");
  });

  it("takes over when the picture stops, and does not change the choice", async () => {
    await inside();
    renderer().onLost?.("The graphics of this device stopped.");
    expect(controller.stores.view.get()).toBe("flat");
    expect(controller.stores.settings.get().view).toBe("picture");
    expect(controller.stores.toasts.get().at(-1)?.text).toBe("The graphics of this device stopped.");
    expect(lines).toHaveLength(1);
  });

  it("is what a browser without WebGL gets, whatever was chosen", async () => {
    can3d = false;
    await controller.start();
    await controller.actions.enter({ name: "Ana", affiliation: "", look: LOOK });
    await until(() => lines.length === 1);
    line().welcome();
    expect(controller.stores.view.get()).toBe("flat");
    expect(controller.stores.settings.get().view).toBe("picture");
    expect(renderers).toEqual([]);
    await controller.actions.setView("picture");
    expect(controller.stores.view.get()).toBe("flat");
    expect(controller.stores.toasts.get().at(-1)?.text).toContain("cannot show the venue in 3D");
    can3d = true;
  });

  beforeEach(() => {
    const { look } = controllerParts;
    controllerParts.look = (roundTripMs) => ({ ...look(roundTripMs), gpu: can3d ? "Chip" : null });
  });
});

describe("doors that do not let one in", () => {
  it("are told with the room behind them, until one goes on", async () => {
    await inside();
    line().answers["go"] = new CommandError("room_full", "The room is full.", true);
    await controller.actions.goToPlace("hall");
    expect(controller.stores.refusal.get()).toEqual({ why: "full", message: "The room is full.", place: "hall" });
    expect(controller.stores.toasts.get()).toEqual([]);
    expect(controller.stores.announcement.get()).toBe("The room is full.");
    line().answers["go"] = { place: place(3, 2), seq: 1 };
    await controller.actions.goToPlace("hall");
    expect(controller.stores.refusal.get()).toBeNull();
  });

  it("are told when one walks against them", async () => {
    await inside();
    line().events.onEvent("notice", { code: "room_full", message: "The room is full." });
    expect(controller.stores.refusal.get()).toMatchObject({ why: "full" });
    line().events.onEvent("fix", { seq: 1, place: place(1, 1), reason: "door" });
    expect(controller.stores.refusal.get()).toMatchObject({ why: "closed" });
    controller.actions.closeRefusal();
    expect(controller.stores.refusal.get()).toBeNull();
    line().events.onEvent("fix", { seq: 2, place: place(1, 1), reason: "wall" });
    expect(controller.stores.refusal.get()).toBeNull();
  });
});

it("takes the system's wishes as defaults", () => {
  expect(defaultsFor(() => true)).toMatchObject({ reducedMotion: true, highContrast: true });
  expect(defaultsFor(() => false)).toEqual(DEFAULT_SETTINGS);
});

function click(): void {
  const at = { clientX: 5, clientY: 5, pointerId: 1, button: 0, pointerType: "mouse", bubbles: true };
  canvas.dispatchEvent(new PointerEvent("pointerdown", at));
  canvas.dispatchEvent(new PointerEvent("pointerup", at));
}
