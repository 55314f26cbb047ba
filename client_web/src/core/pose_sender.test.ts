import { describe, expect, it } from "vitest";
import { drawField } from "../../test/golden";
import { POSE_HZ } from "../net/protocol.gen";
import type { Pose } from "./frames";
import { PoseSender, type Standing } from "./pose_sender";
import { FREE, openToAll, type WalkField } from "./walkfield";

const open = openToAll();
const FRAME = 1000 / 60;

function standing(field: WalkField, x: number, z: number, more: Partial<Standing> = {}): Standing {
  const surface = field.locate(x, z, 0);
  return { x, y: 0, z, yaw: 0, view: 0, state: 0, surface, seated: false, ...more };
}

function sender(field: WalkField): { sender: PoseSender; sent: Pose[] } {
  const sent: Pose[] = [];
  return { sender: new PoseSender(field, (pose) => sent.push(pose)), sent };
}

const FLOOR = drawField(Array.from({ length: 40 }, () => ".".repeat(40)));

describe("PoseSender", () => {
  it("sends at most POSE_HZ a second while walking", () => {
    const { sender: out, sent } = sender(FLOOR);
    for (let i = 0; i < 120; i++) out.update(i * FRAME, standing(FLOOR, 1 + i * 0.04, 1), 5, open);
    expect(sent.length).toBeGreaterThan(2 * POSE_HZ - 3);
    expect(sent.length).toBeLessThanOrEqual(2 * POSE_HZ + 1);
    expect(sent.map((pose) => pose.seq)).toEqual(sent.map((_, i) => i + 1));
    expect(sent.every((pose) => pose.tick === 5)).toBe(true);
  });

  it("sends a sign of life about once a second while nothing changes", () => {
    const { sender: out, sent } = sender(FLOOR);
    for (let now = 0; now <= 10_000; now += FRAME) out.update(now, standing(FLOOR, 1, 1), 5, open);
    expect(sent.length).toBeGreaterThanOrEqual(10);
    expect(sent.length).toBeLessThanOrEqual(13);
  });

  it("sends a changed state at once, a slight look round not", () => {
    const { sender: out, sent } = sender(FLOOR);
    out.update(0, standing(FLOOR, 1, 1), 5, open);
    out.update(100, standing(FLOOR, 1, 1, { view: 0.03 }), 5, open);
    expect(sent.length).toBe(1);
    out.update(200, standing(FLOOR, 1, 1, { state: 17 }), 5, open);
    expect(sent.at(-1)?.state).toBe(17);
    out.update(300, standing(FLOOR, 1, 1, { state: 17, view: -0.2 }), 5, open);
    expect(sent.length).toBe(3);
  });

  it("keeps the poses linked round a corner: each can be walked straight from the one before", () => {
    const field = drawField(["......", "......", "##....", "##....", "......", "......"]);
    const { sender: out, sent } = sender(field);
    const way: [number, number][] = [];
    for (let z = 0.1; z < 0.49; z += 0.05) way.push([0.1, z]);
    for (let x = 0.1; x < 0.52; x += 0.08) way.push([x, 0.49]);
    for (let z = 0.49; z < 1.3; z += 0.08) way.push([0.51, z]);
    way.forEach(([x, z], i) => out.update(i * FRAME, standing(field, x, z), 5, open));
    expect(sent.length).toBeGreaterThan(3);
    for (let i = 1; i < sent.length; i++) {
      const [from, to] = [sent[i - 1]!, sent[i]!];
      const start = field.locate(from.x / 100, from.z / 100, 0);
      const swept = field.sweep(start, from.x / 100, from.z / 100, to.x / 100, to.z / 100, open);
      expect(swept.reason).toBe(FREE);
    }
  });

  it("rounds to a centimetre that is still on the floor", () => {
    const field = drawField(["..##", "..##"]);
    const { sender: out, sent } = sender(field);
    out.update(0, standing(field, 0.4999, 0.1), 5, open);
    expect(sent[0]?.x).toBe(49);
    expect(field.locate(sent[0]!.x / 100, 0.1, 0)).toBeGreaterThanOrEqual(0);
  });

  it("is silent while the server puts one elsewhere, and starts from there", () => {
    const { sender: out, sent } = sender(FLOOR);
    out.pause();
    out.update(0, standing(FLOOR, 1, 1), 5, open);
    expect(sent).toEqual([]);
    out.restart(standing(FLOOR, 8, 8));
    out.update(10, standing(FLOOR, 8, 8), 6, open);
    expect(sent.length).toBe(1);
    expect(sent[0]).toMatchObject({ x: 800, z: 800, tick: 6 });
  });
});
