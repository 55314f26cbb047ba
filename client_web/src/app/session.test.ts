import { beforeEach, describe, expect, it } from "vitest";
import { FakeLine } from "../../test/fakes";
import { drawField, smallVenue } from "../../test/golden";
import { ManualClock } from "../core/clock";
import { World } from "../core/world";
import { makeBackbone, type SocketBackbone } from "../net/backbone_socket";
import { ApiError, type PassAnswer } from "../net/http";
import { CloseCode, NO_SEAT } from "../net/protocol.gen";
import { Messages } from "./messages";
import { backSentence, Session } from "./session";
import { Storage } from "./storage";
import { makeStores, type Stores } from "./stores";

const PASS: PassAnswer = {
  person: "me",
  name: "Me",
  affiliation: "",
  badge: "",
  look: [0, 0, 0, 0, 0, 0, 0, 0],
  token: "first",
  expires_in: 300,
};

let clock: ManualClock;
let stores: Stores;
let lines: FakeLine[];
let renew: () => Promise<PassAnswer>;
let session: Session;
let world: World;
let welcomes: number;
let refusals: [string, string][];
let backbone: SocketBackbone;
let shelf: Map<string, string>;

function memory(): {
  getItem(k: string): string | null;
  setItem(k: string, v: string): void;
  removeItem(k: string): void;
} {
  return {
    getItem: (k) => shelf.get(k) ?? null,
    setItem: (k, v) => void shelf.set(k, v),
    removeItem: (k) => void shelf.delete(k),
  };
}

/** Lets promises that are settled run on. */
const settle = async (): Promise<void> => {
  for (let i = 0; i < 10; i++) await Promise.resolve();
};

async function advance(ms: number): Promise<void> {
  for (let left = ms; left > 0; left -= 250) {
    clock.advance(Math.min(250, left));
    await settle();
  }
}

const line = (): FakeLine => lines[lines.length - 1]!;
const banner = (): string => stores.connection.get().kind;

beforeEach(async () => {
  clock = new ManualClock(1000);
  stores = makeStores();
  lines = [];
  welcomes = 0;
  refusals = [];
  backbone = makeBackbone({ clock });
  shelf = new Map();
  renew = async () => ({ ...PASS, token: "renewed" });
  world = new World(smallVenue(), drawField(["....", "....", "....", "...."].map((row) => row.repeat(4))), {
    sendPose: (pose) => session.sendPose(pose),
    wantsToStand: () => undefined,
  });
  session = new Session({
    clock,
    random: () => 0.5,
    stores,
    messages: new Messages(stores, clock),
    storage: new Storage(memory, memory),
    open: (auth, events) => {
      lines.push(new FakeLine(auth, events));
      return line();
    },
    renew: () => renew(),
    backbone,
    onDoor: (why, message) => void refusals.push([why, message]),
    onWelcome: () => void welcomes++,
  });
  session.start(world, PASS, "v1", "full");
  await settle();
});

