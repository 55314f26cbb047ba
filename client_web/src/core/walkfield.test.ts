import { describe, expect, it } from "vitest";
import { drawField, fieldOf, forbid, golden, type GoldenField } from "../../test/golden";
import { bytes, npy, zip } from "../../test/zip";
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
