/** What is worn on the head. */

import { facePoint, HEAD_CENTRE, HEAD_RADII, headShape } from "./head";
import { type MeshBuilder, mix, SLOT, smooth, type V3, type Weights } from "./mesh_builder";
import { CHEST, HEAD } from "./skeleton";

export type HeadwearBuilder = (b: MeshBuilder) => void;

const BONE: Weights = [HEAD, HEAD, 0];

export const HEADWEARS: Readonly<Record<string, HeadwearBuilder>> = {
  glasses,
  headscarf,
  turban,
  cap,
  beanie,
  hat,
  kippah: (b) => shell(b, (d) => (d[1] * 0.9 + d[2] * 0.42 > 0.72 ? 0.26 : -0.12), 1),
};

function shell(b: MeshBuilder, thickness: (d: V3) => number, shade: number | ((p: V3) => number), finer = 1): void {
  b.ellipsoid(HEAD_CENTRE, HEAD_RADII, {
    rows: b.count(16 * finer, 8),
    cols: b.count(20 * finer, 9),
    slot: SLOT.accent,
    bones: BONE,
    shade,
    shape: (d) => {
      const s = headShape(d);
      const k = 1 + thickness(d);
      return [s[0] * k, s[1] * k, s[2] * k];
    },
  });
}

/** How far a direction lies outside the oval of the face, 0 inside to 1 well outside. */
function aroundFace(d: V3): number {
  if (d[2] > 0) return 1;
  return smooth(0.84, 1.14, Math.hypot(d[0] / 0.66, (d[1] + 0.12) / 0.78));
}

function headscarf(b: MeshBuilder): void {
  shell(
    b,
    (d) => mix(-0.12, 0.13 + 0.07 * smooth(0, 0.8, d[2]), aroundFace(d)),
    (p) => mix(0.8, 1.03, smooth(1.42, 1.68, p[1])),
    1.5,
  );
  b.surface({
    rows: b.count(8, 6),
    cols: b.count(20, 9),
    slot: SLOT.accent,
    bones: (p) => [CHEST, HEAD, smooth(1.37, 1.45, p[1])],
    shade: (p) => mix(0.82, 0.98, smooth(1.22, 1.46, p[1])) * (0.96 + 0.04 * Math.cos(Math.atan2(p[2], p[0]) * 7)),
    at: (u, v) => {
      const a = v * Math.PI * 2;
      const front = smooth(0.2, -1, Math.sin(a));
      const [y, rx, rz] = drape(u);
      const low = smooth(0.6, 1, u) * front;
      return [Math.cos(a) * rx, y - low * 0.06, 0.008 + Math.sin(a) * (rz + low * 0.02)];
    },
  });
}

/** Height and half axes of the scarf from the chin over the shoulders: a little outside of any clothes. */
const DRAPE: readonly (readonly [y: number, rx: number, rz: number])[] = [
  [1.462, 0.1, 0.104],
  [1.425, 0.092, 0.096],
  [1.4, 0.094, 0.092],
  [1.385, 0.13, 0.102],
  [1.36, 0.178, 0.118],
  [1.335, 0.206, 0.128],
  [1.295, 0.216, 0.136],
];

function drape(u: number): [number, number, number] {
  const at = u * (DRAPE.length - 1);
  const i = Math.min(DRAPE.length - 2, Math.floor(at));
  const t = at - i;
  const [from, to] = [DRAPE[i]!, DRAPE[i + 1]!];
  return [mix(from[0], to[0], t), mix(from[1], to[1], t), mix(from[2], to[2], t)];
}

function turban(b: MeshBuilder): void {
  shell(
    b,
    (d) => {
      const edge =
        mix(0.34, -0.02, smooth(-0.6, 0.5, d[2])) + 0.16 * smooth(0.5, 0, Math.abs(d[0])) * smooth(0, -0.8, d[2]);
      const fold = 0.025 * Math.sin((d[1] * 1.6 + Math.abs(d[0]) * 1.1) * 15);
      return mix(-0.12, 0.27 + 0.14 * smooth(0.2, 0.8, d[1]) + fold, smooth(edge - 0.06, edge + 0.06, d[1]));
    },
    (p) => mix(0.84, 1.04, smooth(1.56, 1.74, p[1])) * (0.95 + 0.05 * Math.sin(p[1] * 150 + Math.abs(p[0]) * 100)),
    1.3,
  );
}

