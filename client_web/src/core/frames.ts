/** Binary frames of the wire: layouts in server/turia/protocol/frames.py, golden vectors in tests/golden. */

import {
  CM_PER_M,
  CROWD_BYTES,
  CROWD_HEAD_BYTES,
  DM_PER_M,
  POSE_BYTES,
  POSE_OFFSET,
  SNAPSHOT_HEAD_BYTES,
  SNAPSHOT_HEAD_OFFSET,
  UPDATE_BYTES,
} from "../net/protocol.gen";

/** Lengths already in centimetres and angles in steps, as they travel. */
export interface Pose {
  seq: number;
  tick: number;
  x: number;
  y: number;
  z: number;
  yaw: number;
  state: number;
  layer: number;
  view: number;
}

/** Metres to the wire's signed 16-bit centimetres. */
export function toCm(metres: number): number {
  return Math.max(-32768, Math.min(32767, Math.round(metres * CM_PER_M)));
}

/** An ArrayBuffer of its own (the parser sends views with the whole buffer behind them). */
export function encodePose(pose: Pose): ArrayBuffer {
  const buffer = new ArrayBuffer(POSE_BYTES);
  const view = new DataView(buffer);
  view.setUint16(POSE_OFFSET.seq, pose.seq, true);
  view.setUint32(POSE_OFFSET.tick, pose.tick, true);
  view.setInt16(POSE_OFFSET.x, pose.x, true);
  view.setInt16(POSE_OFFSET.y, pose.y, true);
  view.setInt16(POSE_OFFSET.z, pose.z, true);
  view.setUint8(POSE_OFFSET.yaw, pose.yaw);
  view.setUint8(POSE_OFFSET.state, pose.state);
  view.setUint8(POSE_OFFSET.layer, pose.layer);
  view.setUint8(POSE_OFFSET.view, pose.view);
  return buffer;
}

/** Updates by structure of arrays; metres; yaw in steps. `left` and `back` are slots. */
export interface Snapshot {
  tick: number;
  seq: number;
  slot: Uint16Array;
  x: Float32Array;
  y: Float32Array;
  z: Float32Array;
  yaw: Uint8Array;
  state: Uint8Array;
  left: Uint16Array;
  back: Uint16Array;
}

/** A frame that is not what its head says. The connection goes on; the frame is dropped. */
export class FrameError extends Error {
  override name = "FrameError";
}

type Bytes = ArrayBuffer | ArrayBufferView;

function viewOf(bytes: Bytes): DataView {
  if (ArrayBuffer.isView(bytes)) return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  return new DataView(bytes);
}

function slots(view: DataView, offset: number, n: number): Uint16Array {
  const out = new Uint16Array(n);
  for (let i = 0; i < n; i++) out[i] = view.getUint16(offset + 2 * i, true);
  return out;
}

export function decodeSnapshot(bytes: Bytes): Snapshot {
  const view = viewOf(bytes);
  if (view.byteLength < SNAPSHOT_HEAD_BYTES) throw new FrameError(`snapshot of ${view.byteLength} bytes has no head`);
  const updates = view.getUint16(SNAPSHOT_HEAD_OFFSET.updates, true);
  const left = view.getUint16(SNAPSHOT_HEAD_OFFSET.left, true);
  const back = view.getUint16(SNAPSHOT_HEAD_OFFSET.back, true);
  const expected = SNAPSHOT_HEAD_BYTES + updates * UPDATE_BYTES + 2 * (left + back);
  if (view.byteLength !== expected) throw new FrameError(`snapshot has ${view.byteLength} bytes, expected ${expected}`);
  const tail = SNAPSHOT_HEAD_BYTES + updates * UPDATE_BYTES;
  const out: Snapshot = {
    tick: view.getUint32(SNAPSHOT_HEAD_OFFSET.tick, true),
    seq: view.getUint16(SNAPSHOT_HEAD_OFFSET.seq, true),
    slot: new Uint16Array(updates),
    x: new Float32Array(updates),
    y: new Float32Array(updates),
    z: new Float32Array(updates),
    yaw: new Uint8Array(updates),
    state: new Uint8Array(updates),
    left: slots(view, tail, left),
    back: slots(view, tail + 2 * left, back),
  };
  for (let i = 0, at = SNAPSHOT_HEAD_BYTES; i < updates; i++, at += UPDATE_BYTES) readUpdate(view, at, out, i);
  return out;
}

function readUpdate(view: DataView, at: number, out: Snapshot, i: number): void {
  out.slot[i] = view.getUint16(at, true);
  out.x[i] = view.getInt16(at + 2, true) / CM_PER_M;
  out.z[i] = view.getInt16(at + 4, true) / CM_PER_M;
  out.y[i] = view.getInt16(at + 6, true) / CM_PER_M;
  out.yaw[i] = view.getUint8(at + 8);
  out.state[i] = view.getUint8(at + 9);
}

/** Metres. */
export interface CrowdFrame {
  tick: number;
  slot: Uint16Array;
  x: Float32Array;
  z: Float32Array;
}

export function decodeCrowd(bytes: Bytes): CrowdFrame {
  const view = viewOf(bytes);
  if (view.byteLength < CROWD_HEAD_BYTES) throw new FrameError(`crowd frame of ${view.byteLength} bytes has no head`);
  const n = view.getUint16(4, true);
  const expected = CROWD_HEAD_BYTES + n * CROWD_BYTES;
  if (view.byteLength !== expected) throw new FrameError(`crowd has ${view.byteLength} bytes, expected ${expected}`);
  const out: CrowdFrame = {
    tick: view.getUint32(0, true),
    slot: new Uint16Array(n),
    x: new Float32Array(n),
    z: new Float32Array(n),
  };
  for (let i = 0, at = CROWD_HEAD_BYTES; i < n; i++, at += CROWD_BYTES) {
    out.slot[i] = view.getUint16(at, true);
    out.x[i] = view.getInt16(at + 2, true) / DM_PER_M;
    out.z[i] = view.getInt16(at + 4, true) / DM_PER_M;
  }
  return out;
}
