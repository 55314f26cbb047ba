import { beforeEach, expect, it } from "vitest";
import { keepInStep, type Playable } from "./in_step";

class Player implements Playable {
  currentTime = 0;
  playbackRate = 1;
  volume = 1;
  muted = false;
  paused = true;
  seeking = false;
  ended = false;
  readyState = 4;
  duration = 60;
  plays = 0;

  async play(): Promise<void> {
    this.plays++;
    this.paused = false;
  }

  pause(): void {
    this.paused = true;
  }
}

let main: Player;
let other: Player;

beforeEach(() => {
  [main, other] = [new Player(), new Player()];
});

const step = (): void => keepInStep(main, [other]);

it("plays and stands as the main one does", () => {
  main.paused = false;
  step();
  expect(other.paused).toBe(false);
  for (const stop of [{ paused: true }, { seeking: true }, { ended: true }, { readyState: 2 }]) {
    Object.assign(main, { paused: false, seeking: false, ended: false, readyState: 4 });
    step();
    Object.assign(main, stop);
    step();
    expect(other.paused, JSON.stringify(stop)).toBe(true);
  }
});

it("jumps when it is far away, and only then", () => {
  main.paused = false;
  main.currentTime = 20;
  step();
  expect(other.currentTime).toBe(20);
  other.currentTime = 20.1;
  step();
  expect(other.currentTime).toBe(20.1);
});

it("comes nearer without anybody hearing it", () => {
  main.paused = false;
  main.currentTime = other.currentTime = 20;
  other.currentTime = 20.1;
  step();
  expect(other.playbackRate).toBeCloseTo(0.95);
  other.currentTime = 19.96;
  step();
  expect(other.playbackRate).toBeCloseTo(1.04);
  other.currentTime = 20.01;
  main.playbackRate = 1.5;
  step();
  expect(other.playbackRate).toBe(1.5);
});

it("stands exactly where the main one stands", () => {
  main.currentTime = 20;
  other.currentTime = 20.1;
  step();
  expect(other.currentTime).toBe(20);
});

it("is as loud, and silent when it is over", () => {
  Object.assign(main, { paused: false, volume: 0.4, muted: true, currentTime: 61 });
  step();
  expect([other.volume, other.muted, other.paused, other.currentTime]).toEqual([0.4, true, true, 0]);
});

it("waits for its own seeking, and asks again when playing is refused", async () => {
  main.paused = false;
  main.currentTime = 20;
  other.seeking = true;
  step();
  expect(other.currentTime).toBe(0);
  other.pause();
  other.play = async (): Promise<void> => {
    other.plays++;
    throw new Error("not allowed");
  };
  step();
  step();
  await Promise.resolve();
  expect(other.plays).toBe(3);
});