describe("Session", () => {
  it("opens with the pass of the entrance, and is inside after the welcome", () => {
    expect(line().auth).toMatchObject({ token: "first", tier: "full", protocol: 1 });
    expect(banner()).toBe("connecting");
    line().welcome();
    expect(banner()).toBe("connected");
    expect(stores.people.get()).toBe(3);
    expect(welcomes).toBe(1);
  });

  it("lends its line to the event's backbone from each welcome to the end of the line", async () => {
    backbone.subscribe("event");
    expect(backbone.line.get()).toBe("waiting");
    line().welcome();
    expect(backbone.line.get()).toBe("live");
    expect(line().commands.filter(([name]) => name === "sub")).toEqual([
      ["sub", { streams: [{ stream: "event", epoch: 0, offset: 0 }] }],
    ]);
    const page = { stream: "event", epoch: 1, top: 0, first: true, last: true, things: [] };
    await settle();
    line().events.onEvent("state", page);
    line().events.onEvent("entries", { stream: "event", epoch: 1, entries: [] });
    line().events.onEvent("rooms", { whole: true, rooms: [["hall", 1, 0, false, "open", "", "", ""]] });
    expect(backbone.rooms.get().size).toBe(1);
    line().events.onLost();
    expect(backbone.line.get()).toBe("waiting");
    await advance(1000);
    line().welcome();
    expect(backbone.line.get()).toBe("live");
    await session.stop();
    expect(backbone.line.get()).toBe("waiting");
  });

  it("comes back with a new pass and the resume ticket", async () => {
    line().welcome();
    line().events.onEvent("ticket", { ticket: "signed" });
    line().events.onLost();
    expect(banner()).toBe("reconnecting");
    await advance(1000);
    expect(lines.length).toBe(2);
    expect(line().auth).toMatchObject({ token: "renewed", ticket: "signed" });
    line().welcome();
    expect(banner()).toBe("connected");
    expect(stores.announcement.get()).toContain("Connected again");
  });

  it("takes a new pass when the first attempt was refused as too old", async () => {
    line().events.onEvent("closing", { code: CloseCode.TOKEN_EXPIRED, reason: "", message: "", retry_after: null });
    line().events.onLost();
    await advance(1000);
    expect(line().auth.token).toBe("renewed");
  });

  it("asks to enter again when the sign-in is gone", async () => {
    line().welcome();
    renew = async () => {
      throw new ApiError("not_signed_in", "You are not signed in. Enter again.", 401, false);
    };
    line().events.onLost();
    await advance(2000);
    expect(stores.connection.get()).toMatchObject({ kind: "closed", offer: "enter" });
    expect(lines.length).toBe(1);
  });

  it("goes on trying while the server is away", async () => {
    line().welcome();
    const back = renew;
    renew = async () => {
      throw new ApiError("unreachable", "", 0, true);
    };
    line().events.onLost();
    expect(world.lineDown).toBe(true);
    await advance(8000);
    expect(banner()).toBe("reconnecting");
    renew = back;
    await advance(3500);
    line().welcome();
    expect(banner()).toBe("connected");
    expect(world.lineDown).toBe(false);
  });

  it("offers to use this tab after another one took over", async () => {
    line().welcome();
    line().events.onEvent("closing", {
      code: CloseCode.REPLACED,
      reason: "",
      message: "Other tab.",
      retry_after: null,
    });
    line().events.onLost();
    expect(stores.connection.get()).toMatchObject({ kind: "closed", offer: "useHere", message: "Other tab." });
    await advance(60_000);
    expect(lines.length).toBe(1);
    session.retry();
    await settle();
    line().welcome();
    expect(banner()).toBe("connected");
  });

  it("says in which place one is again only as it is", async () => {
    const place = (x: number) => ({ x, y: 0, z: 0.5, yaw: 0, layer: 0, seat: NO_SEAT });
    const again = async (x: number): Promise<string> => {
      line().events.onLost();
      await advance(4000);
      line().welcome({ place: place(x), resumed: true });
      return stores.announcement.get();
    };
    line().welcome({ place: place(0.5) });
    expect(await again(0.7)).toContain("Connected again, in your place.");
    expect(await again(3.5)).toContain("Connected again, near your place.");
    expect(backSentence({ x: 0, y: 0, z: 0, seat: 4 }, { x: 0.2, y: 0, z: 0, seat: -1 })).toContain("near your place");
    expect(backSentence({ x: 0, y: 0, z: 0, seat: -1 }, { x: 40, y: 0, z: 0, seat: -1 })).toContain("another place");
  });

  it("calls the line shaky, then dead, when nothing comes", async () => {
    line().welcome();
    // In the first seconds everything is loaded and drawn for the first time: no alarm.
    await advance(2500);
    expect(banner()).toBe("connected");
    for (let i = 0; i < 8; i++) {
      line().events.onHeard();
      await advance(1000);
    }
    line().events.onHeard();
    await advance(2500);
    expect(banner()).toBe("shaky");
    line().events.onHeard();
    await advance(500);
    expect(banner()).toBe("connected");
    await advance(9000);
    expect(lines[0]!.closed).toBe(true);
    expect(lines.length).toBe(2);
  });

  it("ignores what an old line still says", async () => {
    line().welcome();
    const old = line();
    await advance(9500);
    expect(lines.length).toBe(2);
    line().welcome();
    old.events.onEvent("closing", { code: CloseCode.REPLACED, reason: "", message: "", retry_after: null });
    old.events.onLost();
    expect(banner()).toBe("connected");
  });

  it("asks to reload when the building is another one", () => {
    line().welcome({ venue: "v2" });
    expect(stores.connection.get()).toMatchObject({ kind: "closed", offer: "reload" });
  });

  it("asks for less while hidden, and for all again", async () => {
    line().welcome();
    session.hidden(true);
    const beat = (): void => line().events.onHeard();
    for (let i = 0; i < 24; i++) {
      await advance(500);
      beat();
    }
    expect(line().commands).toContainEqual(["tier", { tier: "flat" }]);
    expect(line().poses.length).toBeGreaterThan(8);
    session.hidden(false);
    expect(line().commands.at(-1)).toEqual(["tier", { tier: "full" }]);
  });

  it("tells once that there is less detail, and blames nobody", () => {
    line().welcome();
    const before = stores.announcement.get();
    line().events.onEvent("tier", { tier: "light", reason: "Your connection is slow." });
    expect(stores.announcement.get()).toContain("Less detail for now");
    stores.announcement.set(before);
    for (const tier of ["full", "light"] as const) line().events.onEvent("tier", { tier, reason: "Changed." });
    expect(stores.announcement.get()).toBe(before);
  });

  it("waits while the device is offline", async () => {
    line().welcome();
    session.online(false);
    expect(banner()).toBe("offline");
    await advance(60_000);
    expect(lines.length).toBe(1);
    session.online(true);
    await advance(1000);
    expect(lines.length).toBe(2);
  });

  it("says goodbye and forgets the ticket", async () => {
    line().welcome();
    line().events.onEvent("ticket", { ticket: "signed" });
    await session.stop();
    expect(line().commands.at(-1)).toEqual(["bye", {}]);
    expect(shelf.size).toBe(0);
    expect(banner()).toBe("idle");
    expect(clock.pending).toBe(0);
  });

  it("shows why a door does not let one through, and notices", () => {
    line().welcome();
    const place = { x: 1, y: 0, z: 1, yaw: 0, layer: 0, seat: NO_SEAT };
    line().events.onEvent("fix", { seq: 1, place, reason: "door" });
    line().events.onEvent("notice", { code: "x", message: "Coffee is served." });
    line().events.onEvent("fix", { seq: 2, place, reason: "wall" });
    line().events.onEvent("notice", { code: "room_full", message: "The room is full." });
    expect(stores.toasts.get().map((toast) => toast.text)).toEqual(["Coffee is served."]);
    expect(refusals).toEqual([
      ["closed", "This door is closed to you at the moment."],
      ["full", "The room is full."],
    ]);
  });

  it("drops damaged frames and refuses commands while away", async () => {
    line().welcome();
    line().events.onSnapshot(new ArrayBuffer(3));
    line().events.onCrowd(new ArrayBuffer(3));
    expect(banner()).toBe("connected");
    line().events.onLost();
    await expect(session.command("stand", {})).rejects.toMatchObject({ code: "not_connected", retry: true });
  });
});
