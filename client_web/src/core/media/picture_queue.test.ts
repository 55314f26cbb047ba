import { describe, expect, it } from "vitest";
import { PictureQueue } from "./picture_queue";

describe("picture queue", () => {
  it("gives the newest that is due and gives up what it passed", () => {
    const gone: string[] = [];
    const queue = new PictureQueue<string>((picture) => gone.push(picture));
    for (const [time, picture] of [
      [0, "a"],
      [33, "b"],
      [66, "c"],
    ] as const)
      queue.push(time, picture);
    expect(queue.due(-1)).toBeNull();
    expect(queue.due(40)).toEqual({ time: 33, picture: "b" });
    expect(gone).toEqual(["a"]);
    expect(queue.due(50)).toBeNull();
    queue.clear();
    expect(gone).toEqual(["a", "c"]);
    expect(queue.dropped).toBe(1);
  });

  it("never holds more than a second or so", () => {
    const gone: number[] = [];
    const queue = new PictureQueue<number>((picture) => gone.push(picture));
    for (let i = 0; i < 30; i++) queue.push(i, i);
    expect(queue.length).toBe(24);
    expect(gone).toEqual([0, 1, 2, 3, 4, 5]);
  });
});
