/** The 20 bytes before every piece of a media frame (docs/media.md, protocol/media.py). Little-endian. */

import { DISCARDABLE, END, HEAD_BYTES, KEY, MAX_PIECE_BYTES, MAX_PIECES } from "../../net/media.gen";

export { HEAD_BYTES, MAX_PIECE_BYTES, MAX_PIECES };

const LAYER_SHIFT = 4;
const LAYER_MASK = 3;
const HIGH_BITS = 0x1_0000;

export type Bytes = ArrayBuffer | ArrayBufferView;

/** `time` in microseconds on the publisher's clock, `duration` in tenths of a millisecond. */
export interface Head {
  readonly track: number;
  readonly flags: number;
  readonly piece: number;
  readonly pieces: number;
  readonly level: number;
  readonly duration: number;
  readonly group: number;
  readonly frame: number;
  readonly time: number;
}

export class HeadError extends Error {}

export const isKey = (flags: number): boolean => (flags & KEY) !== 0;
export const layerOf = (flags: number): number => (flags >> LAYER_SHIFT) & LAYER_MASK;

export interface FlagParts {
  readonly key?: boolean;
  readonly end?: boolean;
  readonly discardable?: boolean;
  readonly layer?: number;
}

export function flagsOf({ key = false, end = false, discardable = false, layer = 0 }: FlagParts): number {
  return (key ? KEY : 0) | (end ? END : 0) | (discardable ? DISCARDABLE : 0) | ((layer & LAYER_MASK) << LAYER_SHIFT);
}

export function viewOf(bytes: Bytes): DataView {
  return ArrayBuffer.isView(bytes)
    ? new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
    : new DataView(bytes);
}

/** Throws a HeadError when there are fewer than 20 bytes. */
export function readHead(bytes: Bytes): Head {
  const view = viewOf(bytes);
  if (view.byteLength < HEAD_BYTES) throw new HeadError(`a media frame of ${view.byteLength} bytes has no head`);
  return {
    track: view.getUint16(0, true),
    flags: view.getUint8(2),
    piece: view.getUint8(3),
    pieces: view.getUint8(4),
    level: view.getUint8(5),
    duration: view.getUint16(6, true),
    group: view.getUint32(8, true),
    frame: view.getUint16(12, true),
    time: view.getUint16(14, true) + view.getUint32(16, true) * HIGH_BITS,
  };
}

export function writeHead(view: DataView, head: Head): void {
  view.setUint16(0, head.track, true);
  view.setUint8(2, head.flags);
  view.setUint8(3, head.piece);
  view.setUint8(4, head.pieces);
  view.setUint8(5, head.level);
  view.setUint16(6, Math.max(0, Math.min(0xffff, Math.round(head.duration))), true);
  view.setUint32(8, head.group, true);
  view.setUint16(12, head.frame, true);
  view.setUint16(14, head.time % HIGH_BITS, true);
  view.setUint32(16, Math.floor(head.time / HIGH_BITS), true);
}
