import { describe, expect, it } from "vitest";
import { fromHex, golden, toHex } from "../../../test/golden";
import { flagsOf, HEAD_BYTES, type Head, HeadError, isKey, layerOf, readHead, writeHead } from "./frame_head";

const rows = golden<{ hex: string; head: Head }[]>("media_head.json");

describe("the head of a media frame", () => {
  it("is read and written as the server does", () => {
    expect(rows.length).toBeGreaterThan(3);
    for (const { hex, head } of rows) {
      expect(readHead(fromHex(`${hex}ff`))).toEqual(head);
      const bytes = new Uint8Array(HEAD_BYTES);
      writeHead(new DataView(bytes.buffer), head);
      expect(toHex(bytes)).toBe(hex);
    }
  });

  it("is read from a view in the middle of a buffer", () => {
    const bytes = fromHex(`abcd${rows[1]!.hex}`);
    expect(readHead(bytes.subarray(2))).toEqual(rows[1]!.head);
  });

  it("has flags for keys and layers", () => {
    expect(isKey(flagsOf({ key: true, layer: 2 }))).toBe(true);
    expect(layerOf(flagsOf({ discardable: true, layer: 2 }))).toBe(2);
    expect(flagsOf({ end: true })).toBe(2);
  });

  it("is refused when it is too short", () => {
    expect(() => readHead(new Uint8Array(19))).toThrow(HeadError);
  });
});
