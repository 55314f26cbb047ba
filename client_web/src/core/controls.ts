/** What the person wants this moment, from all input devices together. */

/** Each -1 to 1. `x` right and `y` forward of the camera; `turn` left and `pitch` up. */
export interface Controls {
  x: number;
  y: number;
  turn: number;
  pitch: number;
  run: boolean;
}

export const idleControls = (): Controls => ({ x: 0, y: 0, turn: 0, pitch: 0, run: false });

/** Sum of the devices, cut to the unit circle. */
export function mergeControls(devices: readonly Readonly<Controls>[]): Controls {
  const out = idleControls();
  for (const device of devices) {
    out.x += device.x;
    out.y += device.y;
    out.turn += device.turn;
    out.pitch += device.pitch;
    out.run ||= device.run;
  }
  const length = Math.hypot(out.x, out.y);
  if (length > 1) {
    out.x /= length;
    out.y /= length;
  }
  out.turn = Math.max(-1, Math.min(1, out.turn));
  out.pitch = Math.max(-1, Math.min(1, out.pitch));
  return out;
}

export const wantsToMove = (controls: Readonly<Controls>): boolean => Math.hypot(controls.x, controls.y) > 0.15;
