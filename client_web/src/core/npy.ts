/** Reads numpy's `.npy` arrays of the few types that walk.npz holds. */

import { ArchiveError } from "./zip";

export type NpyData = Uint8Array | Int16Array | Uint32Array | Float32Array;

export interface NpyArray {
  readonly dtype: string;
  readonly shape: readonly number[];
  readonly data: NpyData;
}

const MAGIC = [0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59];

const TYPES: Record<string, { bytes: number; make: (buffer: ArrayBuffer) => NpyData }> = {
  "|u1": { bytes: 1, make: (b) => new Uint8Array(b) },
  "<i2": { bytes: 2, make: (b) => new Int16Array(b) },
  "<u4": { bytes: 4, make: (b) => new Uint32Array(b) },
  "<f4": { bytes: 4, make: (b) => new Float32Array(b) },
};

export function parseNpy(bytes: Uint8Array, name: string): NpyArray {
  const wrong = (what: string): ArchiveError => new ArchiveError(`The array '${name}' ${what}. Reload the page.`);
  if (bytes.byteLength < 12 || MAGIC.some((b, i) => bytes[i] !== b)) throw wrong("is no numpy array");
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const long = bytes[6]! >= 2;
  const length = long ? view.getUint32(8, true) : view.getUint16(8, true);
  const start = (long ? 12 : 10) + length;
  if (start > bytes.byteLength) throw wrong("is cut off");
  const head = new TextDecoder("latin1").decode(bytes.subarray(long ? 12 : 10, start));
  const dtype = /'descr':\s*'([^']+)'/.exec(head)?.[1] ?? "";
  const shapeText = /'shape':\s*\(([^)]*)\)/.exec(head)?.[1];
  const type = TYPES[dtype];
  if (type === undefined || shapeText === undefined) throw wrong(`has a type that is not read here (${dtype})`);
  if (/'fortran_order':\s*True/.test(head)) throw wrong("lies in column order");
  const shape = shapeText
    .split(",")
    .map((part) => part.trim())
    .filter((part) => part !== "")
    .map(Number);
  const items = shape.reduce((product, n) => product * n, 1);
  if (!Number.isSafeInteger(items) || start + items * type.bytes !== bytes.byteLength)
    throw wrong("has a wrong length");
  // Copied: typed arrays need aligned starts, members of an archive have none.
  return { dtype, shape, data: type.make(bytes.slice(start).buffer as ArrayBuffer) };
}
