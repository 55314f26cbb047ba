import { deflateRawSync } from "node:zlib";
import { describe, expect, it } from "vitest";
import { drawField, fieldOf, forbid, golden, type GoldenField } from "../../test/golden";
import { ArchiveError } from "./zip";
import { readWalkField, FREE } from "./walkfield";

interface Surface {
  ix: number;
  iz: number;
  layer: number;
  surface: number;
}
interface Case {
  name: string;
  from: { x: number; z: number; layer: number };
  to: { x: number; z: number };
  closed: number[];
  forbidden: number[];
  reached: Surface | null;
  blocked: "wall" | "door" | "zone" | null;
  last: Surface;
}

const vectors = golden<{ field: GoldenField; cases: Case[] }>("walk.json");
const REASONS = [null, "wall", "door", "zone"];

describe("sweep", () => {
  const field = fieldOf(vectors.field);

  it.each(vectors.cases.map((c) => [c.name, c] as const))("agrees with the server: %s", (_name, c) => {
    const start = field.locate(c.from.x, c.from.z, c.from.layer);
    const swept = field.sweep(start, c.from.x, c.from.z, c.to.x, c.to.z, forbid(c.closed, c.forbidden));
    expect(REASONS[swept.reason]).toBe(c.blocked);
    expect(swept.surface).toBe(c.last.surface);
    expect(field.layerOf(swept.surface)).toBe(c.last.layer);
    if (c.reached !== null) expect(swept.surface).toBe(c.reached.surface);
  });

  it("finds nothing outside of the grid and above the stack", () => {
    expect(field.locate(-100, 0, 0)).toBe(-1);
    expect(field.locate(100, 0, 0)).toBe(-1);
    expect(field.locate(-1.125, -0.375, 1)).toBe(-1);
  });

  it("takes the surface nearest in height", () => {
    const gallery = vectors.cases.find((c) => c.from.layer === 1)!;
    const upper = field.locate(gallery.from.x, gallery.from.z, 1);
    expect(field.surfaceNear(gallery.from.x, gallery.from.z, 1.3)).toBe(upper);
    expect(field.surfaceNear(gallery.from.x, gallery.from.z, 0.1)).toBe(upper - 1);
  });

  it("finds the nearest surface to a point on nothing", () => {
    const small = drawField(["....", ".##.", ".##.", "...."]);
    const found = small.nearest(0.4, 0, 0.4, 1);
    expect(small.middle(found)).toEqual({ x: 0.375, y: 0, z: 0.125 });
    expect(small.nearest(0.4, 5, 0.4, 1)).toBe(-1);
    expect(small.nearest(50, 0, 50, 1)).toBe(-1);
  });
});

/** A .npy file of version 1. */
function npy(descr: string, shape: string, data: Uint8Array): Uint8Array {
  const head = `{'descr': '${descr}', 'fortran_order': False, 'shape': (${shape}), }`;
  const padded = head.padEnd(Math.ceil((head.length + 11) / 64) * 64 - 11) + "\n";
  const out = new Uint8Array(10 + padded.length + data.length);
  out.set([0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59, 1, 0, padded.length & 255, padded.length >> 8]);
  out.set(new TextEncoder().encode(padded), 10);
  out.set(data, 10 + padded.length);
  return out;
}

/** A zip file, deflated or stored. */
function zip(members: Record<string, Uint8Array>, deflate: boolean): ArrayBuffer {
  const parts: Uint8Array[] = [];
  const central: Uint8Array[] = [];
  let offset = 0;
  for (const [name, content] of Object.entries(members)) {
    const packed = deflate ? new Uint8Array(deflateRawSync(content)) : content;
    const text = new TextEncoder().encode(name);
    const local = new DataView(new ArrayBuffer(30));
    local.setUint32(0, 0x04034b50, true);
    local.setUint16(8, deflate ? 8 : 0, true);
    local.setUint16(26, text.length, true);
    const entry = new DataView(new ArrayBuffer(46));
    entry.setUint32(0, 0x02014b50, true);
    entry.setUint16(10, deflate ? 8 : 0, true);
    entry.setUint32(20, packed.length, true);
    entry.setUint32(24, content.length, true);
    entry.setUint16(28, text.length, true);
    entry.setUint32(42, offset, true);
    parts.push(new Uint8Array(local.buffer), text, packed);
    central.push(new Uint8Array(entry.buffer), text);
    offset += 30 + text.length + packed.length;
  }
  const end = new DataView(new ArrayBuffer(22));
  end.setUint32(0, 0x06054b50, true);
  end.setUint16(10, Object.keys(members).length, true);
  end.setUint32(16, offset, true);
  const all = [...parts, ...central, new Uint8Array(end.buffer)];
  const out = new Uint8Array(all.reduce((n, part) => n + part.length, 0));
  let at = 0;
  for (const part of all) {
    out.set(part, at);
    at += part.length;
  }
  return out.buffer;
}

const bytes = (array: Uint32Array | Float32Array | Int16Array): Uint8Array => new Uint8Array(array.buffer);

function members(): Record<string, Uint8Array> {
  const { origin, cell, shape, count, height, links, room, zone, door } = vectors.field;
  const flat = (values: number[]): Uint8Array => npy("|u1", `${values.length},`, Uint8Array.from(values));
  return {
    "version.npy": npy("<u4", "", bytes(Uint32Array.of(1))),
    "origin.npy": npy("<f4", "2,", bytes(Float32Array.from(origin))),
    "cell.npy": npy("<f4", "", bytes(Float32Array.of(cell))),
    "shape.npy": npy("<u4", "2,", bytes(Uint32Array.from(shape))),
    "count.npy": npy("|u1", shape.join(", "), Uint8Array.from(count.flat())),
    "height.npy": npy("<i2", `${height.length},`, bytes(Int16Array.from(height))),
    "links.npy": flat(links),
    "room.npy": flat(room),
    "zone.npy": flat(zone),
    "door.npy": flat(door),
  };
}

describe("readWalkField", () => {
  it.each([true, false])("reads walk.npz (deflated: %s)", async (deflate) => {
    const field = await readWalkField(zip(members(), deflate));
    const expected = fieldOf(vectors.field);
    expect(field.size).toBe(expected.size);
    expect([...field.next]).toEqual([...expected.next]);
    expect(field.sweep(0, -1.375, -1.375, 1.375, -1.375, forbid([])).reason).toBe(FREE);
  });

  it("names what is missing", async () => {
    const { "zone.npy": _gone, ...rest } = members();
    await expect(readWalkField(zip(rest, true))).rejects.toThrow("'zone' is missing");
  });

  it("refuses damaged files with a sentence", async () => {
    const whole = zip(members(), true);
    for (const length of [0, 10, 100, whole.byteLength - 30]) {
      await expect(readWalkField(whole.slice(0, length))).rejects.toThrow(ArchiveError);
    }
    const bent = new Uint8Array(whole.slice(0));
    bent.fill(0xff, 60, 160);
    await expect(readWalkField(bent.buffer)).rejects.toThrow(ArchiveError);
  });
});
