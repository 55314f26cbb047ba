/** Head and face. Friendly and simple: round eyes with a glint, a small smile, no fine features to go wrong. */

import { type MeshBuilder, mix, SLOT, smooth, type V3, type Weights } from "./mesh_builder";
import { HEAD } from "./skeleton";

export const HEAD_CENTRE: V3 = [0, 1.535, 0];
export const HEAD_RADII: V3 = [0.12, 0.15, 0.13];
export const EYE_Y = 1.535;

const BONE: Weights = [HEAD, HEAD, 0];

/** The head's surface along a direction, in units of HEAD_RADII. */
export function headShape(d: V3): V3 {
  const low = smooth(0, -1, d[1]);
  const front = smooth(0.2, -1, d[2]);
  return [
    d[0] * mix(1, 0.86, low),
    d[1] * mix(1, 0.98, low * front),
    d[2] * mix(1, mix(0.9, 0.98, front), low) * mix(1, 0.95, smooth(0.4, -0.6, d[2])),
  ];
}

/** A point on the head at height y and sideways x, on the face, pushed out by `out`. */
export function facePoint(x: number, y: number, out: number): V3 {
  const dy = (y - HEAD_CENTRE[1]) / HEAD_RADII[1];
  const low = smooth(0, -1, dy);
  const rx = HEAD_RADII[0] * mix(1, 0.86, low);
  const dx = x / rx;
  const dz = Math.sqrt(Math.max(0.02, 1 - dx * dx - dy * dy));
  const shaped = headShape([dx, dy, -dz]);
  return [x, y, HEAD_CENTRE[2] + shaped[2] * HEAD_RADII[2] - out];
}

export function addHead(b: MeshBuilder): void {
  const far = b.detail < 0.8;
  b.ellipsoid(HEAD_CENTRE, HEAD_RADII, {
    rows: b.count(12, 7),
    cols: b.count(16, 8),
    slot: SLOT.skin,
    bones: BONE,
    shape: headShape,
    shade: (p) => mix(0.86, 1, smooth(1.39, 1.46, p[1])),
  });
  for (const side of [-1, 1]) {
    addEye(b, side);
    addBrow(b, side);
    if (!far) addEar(b, side);
  }
  if (far) return;
  b.ellipsoid(facePoint(0, 1.5, 0.002), [0.017, 0.02, 0.02], {
    rows: 6,
    cols: 8,
    slot: SLOT.skin,
    bones: BONE,
    shade: 0.97,
    shape: (d) => [d[0] * mix(0.7, 1.1, smooth(1, -1, d[1])), d[1], d[2] * mix(0.5, 1, smooth(1, -0.6, d[1]))],
  });
  addMouth(b);
}

function addEye(b: MeshBuilder, side: number): void {
  const far = b.detail < 0.8;
  const c = facePoint(0.046 * side, EYE_Y, -0.003);
  b.ellipsoid(c, [0.0165, 0.0215, 0.0115], {
    rows: far ? 4 : 6,
    cols: far ? 5 : 9,
    slot: SLOT.dark,
    bones: BONE,
    shade: 1,
  });
  if (far) return;
  b.ellipsoid([c[0] + 0.005, c[1] + 0.0075, c[2] - 0.0098], [0.0048, 0.0052, 0.003], {
    rows: 3,
    cols: 6,
    slot: SLOT.light,
    bones: BONE,
  });
}

function addBrow(b: MeshBuilder, side: number): void {
  const far = b.detail < 0.8;
  tube(b, far ? 1 : 5, far ? 3 : 5, SLOT.hair, 0.9, (u) => {
    const x = mix(0.026, 0.068, u);
    const y = 1.577 + Math.sin(u * Math.PI) * 0.006 - u * 0.004;
    return { p: facePoint(x * side, y, 0.003), r: mix(0.0058, 0.0035, u) };
  });
}

function addEar(b: MeshBuilder, side: number): void {
  b.ellipsoid([0.119 * side, 1.522, 0.014], [0.015, 0.032, 0.022], {
    rows: 5,
    cols: 7,
    slot: SLOT.skin,
    bones: BONE,
    shade: 0.93,
  });
}

function addMouth(b: MeshBuilder): void {
  tube(b, 8, 5, SLOT.skin, 0.5, (u) => {
    const t = u * 2 - 1;
    return { p: facePoint(t * 0.03, 1.455 + t * t * 0.011, 0.0015), r: 0.0042 * (1 - 0.55 * t * t) };
  });
}

function tube(
  b: MeshBuilder,
  rows: number,
  cols: number,
  slot: typeof SLOT.hair | typeof SLOT.skin | typeof SLOT.accent,
  shade: number,
  path: (u: number) => { p: V3; r: number },
): void {
  b.surface({
    rows,
    cols,
    slot,
    bones: BONE,
    shade,
    at: (u, v) => {
      const { p, r } = path(u);
      const t = v * Math.PI * 2;
      return [p[0], p[1] + Math.cos(t) * r, p[2] + Math.sin(t) * r * 0.7];
    },
  });
}
