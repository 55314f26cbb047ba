/** Frames into pieces and back. Lines keep order, so the pieces of a frame come in a row or not at all. */

import {
  type Bytes,
  HEAD_BYTES,
  type Head,
  MAX_PIECE_BYTES,
  MAX_PIECES,
  readHead,
  viewOf,
  writeHead,
} from "./frame_head";

/** A whole frame. `time` in microseconds on the publisher's clock; `payload` may be a view of what came. */
export interface Frame {
  readonly track: number;
  readonly flags: number;
  readonly level: number;
  /** Tenths of a millisecond, 0 unknown. */
  readonly duration: number;
  readonly group: number;
  readonly frame: number;
  readonly time: number;
  readonly payload: Uint8Array;
}

/** Most bytes of one frame. */
export const MAX_FRAME_BYTES = MAX_PIECE_BYTES * MAX_PIECES;

/** The pieces of a frame, ready for the line; none when it is larger than a frame may be. */
export function split(frame: Frame): ArrayBuffer[] {
  const pieces = Math.max(1, Math.ceil(frame.payload.byteLength / MAX_PIECE_BYTES));
  if (pieces > MAX_PIECES) return [];
  const out: ArrayBuffer[] = [];
  for (let piece = 0; piece < pieces; piece++) {
    const part = frame.payload.subarray(piece * MAX_PIECE_BYTES, (piece + 1) * MAX_PIECE_BYTES);
    const bytes = new Uint8Array(HEAD_BYTES + part.byteLength);
    writeHead(new DataView(bytes.buffer), { ...frame, piece, pieces });
    bytes.set(part, HEAD_BYTES);
    out.push(bytes.buffer);
  }
  return out;
}

interface Partial {
  readonly head: Head;
  readonly parts: Uint8Array[];
}

/** Puts pieces of many tracks together. */
export class Assembler {
  readonly #partial = new Map<number, Partial>();
  /** Frames of which a piece was missing. */
  broken = 0;

  /** The frame that this piece completes, or null. Throws a HeadError for what is no frame. */
  push(bytes: Bytes): Frame | null {
    const head = readHead(bytes);
    const view = viewOf(bytes);
    const part = new Uint8Array(view.buffer, view.byteOffset + HEAD_BYTES, view.byteLength - HEAD_BYTES);
    const before = this.#partial.get(head.track);
    if (head.piece === 0) {
      if (before !== undefined) this.#lose(head.track);
      if (head.pieces <= 1) return frameOf(head, part);
      this.#partial.set(head.track, { head, parts: [part] });
      return null;
    }
    if (before === undefined) return null;
    if (!follows(before, head)) return this.#lose(head.track);
    before.parts.push(part);
    if (before.parts.length < head.pieces) return null;
    this.#partial.delete(head.track);
    return frameOf(before.head, joined(before.parts));
  }

  forget(track: number): void {
    this.#partial.delete(track);
  }

  #lose(track: number): null {
    this.#partial.delete(track);
    this.broken++;
    return null;
  }
}

function follows({ head, parts }: Partial, next: Head): boolean {
  return (
    next.group === head.group &&
    next.frame === head.frame &&
    next.pieces === head.pieces &&
    next.piece === parts.length &&
    next.pieces <= MAX_PIECES
  );
}

function frameOf({ track, flags, level, duration, group, frame, time }: Head, payload: Uint8Array): Frame {
  return { track, flags, level, duration, group, frame, time, payload };
}

function joined(parts: readonly Uint8Array[]): Uint8Array {
  const out = new Uint8Array(parts.reduce((sum, part) => sum + part.byteLength, 0));
  let at = 0;
  for (const part of parts) {
    out.set(part, at);
    at += part.byteLength;
  }
  return out;
}
