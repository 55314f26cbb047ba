/** Clothes: torso and arms of each style. Sleeves that are short leave the skin of the arm. */

import { type MeshBuilder, mix, type Ring, SLOT, type Slot, smooth, type V3, type Weights } from "./mesh_builder";
import {
  CHEST,
  HAND_L,
  HAND_R,
  HIPS,
  LOWER_ARM_L,
  LOWER_ARM_R,
  LOWER_LEG_L,
  LOWER_LEG_R,
  UPPER_ARM_L,
  UPPER_ARM_R,
  UPPER_LEG_L,
  UPPER_LEG_R,
} from "./skeleton";

export type TopBuilder = (b: MeshBuilder) => void;

export const TOPS: Readonly<Record<string, TopBuilder>> = {
  tshirt: (b) => {
    torso(b, { low: 0.885 });
    arms(b, { sleeve: 1.13 });
  },
  shirt: (b) => {
    torso(b, { low: 0.87 });
    arms(b, { sleeve: 0.84, cuff: 0.8 });
    collar(b, SLOT.top, 1.12);
    strip(b, 0.011, 0.9, 1.36, SLOT.top, 0.8, 0.004);
  },
  blazer: (b) => {
    torso(b, { low: 0.8, puff: 0.008 });
    arms(b, { sleeve: 0.83, puff: 0.006 });
    wedge(b);
    collar(b, SLOT.light, 1);
  },
  hoodie: (b) => {
    torso(b, { low: 0.86, puff: 0.016 });
    arms(b, { sleeve: 0.83, puff: 0.01, cuff: 0.82 });
    hood(b);
    pocket(b);
  },
  jumper: (b) => {
    torso(b, { low: 0.87, puff: 0.01, hem: true });
    arms(b, { sleeve: 0.83, puff: 0.008, cuff: 0.86 });
    b.torus([0, 1.375, 0.012], [0.064, 0.06], 0.016, {
      rows: b.count(12, 7),
      cols: b.count(6, 4),
      slot: SLOT.top,
      bones: [CHEST, CHEST, 0],
      shade: 0.86,
      tall: 1.2,
    });
  },
  dress: (b) => {
    torso(b, { low: 0.98, waist: 0.93 });
    arms(b, { sleeve: 1.12 });
    skirt(b, 0.5, 0.235);
  },
  robe: (b) => {
    torso(b, { low: 0.95, puff: 0.012 });
    arms(b, { sleeve: 0.84, puff: 0.012, flare: 0.024 });
    skirt(b, 0.085, 0.215);
    strip(b, 0.012, 0.99, 1.37, SLOT.light, 0.95, 0.016);
    b.torus([0, 1.375, 0.013], [0.06, 0.056], 0.011, {
      rows: b.count(12, 7),
      cols: b.count(6, 4),
      slot: SLOT.light,
      bones: [CHEST, CHEST, 0],
      tall: 1.4,
    });
  },
};

interface TorsoOptions {
  /** Height of the hem. */
  readonly low: number;
  readonly puff?: number;
  readonly waist?: number;
  readonly hem?: boolean;
}

/** Half width and half depth of the torso at a height. */
function torsoSize(y: number): [number, number, number] {
  const table: readonly (readonly [number, number, number, number])[] = [
    [0.78, 0.168, 0.12, 0.006],
    [0.9, 0.166, 0.118, 0.006],
    [1.0, 0.15, 0.106, 0.006],
    [1.08, 0.149, 0.104, 0.004],
    [1.18, 0.166, 0.112, 0.004],
    [1.26, 0.184, 0.112, 0.007],
    [1.31, 0.19, 0.1, 0.009],
    [1.34, 0.166, 0.086, 0.011],
    [1.365, 0.116, 0.072, 0.013],
    [1.385, 0.072, 0.061, 0.014],
    [1.395, 0.062, 0.057, 0.014],
  ];
  for (let i = 1; i < table.length; i++) {
    const [y1, a1, b1, c1] = table[i]!;
    if (y > y1 && i < table.length - 1) continue;
    const [y0, a0, b0, c0] = table[i - 1]!;
    const t = Math.min(1, Math.max(0, (y - y0) / (y1 - y0)));
    return [mix(a0, a1, t), mix(b0, b1, t), mix(c0, c1, t)];
  }
  return [0.15, 0.1, 0];
}

const spine = (p: V3): Weights => [HIPS, CHEST, smooth(0.94, 1.12, p[1])];

/** Darker under the arms and towards the hem: light from above, baked. */
const torsoShade = (p: V3): number =>
  mix(0.86, 1, smooth(0.85, 1.2, p[1])) * mix(1, 0.9, smooth(0.12, 0.17, Math.abs(p[0])));

