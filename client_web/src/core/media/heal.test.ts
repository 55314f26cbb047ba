import { describe, expect, it } from "vitest";
import { Healing } from "./heal";

describe("healing", () => {
  it("asks anew after 2 s without pictures and 1 s without sound", () => {
    const video = new Healing("video", 0);
    const audio = new Healing("audio", 0);
    expect([video.check(1_999), audio.check(999)]).toEqual(["nothing", "nothing"]);
    expect([video.check(2_000), audio.check(1_000)]).toEqual(["restart", "restart"]);
  });

  it("asks less and less often, and forgets that when frames come", () => {
    const healing = new Healing("audio", 0);
    const asked: number[] = [];
    for (let now = 0; now <= 40_000; now += 100) if (healing.check(now) === "restart") asked.push(now);
    expect(asked).toEqual([1_000, 3_000, 7_000, 15_000, 31_000]);
    expect(healing.came(40_000, true)).toBe(true);
    expect(healing.came(40_020, true)).toBe(false);
    expect(healing.check(41_020)).toBe("restart");
    expect(healing.count).toBe(6);
  });

  it("asks for a key when frames come that cannot be decoded, once a second", () => {
    const healing = new Healing("video", 0);
    const asked: number[] = [];
    for (let now = 0; now <= 2_500; now += 50) {
      healing.came(now, false);
      if (healing.check(now) === "key") asked.push(now);
    }
    expect(asked).toEqual([0, 1_000, 2_000]);
    healing.came(2_550, true);
    expect(healing.check(3_600)).toBe("nothing");
  });

  it("leaves the server alone when that said why", () => {
    const healing = new Healing("video", 0);
    healing.excused(1_500);
    expect(healing.check(3_000)).toBe("nothing");
    expect(healing.check(3_500)).toBe("restart");
  });
});
