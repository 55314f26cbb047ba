import { describe, expect, it } from "vitest";
import { EMOTE_SHIFT, HAND_UP, RUNNING, SEATED, WALKING } from "../../../src/core/types";
import { advance, approach, newMotion } from "../../../src/render/avatar/motion";
import { runWeight, stride } from "../../../src/render/avatar/pose";

describe("approach", () => {
  it("never overshoots, whatever the frame time", () => {
    expect(approach(0, 1, 10, 100)).toBeLessThanOrEqual(1);
    expect(approach(0, 1, 10, 0)).toBe(0);
  });

  it("comes as far in one long frame as in many short ones", () => {
    let value = 0;
    for (let i = 0; i < 100; i++) value = approach(value, 1, 3, 0.01);
    expect(value).toBeCloseTo(approach(0, 1, 3, 1), 6);
  });
});

describe("advance", () => {
  it("shows somebody who comes into view seated as seated at once", () => {
    const m = newMotion(5);
    advance(m, SEATED, 0, 1, 0.016, false);
    expect(m.sit).toBe(1);
    expect(m.facing).toBe(1);
  });

  it("turns the walking cycle once per stride", () => {
    const m = newMotion(5);
    for (let i = 0; i < 100; i++) advance(m, WALKING, 1.5, 0, 0.02, false);
    const before = m.phase;
    for (let i = 0; i < 100; i++) advance(m, WALKING, 1.5, 0, 0.02, false);
    expect(m.phase - before).toBeCloseTo((1.5 * 2) / stride(1.5), 2);
    expect(m.walk).toBeCloseTo(1, 2);
    expect(m.run).toBe(0);
  });

  it("runs at running speed and stops the legs when standing", () => {
    const m = newMotion(5);
    for (let i = 0; i < 100; i++) advance(m, RUNNING, 5, 0, 0.02, false);
    expect(m.run).toBe(1);
    for (let i = 0; i < 200; i++) advance(m, 0, 0, 0, 0.02, false);
    expect(m.walk).toBeLessThan(0.01);
  });

  it("begins a gesture at its start and lets it fade", () => {
    const m = newMotion(5);
    for (let i = 0; i < 50; i++) advance(m, 1 << EMOTE_SHIFT, 0, 0, 0.02, false);
    expect(m.emoteWeight).toBeGreaterThan(0.99);
    advance(m, 2 << EMOTE_SHIFT, 0, 0, 0.02, false);
    expect(m.emote).toBe(2);
    expect(m.emoteTime).toBeCloseTo(0.02, 6);
    for (let i = 0; i < 100; i++) advance(m, HAND_UP, 0, 0, 0.02, false);
    expect(m.emote).toBe(0);
    expect(m.hand).toBeGreaterThan(0.99);
  });

  it("turns the short way round", () => {
    const m = newMotion(5);
    advance(m, 0, 0, 3.1, 0.016, false);
    advance(m, 0, 0, -3.1, 0.016, false);
    expect(m.facing).toBeGreaterThan(3.1);
  });
});

describe("runWeight", () => {
  it("is 0 at walking speed and 1 at running speed of the protocol", () => {
    expect(runWeight(2.4)).toBe(0);
    expect(runWeight(5)).toBe(1);
  });
});