function torso(b: MeshBuilder, o: TorsoOptions): void {
  const puff = o.puff ?? 0;
  const heights = [1.395, 1.385, 1.365, 1.34, 1.31, 1.26, 1.18, 1.08, 1.0, 0.9].filter((y) => y > o.low + 0.03);
  heights.push(o.low);
  const rings: Ring[] = heights.map((y) => {
    const [rx, rz, z] = torsoSize(y);
    const fit = y < 1.12 && y > 0.95 ? (o.waist ?? 1) : 1;
    const grow = puff * smooth(1.39, 1.3, y);
    return { c: [0, y, z], r: [rx * fit + grow, rz * fit + grow] };
  });
  const last = rings[rings.length - 1]!;
  if (o.hem) rings[rings.length - 1] = { c: last.c, r: [last.r[0] - 0.012, last.r[1] - 0.01] };
  rings.push({ c: [last.c[0], last.c[1] - 0.004, last.c[2]], r: [last.r[0] - 0.02, last.r[1] - 0.02] });
  b.loft(rings, { cols: b.count(18, 8), slot: SLOT.top, bones: spine, shade: torsoShade, square: 2.35 });
}

interface ArmOptions {
  /** Height (arm hanging) where the sleeve ends. */
  readonly sleeve: number;
  readonly puff?: number;
  /** Above this height down to the sleeve's end the cuff is darker. */
  readonly cuff?: number;
  /** Extra radius at the sleeve's end. */
  readonly flare?: number;
}

const ARM: readonly (readonly [y: number, x: number, z: number, rx: number, rz: number])[] = [
  [1.345, 0.172, 0.008, 0.001, 0.001],
  [1.341, 0.174, 0.008, 0.022, 0.03],
  [1.324, 0.182, 0.008, 0.043, 0.052],
  [1.285, 0.194, 0.008, 0.053, 0.06],
  [1.22, 0.206, 0.008, 0.05, 0.056],
  [1.13, 0.22, 0.01, 0.047, 0.051],
  [1.06, 0.231, 0.01, 0.043, 0.046],
  [0.99, 0.239, 0.007, 0.041, 0.044],
  [0.9, 0.247, 0.003, 0.036, 0.039],
  [0.83, 0.252, 0, 0.028, 0.033],
  [0.8, 0.253, 0, 0.024, 0.03],
];

function arms(b: MeshBuilder, o: ArmOptions): void {
  for (const side of [-1, 1] as const) {
    const sleeve = armRings(side, 2, o.sleeve, o);
    armLoft(b, side, sleeve, SLOT.top, o.cuff);
    if (o.sleeve > 0.9) armLoft(b, side, armRings(side, o.sleeve + 0.05, 0.8, {}), SLOT.skin);
  }
}

function armRings(
  side: -1 | 1,
  from: number,
  to: number,
  o: { puff?: number; flare?: number; sleeve?: number },
): Ring[] {
  const short = (o.sleeve ?? 0) > 0.9;
  const size = (y: number, r: number): number => {
    const grow = (o.puff ?? 0.004) * smooth(1.37, 1.3, y) + (short ? 0.006 * smooth(1.3, 1.15, y) : 0);
    return r + (o.sleeve === undefined ? 0 : grow) + (o.flare ?? 0) * smooth(1.1, 0.84, y);
  };
  const rings: Ring[] = ARM.filter(([y]) => y < from && y > to + 0.004).map(([y, x, z, rx, rz]) => ({
    c: [x * side, y, z],
    r: rx < 0.01 ? [rx, rz] : [size(y, rx), size(y, rz)],
  }));
  const i = Math.max(
    1,
    ARM.findIndex(([y]) => y <= to + 0.004),
  );
  const below = ARM[i === -1 ? ARM.length - 1 : i]!;
  const above = ARM[i - 1]!;
  const t = (above[0] - to) / (above[0] - below[0]);
  const at = (k: 1 | 2 | 3 | 4): number => mix(above[k], below[k], t);
  const end: Ring = { c: [at(1) * side, to, at(2)], r: [size(to, at(3)), size(to, at(4))] };
  rings.push(end, { c: [end.c[0], to - 0.002, end.c[2]], r: [end.r[0] * 0.6, end.r[1] * 0.6] });
  return rings;
}

function armLoft(b: MeshBuilder, side: -1 | 1, rings: Ring[], slot: Slot, cuff?: number): void {
  const [upper, lower, hand] = side < 0 ? [UPPER_ARM_L, LOWER_ARM_L, HAND_L] : [UPPER_ARM_R, LOWER_ARM_R, HAND_R];
  b.loft(rings, {
    cols: b.count(10, 5),
    slot,
    bones: (p) => {
      if (p[1] > 1.2) return [upper, CHEST, smooth(1.3, 1.38, p[1]) * 0.7];
      if (p[1] < 0.86) return [lower, hand, smooth(0.86, 0.82, p[1])];
      return [lower, upper, smooth(1.0, 1.12, p[1])];
    },
    shade: (p) => (cuff !== undefined && p[1] < cuff + 0.02 ? 0.84 : mix(0.9, 1, smooth(0.16, 0.22, Math.abs(p[0])))),
  });
}

