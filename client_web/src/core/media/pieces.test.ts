import { describe, expect, it } from "vitest";
import { MAX_PIECE_BYTES, readHead } from "./frame_head";
import { Assembler, type Frame, MAX_FRAME_BYTES, split } from "./pieces";

function frame(bytes: number, number = 0, track = 5): Frame {
  const payload = Uint8Array.from({ length: bytes }, (_, i) => (i * 7 + number) & 0xff);
  return { track, flags: 1, level: 3, duration: 333, group: 2, frame: number, time: 123_456, payload };
}

describe("pieces", () => {
  it("come together again, whatever the size", () => {
    for (const size of [0, 1, MAX_PIECE_BYTES, MAX_PIECE_BYTES + 1, 40_000]) {
      const assembler = new Assembler();
      const came = split(frame(size)).map((piece) => assembler.push(piece));
      expect(came.slice(0, -1).every((each) => each === null)).toBe(true);
      expect(came.at(-1)).toEqual(frame(size));
    }
  });

  it("are at most as large as the server takes, and none of a frame that is too large", () => {
    const pieces = split(frame(40_000));
    expect(pieces.map((piece) => piece.byteLength)).toEqual([16_020, 16_020, 8_020]);
    expect(readHead(pieces[1]!)).toMatchObject({ piece: 1, pieces: 3 });
    expect(split(frame(MAX_FRAME_BYTES + 1))).toEqual([]);
  });

  it("of different tracks may be mixed", () => {
    const assembler = new Assembler();
    const [a, b] = split(frame(20_000, 1, 1));
    const [c, d] = split(frame(20_000, 2, 2));
    expect([a, c, b, d].map((piece) => assembler.push(piece!)?.track)).toEqual([undefined, undefined, 1, 2]);
  });

  it("of which one is missing are given up, and the next frame is whole", () => {
    const assembler = new Assembler();
    const [first, , last] = split(frame(40_000));
    expect(assembler.push(first!)).toBeNull();
    expect(assembler.push(last!)).toBeNull();
    expect(assembler.broken).toBe(1);
    assembler.push(first!);
    expect(assembler.push(split(frame(10, 1))[0]!)?.frame).toBe(1);
    expect(assembler.broken).toBe(2);
  });

  it("that begin in the middle are nothing", () => {
    const assembler = new Assembler();
    expect(assembler.push(split(frame(40_000))[1]!)).toBeNull();
  });
});
