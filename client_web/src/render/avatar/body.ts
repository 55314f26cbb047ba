/** What every figure has: legs, shoes, hands, neck; and the wheelchair. */

import { type MeshBuilder, mix, type Ring, SLOT, smooth, type V3, type Weights } from "./mesh_builder";
import {
  CHEST,
  FINGERS_L,
  FINGERS_R,
  FOOT_L,
  FOOT_R,
  HAND_L,
  HAND_R,
  HEAD,
  HIPS,
  LOWER_LEG_L,
  LOWER_LEG_R,
  ROOT,
  UPPER_LEG_L,
  UPPER_LEG_R,
  WHEEL,
} from "./skeleton";

export function addBody(b: MeshBuilder): void {
  addPelvis(b);
  addNeck(b);
  for (const side of [-1, 1] as const) {
    addLeg(b, side);
    addShoe(b, side);
    addHand(b, side);
  }
}

function addPelvis(b: MeshBuilder): void {
  const rings: Ring[] = [
    { c: [0, 1.0, 0.005], r: [0.001, 0.001] },
    { c: [0, 1.0, 0.005], r: [0.14, 0.1] },
    { c: [0, 0.93, 0.006], r: [0.158, 0.112] },
    { c: [0, 0.86, 0.006], r: [0.15, 0.096] },
    { c: [0, 0.81, 0.006], r: [0.09, 0.07] },
    { c: [0, 0.775, 0.004], r: [0.03, 0.05] },
    { c: [0, 0.77, 0.004], r: [0.001, 0.001] },
  ];
  b.loft(rings, { cols: b.count(14, 7), slot: SLOT.bottom, bones: [HIPS, HIPS, 0], shade: 0.95 });
}

function addNeck(b: MeshBuilder): void {
  const rings: Ring[] = [
    { c: [0, 1.49, 0.012], r: [0.05, 0.05] },
    { c: [0, 1.42, 0.014], r: [0.05, 0.052] },
    { c: [0, 1.36, 0.014], r: [0.058, 0.056] },
    { c: [0, 1.3, 0.012], r: [0.085, 0.07] },
  ];
  b.loft(rings, {
    cols: b.count(10, 6),
    slot: SLOT.skin,
    bones: (p) => [CHEST, HEAD, smooth(1.34, 1.44, p[1])],
    shade: (p) => mix(0.94, 0.74, smooth(1.36, 1.43, p[1])),
  });
}

function addLeg(b: MeshBuilder, side: -1 | 1): void {
  const [upper, lower, foot] = side < 0 ? [UPPER_LEG_L, LOWER_LEG_L, FOOT_L] : [UPPER_LEG_R, LOWER_LEG_R, FOOT_R];
  const ring = (x: number, y: number, z: number, rx: number, rz: number): Ring => ({
    c: [x * side, y, z],
    r: [rx, rz],
  });
  const rings = [
    ring(0.085, 0.93, 0.004, 0.001, 0.001),
    ring(0.086, 0.9, 0.004, 0.072, 0.09),
    ring(0.09, 0.8, 0.004, 0.086, 0.1),
    ring(0.094, 0.66, 0.0, 0.078, 0.088),
    ring(0.097, 0.53, -0.004, 0.064, 0.07),
    ring(0.098, 0.47, -0.006, 0.061, 0.066),
    ring(0.099, 0.41, -0.002, 0.06, 0.066),
    ring(0.101, 0.28, 0.006, 0.06, 0.066),
    ring(0.102, 0.1, 0.006, 0.056, 0.06),
    ring(0.102, 0.075, 0.006, 0.05, 0.054),
  ];
  b.loft(rings, {
    cols: b.count(12, 6),
    slot: SLOT.bottom,
    bones: (p): Weights => {
      if (p[1] > 0.76) return [upper, HIPS, smooth(0.84, 0.92, p[1]) * 0.5];
      if (p[1] > 0.3) return [lower, upper, smooth(0.41, 0.53, p[1])];
      return [lower, foot, 0];
    },
    shade: (p) => mix(0.82, 1, smooth(0.02, 0.1, Math.abs(p[0]))) * mix(0.92, 1, smooth(0, 0.5, p[1])),
  });
}

function addShoe(b: MeshBuilder, side: -1 | 1): void {
  const foot = side < 0 ? FOOT_L : FOOT_R;
  const shape = (d: V3): V3 => {
    const toe = smooth(0.1, -0.9, d[2]);
    return [d[0] * mix(0.86, 1.06, toe), d[1] < 0 ? Math.max(d[1], -0.62) : d[1] * mix(1.25, 0.72, toe), d[2]];
  };
  b.ellipsoid([0.104 * side, 0.044, -0.048], [0.05, 0.06, 0.135], {
    rows: b.count(8, 5),
    cols: b.count(12, 6),
    slot: SLOT.shoe,
    bones: [foot, foot, 0],
    shape,
  });
  if (b.detail < 0.8) return;
  b.loft(
    [
      { c: [0.104 * side, 0.026, -0.05], r: [0.001, 0.001] },
      { c: [0.104 * side, 0.026, -0.05], r: [0.053, 0.138] },
      { c: [0.104 * side, 0.002, -0.05], r: [0.053, 0.138] },
      { c: [0.104 * side, 0.002, -0.05], r: [0.001, 0.001] },
    ],
    { cols: 12, slot: SLOT.light, bones: [foot, foot, 0], shade: 0.85 },
  );
}

