import { describe, expect, it } from "vitest";
import { fromHex, golden, toHex } from "../../test/golden";
import { decodeCrowd, decodeSnapshot, encodePose, FrameError, type Pose, toCm } from "./frames";

interface Vectors {
  pose: { hex: string; fields: Pose };
  snapshot: {
    hex: string;
    tick: number;
    seq: number;
    updates: { slot: number; x: number; y: number; z: number; yaw: number; state: number }[];
    left: number[];
    back: number[];
  };
  crowd: { hex: string; tick: number; people: { slot: number; x: number; z: number }[] };
}

const vectors = golden<Vectors>("frames.json");

describe("frames", () => {
  it("writes the pose that the server reads", () => {
    expect(toHex(encodePose(vectors.pose.fields))).toBe(vectors.pose.hex);
    expect(golden<{ pose: string }>("pose.json").pose).toBe(vectors.pose.hex);
  });

  it("reads the snapshot that the server writes", () => {
    const { hex, updates, left, back, tick, seq } = vectors.snapshot;
    const snapshot = decodeSnapshot(fromHex(hex));
    expect(snapshot.tick).toBe(tick);
    expect(snapshot.seq).toBe(seq);
    expect([...snapshot.left]).toEqual(left);
    expect([...snapshot.back]).toEqual(back);
    updates.forEach((update, i) => {
      expect(snapshot.slot[i]).toBe(update.slot);
      expect(toCm(snapshot.x[i]!)).toBe(update.x);
      expect(toCm(snapshot.y[i]!)).toBe(update.y);
      expect(toCm(snapshot.z[i]!)).toBe(update.z);
      expect(snapshot.yaw[i]).toBe(update.yaw);
      expect(snapshot.state[i]).toBe(update.state);
    });
  });

  it("reads the crowd that the server writes", () => {
    const crowd = decodeCrowd(fromHex(vectors.crowd.hex));
    expect(crowd.tick).toBe(vectors.crowd.tick);
    vectors.crowd.people.forEach((person, i) => {
      expect(crowd.slot[i]).toBe(person.slot);
      expect(Math.round(crowd.x[i]! * 10)).toBe(person.x);
      expect(Math.round(crowd.z[i]! * 10)).toBe(person.z);
    });
  });

  it("reads frames that start in the middle of a buffer", () => {
    const bytes = fromHex(`ffffff${vectors.snapshot.hex}ff`);
    const middle = bytes.subarray(3, bytes.length - 1);
    expect(decodeSnapshot(middle).tick).toBe(vectors.snapshot.tick);
  });

  it("refuses frames of every other length", () => {
    const bytes = fromHex(vectors.snapshot.hex);
    for (let n = 0; n < bytes.length; n++) expect(() => decodeSnapshot(bytes.slice(0, n))).toThrow(FrameError);
    const crowd = fromHex(vectors.crowd.hex);
    for (let n = 0; n < crowd.length; n++) expect(() => decodeCrowd(crowd.slice(0, n))).toThrow(FrameError);
    expect(() => decodeCrowd(fromHex(`${vectors.crowd.hex}00`))).toThrow(FrameError);
  });

  it("keeps centimetres within 16 bits", () => {
    expect(toCm(1e6)).toBe(32767);
    expect(toCm(-1e6)).toBe(-32768);
    expect(toCm(-0.004)).toBe(-0);
  });
});
