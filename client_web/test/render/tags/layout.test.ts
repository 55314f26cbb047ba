import { describe, expect, it } from "vitest";
import {
  boxAt,
  layoutTags,
  LEFT_OUT,
  newTagBoxes,
  type ScreenBox,
  type TagBoxes,
  tagFade,
  tagHeight,
  tagScale,
} from "../../../src/render/tags/layout";

function layout(boxes: [x: number, y: number, width?: number, height?: number][]): number[] {
  const all = newTagBoxes(64);
  boxes.forEach(([x, y, width = 100, height = 30], i) => {
    all.x[i] = x;
    all.y[i] = y;
    all.width[i] = width;
    all.height[i] = height;
  });
  layoutTags(all, boxes.length);
  return Array.from(all.lift.slice(0, boxes.length));
}

describe("layoutTags", () => {
  it("leaves tags alone that do not meet", () => {
    expect(layout([[100, 100], [300, 100], [100, 200]])).toEqual([0, 0, 0]); // prettier-ignore
  });

  it("moves the less important one up, just clear of the other", () => {
    const [first, second] = layout([[100, 100], [120, 95]]); // prettier-ignore
    expect(first).toBe(0);
    expect(second).toBeGreaterThan(0);
    expect(95 - second!).toBeLessThanOrEqual(100 - 30);
  });

  it("leaves out what would end up far from its head", () => {
    const lifts = layout([[100, 100], [100, 100], [100, 100], [100, 100], [100, 100], [100, 100]]); // prettier-ignore
    expect(lifts[0]).toBe(0);
    expect(lifts[5]).toBe(LEFT_OUT);
  });

  it("never lets two shown tags overlap", () => {
    const boxes = Array.from({ length: 40 }, (_, i): [number, number, number, number] => [
      (i * 97) % 500,
      (i * 53) % 200,
      60 + ((i * 31) % 80),
      20 + (i % 20),
    ]);
    const lifts = layout(boxes);
    for (let i = 0; i < boxes.length; i++) {
      for (let k = 0; k < i; k++) {
        if (lifts[i]! < 0 || lifts[k]! < 0) continue;
        const [xi, yi, wi, hi] = boxes[i]!;
        const [xk, yk, wk, hk] = boxes[k]!;
        const beside = Math.abs(xi - xk) >= (wi + wk) / 2;
        const bi = yi - lifts[i]!;
        const bk = yk - lifts[k]!;
        expect(beside || bi <= bk - hk + 0.01 || bk <= bi - hi + 0.01).toBe(true);
      }
    }
  });
});

describe("size and fade", () => {
  it("stay readable far away and reasonable near", () => {
    expect(tagHeight(0.01, 40, 25)).toBe(40);
    expect(tagHeight(1000, 40, 25)).toBe(25);
    expect(tagScale(2)).toBe(1);
    expect(tagScale(0.6)).toBeGreaterThan(1.3);
    expect(tagScale(0.01)).toBe(1.4);
    expect(tagFade(5, 30)).toBe(1);
    expect(tagFade(30, 30)).toBe(0);
  });
});

it("finds the box at a point where it was drawn, the first of several, none that was left out", () => {
  const boxes = newTagBoxes(64);
  [
    [100, 100],
    [120, 95],
    [400, 100],
  ].forEach(([x, y], i) => {
    boxes.x[i] = x!;
    boxes.y[i] = y!;
    boxes.width[i] = 100;
    boxes.height[i] = 30;
  });
  layoutTags(boxes, 3);
  boxes.lift[2] = LEFT_OUT;
  const at = (x: number, y: number): number => boxAt(boxes, 3, x, y, 6);
  expect([at(100, 80), at(100, 97), at(130, 50), at(155, 80), at(400, 80)]).toEqual([0, -1, 1, -1, -1]);
});

interface Wish {
  readonly x: number;
  readonly y: number;
  readonly free?: boolean;
}

/** Tags of 100 by 20 pixels that would like to stand there, the most important first. */
function boxesOf(...wishes: readonly Wish[]): TagBoxes {
  const boxes = newTagBoxes(8);
  wishes.forEach(({ x, y, free = false }, i) => {
    [boxes.x[i], boxes.y[i], boxes.width[i], boxes.height[i], boxes.free[i]] = [x, y, 100, 20, free ? 1 : 0];
  });
  return boxes;
}

const lifts = (boxes: TagBoxes, count: number): number[] => [...boxes.lift.slice(0, count)];

const SCREEN: ScreenBox = { left: 200, top: 100, right: 400, bottom: 200 };

describe("name tags before a screen with a talk on it", () => {
  it("do not cover it, but those of who speaks or is pointed at do", () => {
    const boxes = boxesOf({ x: 300, y: 150 }, { x: 300, y: 180, free: true }, { x: 100, y: 150 });
    layoutTags(boxes, 3, [SCREEN]);
    expect(lifts(boxes, 3)).toEqual([LEFT_OUT, 0, 0]);
  });

  it("do not cover it where others push them up", () => {
    const boxes = boxesOf({ x: 300, y: 226 }, { x: 300, y: 226 });
    layoutTags(boxes, 2, [SCREEN]);
    expect(lifts(boxes, 2)).toEqual([0, LEFT_OUT]);
  });

  it("are no obstacle to others, nor to be pressed, while they are left out", () => {
    const boxes = boxesOf({ x: 300, y: 150 }, { x: 300, y: 150, free: true });
    layoutTags(boxes, 2, [SCREEN]);
    expect(lifts(boxes, 2)).toEqual([LEFT_OUT, 0]);
    expect(boxAt(boxes, 2, 300, 145, 0)).toBe(1);
  });

  it("may stand at its very edge", () => {
    const boxes = boxesOf({ x: 300, y: 104 }, { x: 154, y: 150 }, { x: 158, y: 190 });
    layoutTags(boxes, 3, [SCREEN]);
    expect(lifts(boxes, 3)).toEqual([0, 0, LEFT_OUT]);
  });
});
