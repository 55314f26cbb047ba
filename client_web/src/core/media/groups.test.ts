import { describe, expect, it } from "vitest";
import { flagsOf } from "./frame_head";
import { Groups } from "./groups";

const of = (group: number, frame: number, layer = 0): { flags: number; group: number; frame: number } => ({
  group,
  frame,
  flags: flagsOf({ key: frame === 0, layer }),
});

describe("groups", () => {
  it("start with a key and go on in order", () => {
    const groups = new Groups(1);
    expect(groups.take(of(3, 4))).toBe("need_key");
    expect(groups.take(of(3, 5))).toBe("need_key");
    expect(groups.take(of(4, 0))).toBe("decode");
    expect(groups.take(of(4, 1))).toBe("decode");
    expect(groups.lost).toBe(1);
  });

  it("are broken by a hole until the next key", () => {
    const groups = new Groups(1);
    groups.take(of(1, 0));
    expect(groups.take(of(1, 2))).toBe("need_key");
    expect(groups.take(of(1, 3))).toBe("need_key");
    expect(groups.take(of(2, 0))).toBe("decode");
    expect(groups.lost).toBe(1);
  });

  it("go on without their upper layer", () => {
    const groups = new Groups(2);
    const verdicts = [of(1, 0), of(1, 1, 1), of(1, 2), of(1, 4), of(1, 6), of(1, 7, 1)].map((each) =>
      groups.take(each),
    );
    expect(verdicts).toEqual(["decode", "decode", "decode", "decode", "decode", "decode"]);
  });

  it("leave out an upper frame that may lean on one that is missing", () => {
    const groups = new Groups(3);
    groups.take(of(1, 0));
    expect(groups.take(of(1, 3, 2))).toBe("skip");
    expect(groups.take(of(1, 4))).toBe("decode");
    expect(groups.take(of(1, 5, 2))).toBe("decode");
  });

  it("never go back, nor show a frame twice", () => {
    const groups = new Groups(1);
    groups.take(of(5, 0));
    expect(groups.take(of(5, 0))).toBe("skip");
    expect(groups.take(of(4, 9))).toBe("skip");
  });

  it("wait for a key after the decoder failed, and take the cached group from its start", () => {
    const groups = new Groups(1);
    groups.take(of(1, 0));
    groups.take(of(1, 1));
    groups.broken();
    expect(groups.take(of(1, 2))).toBe("need_key");
    groups.restart();
    expect(groups.take(of(1, 0))).toBe("decode");
    expect(groups.take(of(1, 1))).toBe("decode");
  });

  it("count groups that never came", () => {
    const groups = new Groups(1);
    groups.take(of(1, 0));
    groups.take(of(4, 0));
    expect(groups.lost).toBe(2);
  });
});