function skirt(b: MeshBuilder, low: number, wide: number): void {
  const steps =
    low > 0.3 ? [1.01, 0.95, 0.88, 0.78, 0.66, 0.56, low] : [1.0, 0.93, 0.86, 0.74, 0.6, 0.48, 0.38, 0.24, low];
  const rings: Ring[] = steps.map((y) => {
    const t = smooth(1.02, low, y);
    const [rx, rz, z] = torsoSize(Math.max(0.9, y));
    return { c: [0, y, z], r: [mix(rx + 0.014, wide, t), mix(rz + 0.018, wide * 0.9, t)] };
  });
  const last = rings[rings.length - 1]!;
  rings.push({ c: [0, low + 0.03, last.c[2]], r: [last.r[0] - 0.03, last.r[1] - 0.03] });
  b.loft(rings, {
    cols: b.count(18, 8),
    slot: SLOT.top,
    bones: skirtBones,
    shade: (p) => mix(0.8, 1, smooth(low, low + 0.5, p[1])) * (0.95 + 0.05 * Math.cos(Math.atan2(p[2], p[0]) * 9)),
    square: 2.2,
  });
}

function skirtBones(p: V3): Weights {
  const side = smooth(-0.11, 0.11, p[0]);
  if (p[1] > 0.9) return [HIPS, HIPS, 0];
  if (p[1] > 0.8) return [HIPS, p[0] < 0 ? UPPER_LEG_L : UPPER_LEG_R, smooth(0.9, 0.8, p[1]) * 0.75];
  if (p[1] > 0.45) return [UPPER_LEG_L, UPPER_LEG_R, side];
  return [LOWER_LEG_L, LOWER_LEG_R, side];
}

/** Patch on the front of the torso, `half(y)` wide on each side. */
function patch(
  b: MeshBuilder,
  from: number,
  to: number,
  half: (t: number) => number,
  slot: Slot,
  shade: number,
  out: number,
): void {
  const rows = b.count(6, 3);
  b.surface({
    rows,
    cols: 4,
    closed: false,
    twoSided: true,
    slot,
    shade,
    bones: spine,
    at: (u, v) => {
      const y = mix(to, from, u);
      const x = (v * 2 - 1) * half(u);
      const [rx, rz, z] = torsoSize(y);
      const k = Math.min(0.98, Math.abs(x) / rx);
      return [x, y, z - rz * (1 - k ** 2.35) ** (1 / 2.35) - out];
    },
  });
}

function strip(b: MeshBuilder, half: number, from: number, to: number, slot: Slot, shade: number, out: number): void {
  patch(b, from, to, () => half, slot, shade, out);
}

/** The shirt in the opening of a jacket, with lapels. */
function wedge(b: MeshBuilder): void {
  patch(b, 1.08, 1.385, (t) => mix(0.052, 0.004, t), SLOT.light, 0.98, 0.0125);
  for (const side of [-1, 1]) {
    b.surface({
      rows: b.count(5, 3),
      cols: 2,
      closed: false,
      twoSided: true,
      slot: SLOT.top,
      shade: 0.82,
      bones: spine,
      at: (u, v) => {
        const y = mix(1.385, 1.07, u);
        const x = mix(0.05, 0.003, u) + v * 0.045 * Math.sin(Math.min(1, u * 1.25 + 0.25) * Math.PI);
        const [rx, rz, z] = torsoSize(y);
        const k = Math.min(0.98, x / rx);
        return [x * side, y, z - rz * (1 - k ** 2.35) ** (1 / 2.35) - 0.0155];
      },
    });
  }
  b.ellipsoid([0, 1.04, -0.123], [0.009, 0.009, 0.004], {
    rows: 3,
    cols: 6,
    slot: SLOT.dark,
    bones: [HIPS, CHEST, 0.5],
  });
}

function collar(b: MeshBuilder, slot: Slot, shade: number): void {
  b.surface({
    rows: b.count(14, 8),
    cols: 2,
    closed: false,
    twoSided: true,
    slot,
    shade,
    bones: [CHEST, CHEST, 0],
    at: (u, v) => {
      const a = mix(-1.35, Math.PI + 1.35, u);
      const front = smooth(0.3, -0.9, Math.sin(a));
      const r = mix(0.057, mix(0.072, 0.078, front), v);
      const y = mix(1.412 - front * 0.02, mix(1.38, 1.345, front), v);
      return [Math.cos(a) * r, y, 0.014 + Math.sin(a) * r * 0.98];
    },
  });
}

function hood(b: MeshBuilder): void {
  b.surface({
    rows: b.count(12, 7),
    cols: b.count(7, 4),
    slot: SLOT.top,
    shade: 0.88,
    bones: [CHEST, CHEST, 0],
    at: (u, v) => {
      const a = mix(-0.75, Math.PI + 0.75, u);
      const back = smooth(-0.4, 1, Math.sin(a));
      const r = mix(0.016, 0.05, back) * (u === 0 || u === 1 ? 0.4 : 1);
      const t = v * Math.PI * 2;
      const ring = mix(0.07, 0.085, back) + Math.cos(t) * r;
      return [Math.cos(a) * ring, mix(1.355, 1.36, back) + Math.sin(t) * r * 0.8, 0.012 + Math.sin(a) * ring];
    },
  });
}

function pocket(b: MeshBuilder): void {
  if (b.detail < 0.8) return;
  patch(b, 0.93, 1.03, (t) => mix(0.07, 0.105, t), SLOT.top, 0.85, 0.022);
}
