/** Hair: shells that follow the head, pushed out where there is hair and hidden inside the head where there is none. */

import { HEAD_CENTRE, HEAD_RADII, headShape } from "./head";
import { type MeshBuilder, mix, SLOT, smooth, type V3, type Weights } from "./mesh_builder";
import { CHEST, HEAD } from "./skeleton";

export type HairBuilder = (b: MeshBuilder) => void;

const BONE: Weights = [HEAD, HEAD, 0];

export const HAIRS: Readonly<Record<string, HairBuilder>> = {
  short: (b) =>
    shell(b, (d) => 0.16 + 0.1 * smooth(0.5, 1, d[1]) + 0.07 * smooth(-0.2, -0.8, d[2]), hairline(0.42, -0.12)),
  parted: (b) =>
    shell(
      b,
      (d) => 0.17 + 0.16 * smooth(0.35, 0.95, d[1]) * smooth(-0.34, -0.1, d[0]) + 0.06 * smooth(-0.28, -0.42, d[0]),
      (d) => hairline(0.4 + 0.12 * smooth(0.2, -0.5, d[0]), -0.25)(d),
    ),
  buzz: (b) => shell(b, () => 0.05, hairline(0.46, -0.05), 0.9),
  curls: (b) =>
    shell(
      b,
      (d) =>
        0.25 + 0.07 * Math.sin(d[0] * 14) * Math.sin(d[1] * 13 + 1) * Math.sin(d[2] * 14) + 0.1 * smooth(0.2, 1, d[1]),
      hairline(0.36, -0.4),
      1,
      1.5,
    ),
  afro: (b) =>
    shell(
      b,
      (d) =>
        0.52 + 0.025 * Math.sin(d[0] * 21) * Math.sin(d[1] * 19) * Math.sin(d[2] * 20) - 0.2 * smooth(0, -0.7, d[1]),
      hairline(0.4, -0.45),
      1,
      1.3,
    ),
  bun: (b) => {
    shell(b, () => 0.13, hairline(0.4, -0.4));
    b.ellipsoid([0, 1.69, 0.085], [0.062, 0.056, 0.062], blob(b));
  },
  bob: (b) => {
    shell(b, (d) => 0.2 + 0.05 * smooth(0.5, 1, d[1]), hairline(0.4, -0.6));
    curtain(b, 1.42, 0.158, 0.04);
  },
  long: (b) => {
    shell(b, (d) => 0.19 + 0.05 * smooth(0.5, 1, d[1]), hairline(0.42, -0.6));
    curtain(b, 1.17, 0.165, 0.02);
  },
  ponytail: (b) => {
    shell(b, () => 0.13, hairline(0.42, -0.35));
    tail(b);
  },
  braids: (b) => {
    shell(b, (d) => 0.12 + 0.02 * Math.sin(d[0] * 40), hairline(0.42, -0.5));
    braids(b);
  },
  braids_only: (b) => {
    shell(
      b,
      () => 0.08,
      (d) => hairline(0.4, -0.5)(d) * smooth(0.35, 0.15, d[1]),
    );
    braids(b);
  },
  under_short: (b) =>
    shell(
      b,
      () => 0.1,
      (d) => hairline(0.4, -0.12)(d) * smooth(0.4, 0.2, d[1]),
    ),
  under_long: (b) => {
    shell(
      b,
      () => 0.14,
      (d) => hairline(0.4, -0.6)(d) * smooth(0.4, 0.2, d[1]),
    );
    curtain(b, 1.25, 0.16, 0.02, 1.56);
  },
};

const blob = (b: MeshBuilder) => ({
  rows: b.count(8, 4),
  cols: b.count(10, 6),
  slot: SLOT.hair,
  bones: BONE,
  shade: 0.95,
});

/**
 * Where hair grows, 1 or 0 with a narrow edge: `front` is how high the forehead goes (direction's y), `nape` how low
 * the hair reaches at the back.
 */
