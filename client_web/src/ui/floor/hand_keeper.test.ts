import { beforeEach, describe, expect, it } from "vitest";
import { type HandFacts, HandKeeper } from "./hand_keeper";

let up: boolean;
let listed: boolean;
let told: string[];
let refuses: boolean;
let keeper: HandKeeper;
let where: Pick<HandFacts, "room" | "session">;

const follow = (): void => keeper.follow({ ...where, up, listed });
const raise = (to: boolean): void => {
  up = to;
  follow();
};
const list = (to: boolean): void => {
  listed = to;
  follow();
};

beforeEach(() => {
  [up, listed, told, refuses] = [false, false, [], false];
  where = { room: "hall", session: "talk" };
  keeper = new HandKeeper({
    raise: (to) => (up = to),
    tell: async (command, session) => {
      told.push(`${command} ${session}`);
      return !refuses;
    },
  });
  follow();
});

describe("my raised hand", () => {
  it("asks once, and goes down when it is answered", () => {
    raise(true);
    follow();
    expect(told).toEqual(["hand.raise talk"]);
    list(true);
    list(false);
    expect(up).toBe(false);
    follow();
    expect(told).toEqual(["hand.raise talk"]);
  });

  it("is taken out of the list when I take it down, and can go up again at once", () => {
    raise(true);
    list(true);
    raise(false);
    raise(true);
    list(false);
    expect(told).toEqual(["hand.raise talk", "hand.lower talk", "hand.raise talk"]);
    list(true);
    expect(up).toBe(true);
  });

  it("taken down before it stood in the list, it does not stay there", () => {
    raise(true);
    raise(false);
    list(true);
    follow();
    expect(told).toEqual(["hand.raise talk", "hand.lower talk"]);
    expect(up).toBe(false);
  });

  it("is up again after the page was loaded again", () => {
    list(true);
    expect(up).toBe(true);
    follow();
    expect(told).toEqual([]);
  });

  it("goes down when it is refused", async () => {
    refuses = true;
    raise(true);
    await Promise.resolve();
    expect(up).toBe(false);
  });

  it("does not come along to another room", () => {
    raise(true);
    list(true);
    where = { room: "lab", session: "other" };
    list(false);
    expect(told).toEqual(["hand.raise talk", "hand.lower talk"]);
    expect(up).toBe(false);
  });

  it("outside of sessions is a gesture; it asks as soon as something is on", () => {
    where = { room: "hall", session: "" };
    follow();
    raise(true);
    expect(told).toEqual([]);
    where = { room: "hall", session: "talk" };
    follow();
    expect(told).toEqual(["hand.raise talk"]);
    expect(up).toBe(true);
  });

  it("goes down with the session", () => {
    raise(true);
    list(true);
    where = { room: "hall", session: "next" };
    list(false);
    expect(up).toBe(false);
    expect(told).toEqual(["hand.raise talk"]);
  });
});
