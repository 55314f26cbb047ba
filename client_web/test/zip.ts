/** Writes small .npy and .npz files: what numpy writes, for the tests. */

import { deflateRawSync } from "node:zlib";

/** A .npy file of version 1. */
export function npy(descr: string, shape: string, data: Uint8Array): Uint8Array {
  const head = `{'descr': '${descr}', 'fortran_order': False, 'shape': (${shape}), }`;
  const padded = head.padEnd(Math.ceil((head.length + 11) / 64) * 64 - 11) + "\n";
  const out = new Uint8Array(10 + padded.length + data.length);
  out.set([0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59, 1, 0, padded.length & 255, padded.length >> 8]);
  out.set(new TextEncoder().encode(padded), 10);
  out.set(data, 10 + padded.length);
  return out;
}

/** A zip file, deflated or stored. */
export function zip(members: Readonly<Record<string, Uint8Array>>, deflate: boolean): ArrayBuffer {
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
  return join([...parts, ...central, new Uint8Array(end.buffer)]);
}

function join(parts: readonly Uint8Array[]): ArrayBuffer {
  const out = new Uint8Array(parts.reduce((n, part) => n + part.length, 0));
  let at = 0;
  for (const part of parts) {
    out.set(part, at);
    at += part.length;
  }
  return out.buffer;
}

export const bytes = (array: Uint32Array | Float32Array | Int16Array): Uint8Array => new Uint8Array(array.buffer);

/** walk.npz of a flat square floor of n x n cells of 0.25 m, low corner at (0, 0), all in room 0. */
export function flatWalk(n: number): ArrayBuffer {
  const flat = (value: (ix: number, iz: number) => number): Uint8Array =>
    npy(
      "|u1",
      `${n * n},`,
      Uint8Array.from({ length: n * n }, (_, i) => value(i % n, Math.floor(i / n))),
    );
  const link = (ix: number, iz: number): number =>
    (ix < n - 1 ? 1 : 0) | (ix > 0 ? 4 : 0) | (iz < n - 1 ? 16 : 0) | (iz > 0 ? 64 : 0);
  return zip(
    {
      "version.npy": npy("<u4", "", bytes(Uint32Array.of(1))),
      "origin.npy": npy("<f4", "2,", bytes(Float32Array.of(0, 0))),
      "cell.npy": npy("<f4", "", bytes(Float32Array.of(0.25))),
      "shape.npy": npy("<u4", "2,", bytes(Uint32Array.of(n, n))),
      "count.npy": npy("|u1", `${n}, ${n}`, new Uint8Array(n * n).fill(1)),
      "height.npy": npy("<i2", `${n * n},`, bytes(new Int16Array(n * n))),
      "links.npy": flat(link),
      "room.npy": flat(() => 0),
      "zone.npy": flat(() => 255),
      "door.npy": flat(() => 255),
    },
    true,
  );
}