function hairline(front: number, nape: number): (d: V3) => number {
  return (d) => {
    const back = smooth(-0.45, 0.25, d[2]);
    const ear = smooth(-0.25, -0.05, d[2]) * smooth(0.3, 0.1, d[2]);
    const edge = mix(front, nape, back) + ear * mix(0, 0.2, smooth(0, -0.3, nape) * 0 + (nape > -0.3 ? 1 : 0.2));
    return smooth(edge - 0.07, edge + 0.07, d[1]);
  };
}

function shell(b: MeshBuilder, thickness: (d: V3) => number, mask: (d: V3) => number, shade = 1, finer = 1): void {
  b.ellipsoid(HEAD_CENTRE, HEAD_RADII, {
    rows: b.count(17 * finer, 7),
    cols: b.count(24 * finer, 9),
    slot: SLOT.hair,
    bones: BONE,
    shade: (p) => shade * mix(0.78, 1.06, smooth(1.5, 1.7, p[1])),
    shape: (d) => {
      const s = headShape(d);
      const k = mix(0.9, 1 + thickness(d), mask(d));
      return [s[0] * k, s[1] * k, s[2] * k];
    },
  });
}

/** Hair that falls behind and beside the face, from the head down to `low`. */
function curtain(b: MeshBuilder, low: number, radius: number, curl: number, top = 1.6): void {
  const inner = 0.03;
  b.surface({
    rows: b.count(7, 4),
    cols: b.count(26, 12),
    slot: SLOT.hair,
    shade: (p) => mix(0.74, 0.95, smooth(low, 1.6, p[1])),
    bones: (p) => [CHEST, HEAD, smooth(1.2, 1.44, p[1])],
    at: (u, v) => {
      const y = mix(top, low, u);
      // Out along the back, home along the inside: a closed band open towards the face.
      const outside = v < 0.5;
      const t = outside ? v * 2 : 2 - v * 2;
      const a = mix(-0.42, Math.PI + 0.42, t);
      const swell =
        mix(0.11, radius, smooth(-0.1, 0.32, u)) * (1 - 0.12 * smooth(0.5, 1, u)) + curl * smooth(0.6, 1, u) * 0.6;
      const r = outside ? swell : swell - inner * (1 - 0.6 * smooth(0.7, 1, u));
      const hug = smooth(1.42, 1.3, y) * 0.02;
      return [Math.cos(a) * r * 0.9, y, 0.005 + hug + Math.sin(a) * r * 0.98];
    },
  });
}

function tail(b: MeshBuilder): void {
  b.surface({
    rows: b.count(9, 5),
    cols: b.count(9, 5),
    slot: SLOT.hair,
    shade: (p) => mix(0.78, 1, smooth(1.2, 1.6, p[1])),
    bones: (p) => [CHEST, HEAD, smooth(1.2, 1.4, p[1])],
    at: (u, v) => {
      const r = u === 0 || u === 1 ? 0.001 : 0.05 * Math.sin(Math.min(1, u * 0.86 + 0.14) * Math.PI) ** 0.7;
      const t = v * Math.PI * 2;
      const y = 1.63 - u * 0.42 + 0.03 * Math.sin(u * Math.PI);
      return [Math.cos(t) * r, y + Math.sin(t) * r * 0.25, 0.15 + 0.075 * Math.sin(u * 2.2) + Math.sin(t) * r];
    },
  });
}

function braids(b: MeshBuilder): void {
  for (const side of [-1, 1]) {
    b.surface({
      rows: b.count(16, 6),
      cols: b.count(7, 5),
      slot: SLOT.hair,
      shade: (p) => mix(0.8, 1, smooth(1.15, 1.5, p[1])),
      bones: (p) => [CHEST, HEAD, smooth(1.22, 1.44, p[1])],
      at: (u, v) => {
        const knot = 0.75 + 0.25 * Math.abs(Math.cos(u * Math.PI * 6));
        const r = u === 0 || u === 1 ? 0.001 : 0.03 * knot * (1 - 0.35 * u);
        const t = v * Math.PI * 2;
        return [
          side * mix(0.118, 0.112, u) + Math.cos(t) * r,
          mix(1.5, 1.16, u),
          mix(0.03, -0.115, smooth(0, 0.75, u)) + Math.sin(t) * r,
        ];
      },
    });
  }
}
