import { describe, expect, it } from "vitest";
import { RingPlayer } from "./ring_player";

const RATE = 48_000;
const PACKET = 960;
const BLOCK = 128;
const BLOCK_MS = (BLOCK / RATE) * 1000;

const tone = (time: number, length = PACKET): Float32Array =>
  Float32Array.from({ length }, (_, i) => 0.5 * Math.sin(2 * Math.PI * 440 * (time / 1000 + i / RATE)));

/** Feeds packets of 20 ms up to `until`, then renders one block for each `BLOCK_MS` of wall time. */
class Rig {
  readonly ring = new RingPlayer(RATE, 1);
  readonly out = [new Float32Array(BLOCK)];
  sent = 0;
  now = 0;

  run(ms: number, lagMs: number, aheadMs: number, make: (time: number) => Float32Array = tone): number {
    const end = this.now + ms;
    let peak = 0;
    for (; this.now < end; this.now += BLOCK_MS) {
      for (; this.sent <= this.now + aheadMs - lagMs; this.sent += 20) this.ring.push(this.sent, [make(this.sent)]);
      this.ring.render(this.out, this.now - lagMs);
      peak = Math.max(peak, ...this.out[0]!);
    }
    return peak;
  }
}

describe("ring player", () => {
  it("plays what was captured at the wanted moment", () => {
    const rig = new Rig();
    expect(rig.run(500, 100, 80)).toBeGreaterThan(0.45);
    const { time, buffered, starved, jumps } = rig.ring.report();
    expect(Math.abs(time - (rig.now - 100))).toBeLessThan(10);
    expect(buffered).toBeGreaterThan(60);
    expect([starved, jumps]).toEqual([0, 0]);
  });

  it("is silent before it is time, and while there is nothing", () => {
    const rig = new Rig();
    rig.ring.render(rig.out, NaN);
    expect(Math.max(...rig.out[0]!)).toBe(0);
    rig.ring.push(1_000, [tone(1_000)]);
    rig.ring.render(rig.out, 500);
    expect(Math.max(...rig.out[0]!)).toBe(0);
  });

  it("approaches a moved line by playing a little faster, without jumps", () => {
    const rig = new Rig();
    rig.run(300, 150, 140);
    rig.run(3_000, 100, 95);
    const { time, jumps } = rig.ring.report();
    expect(Math.abs(time - (rig.now - 100))).toBeLessThan(12);
    expect(jumps).toBe(0);
  });

  it("jumps in silence for less than in speech", () => {
    const rig = new Rig();
    rig.run(300, 150, 140, () => new Float32Array(PACKET));
    rig.run(50, 100, 95, () => new Float32Array(PACKET));
    expect(rig.ring.report().jumps).toBe(1);
    const talking = new Rig();
    talking.run(300, 150, 140);
    talking.run(50, 100, 95);
    expect(talking.ring.report().jumps).toBe(0);
  });

  it("jumps at once when it is far away", () => {
    const rig = new Rig();
    rig.run(1_000, 600, 590);
    rig.run(20, 100, 95);
    const { time, jumps } = rig.ring.report();
    expect(jumps).toBe(1);
    expect(Math.abs(time - (rig.now - 100))).toBeLessThan(10);
  });

  it("starves quietly and goes on at the right moment", () => {
    const rig = new Rig();
    rig.run(200, 100, 60);
    const gap = rig.sent;
    for (let i = 0; i < 100; i++, rig.now += BLOCK_MS) rig.ring.render(rig.out, rig.now - 100);
    expect(Math.max(...rig.out[0]!)).toBe(0);
    expect(rig.ring.report().starved).toBeGreaterThan(0);
    rig.sent = gap;
    expect(rig.run(200, 100, 60)).toBeGreaterThan(0.4);
    expect(Math.abs(rig.ring.report().time - (rig.now - 100))).toBeLessThan(10);
  });

  it("keeps moments over holes and ignores what it has", () => {
    const rig = new Rig();
    rig.ring.push(0, [tone(0)]);
    rig.ring.push(60, [tone(60)]);
    rig.ring.push(20, [tone(20)]);
    rig.ring.render(rig.out, 0);
    expect(rig.ring.report().buffered).toBeCloseTo(80 - BLOCK_MS, 1);
  });
});