function addHand(b: MeshBuilder, side: -1 | 1): void {
  const [hand, fingers] = side < 0 ? [HAND_L, FINGERS_L] : [HAND_R, FINGERS_R];
  const x = 0.253 * side;
  const o = { slot: SLOT.skin, shade: 0.98 };
  b.ellipsoid([x, 0.8, -0.002], [0.026, 0.055, 0.04], {
    ...o,
    rows: b.count(6, 4),
    cols: b.count(9, 5),
    bones: [hand, hand, 0],
  });
  b.ellipsoid([x, 0.747, -0.002], [0.021, 0.05, 0.036], {
    ...o,
    rows: b.count(6, 3),
    cols: b.count(9, 5),
    bones: (p) => [fingers, hand, smooth(0.755, 0.79, p[1])],
  });
  if (b.detail < 0.8) return;
  b.ellipsoid([x - 0.004 * side, 0.79, -0.048], [0.014, 0.016, 0.036], {
    ...o,
    rows: 5,
    cols: 6,
    bones: [hand, hand, 0],
    shape: (d) => [d[0], d[1] + d[2] * 0.55, d[2]],
  });
}

/** Wheelchair: stands under the seated figure; the big wheels turn. */
export function addWheelchair(b: MeshBuilder): void {
  const seat: Weights = [ROOT, ROOT, 0];
  const box = (c: V3, r: V3, slot: typeof SLOT.accent | typeof SLOT.dark, shade = 1): void =>
    b.loft(
      [
        { c: [c[0], c[1] + r[1], c[2]], r: [0.001, 0.001] },
        { c: [c[0], c[1] + r[1], c[2]], r: [r[0], r[2]] },
        { c: [c[0], c[1] - r[1], c[2]], r: [r[0], r[2]] },
        { c: [c[0], c[1] - r[1], c[2]], r: [0.001, 0.001] },
      ],
      { cols: b.detail < 0.8 ? 8 : 12, slot, bones: seat, shade, square: 6 },
    );
  box([0, 0.43, -0.01], [0.2, 0.025, 0.2], SLOT.dark, 1.6);
  box([0, 0.68, 0.2], [0.19, 0.17, 0.018], SLOT.dark, 1.6);
  box([0, 0.075, -0.42], [0.16, 0.012, 0.07], SLOT.dark, 1.4);
  for (const side of [-1, 1]) {
    box([0.2 * side, 0.56, 0.21], [0.012, 0.3, 0.012], SLOT.accent, 0.9);
    box([0.17 * side, 0.25, -0.34], [0.012, 0.18, 0.012], SLOT.accent, 0.9);
    box([0.2 * side, 0.62, -0.02], [0.022, 0.016, 0.15], SLOT.dark, 1.4);
    addWheel(b, [0.245 * side, 0.29, 0.06], 0.265, 0.024, [WHEEL, WHEEL, 0]);
    addWheel(b, [0.17 * side, 0.07, -0.28], 0.05, 0.02, seat);
  }
}

function addWheel(b: MeshBuilder, c: V3, radius: number, tube: number, bones: Weights): void {
  const rows = b.count(20, 8);
  b.surface({
    rows,
    cols: b.count(6, 4),
    slot: SLOT.dark,
    bones,
    shade: 1.2,
    at: (u, v) => {
      const a = u * Math.PI * 2;
      const t = v * Math.PI * 2;
      const r = radius + Math.cos(t) * tube;
      return [c[0] + Math.sin(t) * tube, c[1] + Math.cos(a) * r, c[2] + Math.sin(a) * r];
    },
  });
  if (radius < 0.1 || b.detail < 0.8) return;
  for (let spoke = 0; spoke < 4; spoke++) {
    const a = (spoke * Math.PI) / 4;
    b.surface({
      rows: 1,
      cols: 4,
      slot: SLOT.light,
      bones,
      shade: 0.6,
      at: (u, v) => {
        const along = (u - 0.5) * 2 * radius;
        const t = v * Math.PI * 2;
        const w = Math.sin(t) * 0.006;
        return [
          c[0] + Math.cos(t) * 0.006,
          c[1] + Math.cos(a) * along - Math.sin(a) * w,
          c[2] + Math.sin(a) * along + Math.cos(a) * w,
        ];
      },
    });
  }
}