function crown(b: MeshBuilder, edge: number, thick: number, tall: number): void {
  shell(
    b,
    (d) => mix(-0.12, thick + tall * smooth(0.4, 1, d[1]), smooth(edge - 0.05, edge + 0.05, d[1])),
    (p) => mix(0.86, 1.04, smooth(1.58, 1.74, p[1])),
  );
}

function cap(b: MeshBuilder): void {
  crown(b, 0.36, 0.15, 0.04);
  b.ellipsoid([0, 1.598, -0.15], [0.098, 0.012, 0.1], {
    rows: b.count(6, 4),
    cols: b.count(14, 8),
    slot: SLOT.accent,
    bones: BONE,
    shade: 0.86,
    shape: (d) => [d[0], d[1] - 1.3 * d[0] * d[0] + d[2] * 0.8, d[2]],
  });
  if (b.detail > 0.8)
    b.ellipsoid([0, 1.718, 0], [0.012, 0.008, 0.012], { rows: 4, cols: 6, slot: SLOT.accent, bones: BONE, shade: 0.8 });
}

function beanie(b: MeshBuilder): void {
  crown(b, 0.3, 0.18, 0.16);
  b.torus([0, 1.602, 0.004], [0.122, 0.128], 0.021, {
    rows: b.count(20, 10),
    cols: b.count(7, 4),
    slot: SLOT.accent,
    bones: BONE,
    shade: 0.84,
    tall: 1.5,
  });
  b.ellipsoid([0, 1.742, 0], [0.034, 0.032, 0.034], {
    rows: b.count(6, 4),
    cols: b.count(8, 5),
    slot: SLOT.accent,
    bones: BONE,
    shade: 0.92,
  });
}

function hat(b: MeshBuilder): void {
  crown(b, 0.34, 0.15, 0.16);
  b.ellipsoid([0, 1.603, 0], [0.225, 0.011, 0.225], {
    rows: b.count(8, 4),
    cols: b.count(20, 10),
    slot: SLOT.accent,
    bones: BONE,
    shade: 0.94,
    shape: (d) => [d[0], d[1] + 1.4 * d[0] * d[0], d[2]],
  });
  b.torus([0, 1.62, 0], [0.128, 0.134], 0.01, {
    rows: b.count(20, 9),
    cols: b.count(6, 4),
    slot: SLOT.dark,
    bones: BONE,
    shade: 1.4,
    tall: 1.6,
  });
}

function glasses(b: MeshBuilder): void {
  const far = b.detail < 0.8;
  for (const side of [-1, 1]) {
    const c = facePoint(0.047 * side, 1.532, 0.012);
    b.torus(c, [0.033, 0.029], 0.0038, {
      rows: far ? 8 : 16,
      cols: far ? 3 : 5,
      slot: SLOT.accent,
      bones: BONE,
      axis: 2,
    });
    if (far) continue;
    bar(b, [c[0] + 0.033 * side, 1.54, c[2] + 0.004], [0.121 * side, 1.538, 0.01]);
  }
  const bridge = facePoint(0.014, 1.538, 0.016);
  if (!far) bar(b, bridge, [-bridge[0], bridge[1], bridge[2]]);
}

function bar(b: MeshBuilder, from: V3, to: V3): void {
  const along = Math.abs(from[0] - to[0]) > Math.abs(from[2] - to[2]);
  b.surface({
    rows: 1,
    cols: 4,
    slot: SLOT.accent,
    bones: BONE,
    at: (u, v) => {
      const t = v * Math.PI * 2;
      const p: V3 = [mix(from[0], to[0], u), mix(from[1], to[1], u) + Math.cos(t) * 0.004, mix(from[2], to[2], u)];
      const k = along ? 2 : 0;
      p[k] = p[k]! + Math.sin(t) * 0.003;
      return p;
    },
  });
}
