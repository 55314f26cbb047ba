import { describe, expect, it } from "vitest";
import { drawField } from "../../test/golden";
import { NO_SEAT, type Place, RUN_SPEED_M_S, WALK_SPEED_M_S } from "../net/protocol.gen";
import { OwnAvatar, type Wish } from "./own_avatar";
import { RUNNING, SEATED, STANDING, WALKING } from "./types";
import { openToAll, WALL, type WalkField } from "./walkfield";

const open = openToAll();
const DT = 1 / 60;
const FLOOR = Array.from({ length: 40 }, () => ".".repeat(40));

function place(x: number, z: number, more: Partial<Place> = {}): Place {
  return { x, y: 0, z, yaw: 0, layer: 0, seat: NO_SEAT, ...more };
}

function avatarAt(field: WalkField, x: number, z: number): OwnAvatar {
  const avatar = new OwnAvatar(field);
  avatar.place(place(x, z));
  return avatar;
}

const wish = (x: number, z: number, run = false): Wish => ({ x, z, run, face: null });

function walk(avatar: OwnAvatar, seconds: number, want: Wish): void {
  for (let t = 0; t < seconds; t += DT) avatar.step(DT, want, open);
}

describe("OwnAvatar", () => {
  it("walks and runs at the protocol's speeds, and stops", () => {
    const avatar = avatarAt(drawField(FLOOR), 1, 1);
    walk(avatar, 0.5, wish(1, 0));
    expect(avatar.speed).toBeCloseTo(WALK_SPEED_M_S, 5);
    expect(avatar.motion).toBe(WALKING);
    walk(avatar, 0.5, wish(0, 1, true));
    expect(avatar.speed).toBeCloseTo(RUN_SPEED_M_S, 5);
    expect(avatar.motion).toBe(RUNNING);
    walk(avatar, 0.5, wish(0, 0));
    expect(avatar.motion).toBe(STANDING);
  });

  it("looks along the way it goes, or where the eyes look", () => {
    const avatar = avatarAt(drawField(FLOOR), 5, 5);
    walk(avatar, 1, wish(-1, 0));
    expect(avatar.yaw).toBeCloseTo(Math.PI / 2, 3);
    avatar.step(DT, { ...wish(-1, 0), face: 0.3 }, open);
    expect(avatar.yaw).toBeCloseTo(0.3);
  });

  it("slides along a straight wall and never leaves the floor", () => {
    const field = drawField([".".repeat(40), ".".repeat(40), "#".repeat(40)]);
    const avatar = avatarAt(field, 0.5, 0.2);
    walk(avatar, 2, wish(0.8, 0.6));
    expect(avatar.x).toBeGreaterThan(2.5);
    expect(field.locate(avatar.x, avatar.z, 0)).toBe(avatar.surface);
    avatar.step(DT, wish(0, 1), open);
    walk(avatar, 0.5, wish(0, 1));
    expect(avatar.blocked).toBe(WALL);
  });

  it("slides along a slanting wall of cells without losing much pace", () => {
    const rows = Array.from({ length: 40 }, (_, iz) => ".".repeat(iz + 1).padEnd(40, "#"));
    const field = drawField(rows);
    const avatar = avatarAt(field, 0.3, 0.9);
    walk(avatar, 2, wish(1, 0));
    expect(Math.hypot(avatar.x - 0.3, avatar.z - 0.9)).toBeGreaterThan(1.5);
    expect(field.locate(avatar.x, avatar.z, 0)).toBe(avatar.surface);
  });

  it("stays put in a corner", () => {
    const field = drawField(["....", "....", "....", "...."]);
    const avatar = avatarAt(field, 0.5, 0.5);
    walk(avatar, 1, wish(1, 1));
    const { x, z } = avatar;
    walk(avatar, 1, wish(1, 1));
    expect(Math.hypot(avatar.x - x, avatar.z - z)).toBeLessThan(0.05);
  });

  it("glides back after a small correction and jumps after a large one", () => {
    const avatar = avatarAt(drawField(FLOOR), 5, 5);
    avatar.place(place(5.4, 5), true);
    expect(avatar.x).toBe(5.4);
    expect(avatar.drawn.x).toBeCloseTo(5);
    walk(avatar, 1, wish(0, 0));
    expect(avatar.drawn.x).toBeCloseTo(5.4, 3);
    avatar.place(place(9.4, 9.4), true);
    expect(avatar.drawn.x).toBeCloseTo(9.4);
  });

  it("does not walk while seated", () => {
    const avatar = avatarAt(drawField(FLOOR), 5, 5);
    avatar.place(place(5, 5, { seat: 3, yaw: 64 }));
    walk(avatar, 1, wish(1, 0));
    expect(avatar.motion).toBe(SEATED);
    expect(avatar.x).toBe(5);
    expect(avatar.yaw).toBeCloseTo(Math.PI / 2);
  });
});
