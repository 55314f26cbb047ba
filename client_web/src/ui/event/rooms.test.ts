import { describe, expect, it } from "vitest";
import type { Mine, Room, Session } from "../../net/event.gen";
import type { RoomNow } from "../../net/protocol.gen";
import { doorText, inOrder, movesFrom, nameOnSigns, occupancyText, refusalText, roomOf } from "./rooms";

const room = { title: "Plenary", place: "plenary", capacity: 200, order: 1 } as Room;
const opening = { title: "Opening", room: "plenary" } as Session;
const mine: Mine = {
  room: "plenary",
  door: "waiting_room",
  may_enter: false,
  why: "waiting_room",
  can_ask: true,
  waiting: false,
  place_in_line: 0,
  admitted: false,
  declined: false,
  note: "",
  acts: [],
};

describe("a room as panels show it", () => {
  it("joins the programme with what is so now", () => {
    const now: RoomNow = ["plenary", 37, 250, false, "open", "opening", "live", "gone"];
    const view = roomOf("plenary", room, now, new Map([["opening", opening]]), null);
    expect(view).toMatchObject({ title: "Plenary", inside: 37, capacity: 250, phase: "live" });
    expect(view.on?.session.title).toBe("Opening");
    expect(view.next).toBeNull();
  });

  it("knows the programme's capacity before anything is heard", () => {
    expect(roomOf("plenary", room, null, new Map(), null)).toMatchObject({ inside: 0, capacity: 200, full: false });
  });

  it("says how full it is", () => {
    expect(occupancyText({ inside: 3, capacity: 250, full: false })).toBe("3 of 250 inside");
    expect(occupancyText({ inside: 3, capacity: 0, full: false })).toBe("3 inside");
    expect(occupancyText({ inside: 250, capacity: 250, full: true })).toBe("Full: 250 inside");
    expect(occupancyText({ inside: 240, capacity: 250, full: true })).toBe(
      "Full: 240 inside, the rest is kept for those with a role",
    );
  });

  it("says what the signs of the building call it, where that is another name", () => {
    const places = [
      { id: "plenary", title: "Plenary" },
      { id: "seminar_2", title: "Seminar room 2" },
    ];
    expect(nameOnSigns({ title: "Room North", place: "seminar_2" }, places)).toBe("Seminar room 2");
    expect(nameOnSigns({ title: "Plenary", place: "plenary" }, places)).toBe("");
    expect(nameOnSigns({ title: "Room North", place: "" }, places)).toBe("");
  });

  it("says why one may not go in and what helps", () => {
    expect(refusalText(null)).toBe("");
    expect(refusalText({ ...mine, may_enter: true })).toBe("");
    expect(refusalText(mine)).toContain("Ask to be let in");
    expect(refusalText({ ...mine, waiting: true, place_in_line: 3 })).toContain("number 3");
    expect(refusalText({ ...mine, declined: true, note: "Members only" })).toContain("Members only");
    expect(refusalText({ ...mine, why: "something new" })).not.toBe("");
  });

  it("says of a door what it means to me", () => {
    const of = (door: string, more: Partial<Mine>) => doorText({ door, mine: { ...mine, ...more } });
    expect(of("open", { may_enter: true, admitted: true })).toBe("");
    expect(of("waiting_room", {})).toBe("A moderator lets you in");
    expect(of("waiting_room", { may_enter: true, admitted: true })).toBe("You may go in");
    expect(of("waiting_room", { may_enter: true })).toBe("Waiting room");
    expect(of("waiting_room", { admitted: true })).toBe("A moderator lets you in");
    expect(of("locked", { may_enter: true })).toBe("Locked");
    expect(doorText({ door: "closed", mine: null })).toBe("Closed");
  });

  it("lists first where people wait for me, then where I am", () => {
    const rooms = ["a", "b", "c", "d"].map((key) => ({ key, place: key === "a" ? "" : key }));
    const order = (here: string, waits: string) =>
      inOrder(rooms, here, (key) => (waits.includes(key) ? 1 : 0)).map(({ key }) => key);
    expect(order("", "")).toEqual(["a", "b", "c", "d"]);
    expect(order("c", "d")).toEqual(["d", "c", "a", "b"]);
    expect(order("c", "bc")).toEqual(["c", "b", "a", "d"]);
  });

  it("offers the moves that a session can make", () => {
    expect(movesFrom("live").map((move) => move.command)).toEqual(["session.end", "session.pause"]);
    expect(movesFrom("cancelled")).toEqual([]);
    expect(movesFrom("live")[0]?.confirm).toBeDefined();
  });
});
