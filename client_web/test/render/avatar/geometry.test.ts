import type { BufferGeometry } from "three";
import { describe, expect, it } from "vitest";
import { addBody, addWheelchair } from "../../../src/render/avatar/body";
import { farLookOf, FarFigures } from "../../../src/render/avatar/far";
import { Figures, partsOf } from "../../../src/render/avatar/figures";
import { HAIRS } from "../../../src/render/avatar/hair";
import { addHead } from "../../../src/render/avatar/head";
import { HEADWEARS } from "../../../src/render/avatar/headwear";
import { MeshBuilder } from "../../../src/render/avatar/mesh_builder";
import { newMotion } from "../../../src/render/avatar/motion";
import { figureOf } from "../../../src/render/avatar/palette";
import { BONES } from "../../../src/render/avatar/skeleton";
import { TOPS } from "../../../src/render/avatar/tops";
import { lookFromSeed } from "../../../src/core/look";

const PARTS: Record<string, (b: MeshBuilder) => void> = {
  body: addBody,
  head: addHead,
  wheelchair: addWheelchair,
  ...TOPS,
  ...HAIRS,
  ...HEADWEARS,
};

function build(part: (b: MeshBuilder) => void, detail: number): { geometry: BufferGeometry; triangles: number } {
  const b = new MeshBuilder(detail);
  part(b);
  return { geometry: b.build(), triangles: b.triangles };
}

describe.each(Object.entries(PARTS))("%s", (_, part) => {
  it.each([1, 0.36])("is sound at detail %s: finite, unit normals, known bones, figure-sized", (detail) => {
    const { geometry, triangles } = build(part, detail);
    const position = geometry.getAttribute("position");
    const normal = geometry.getAttribute("normal");
    const skin = geometry.getAttribute("aSkin");
    expect(triangles).toBeGreaterThan(10);
    expect(triangles).toBeLessThan(detail === 1 ? 2600 : 700);
    for (let i = 0; i < position.count; i++) {
      expect(Math.hypot(position.getX(i), position.getZ(i))).toBeLessThan(0.65);
      expect(position.getY(i)).toBeGreaterThan(-0.03);
      expect(position.getY(i)).toBeLessThan(1.85);
      expect(Math.hypot(normal.getX(i), normal.getY(i), normal.getZ(i))).toBeCloseTo(1, 3);
      expect(skin.getX(i)).toBeLessThan(BONES);
      expect(skin.getY(i)).toBeLessThan(BONES);
      expect(skin.getZ(i)).toBeGreaterThanOrEqual(0);
      expect(skin.getZ(i)).toBeLessThanOrEqual(1);
    }
  });
});

describe("mesh builder", () => {
  it("turns the normals of a closed surface outwards", () => {
    const b = new MeshBuilder(1);
    b.ellipsoid([0.1, 1, -0.2], [0.1, 0.2, 0.1], { rows: 8, cols: 10, slot: 0, bones: [0, 0, 0] });
    const geometry = b.build();
    const p = geometry.getAttribute("position");
    const n = geometry.getAttribute("normal");
    for (let i = 0; i < p.count; i++) {
      const out = (p.getX(i) - 0.1) * n.getX(i) + (p.getY(i) - 1) * n.getY(i) + (p.getZ(i) + 0.2) * n.getZ(i);
      expect(out).toBeGreaterThan(0);
    }
  });
});

describe("figures", () => {
  it("draw a crowd within the budget of draw calls and refuse more than they hold", () => {
    const figures = new Figures(96);
    const motion = newMotion(1);
    motion.sit = 0;
    let room = true;
    for (let i = 0; i < 97; i++) {
      room = figures.add(partsOf(figureOf(lookFromSeed(i))), motion, i, 0, 0, i < 30, 1);
    }
    expect(room).toBe(false);
    figures.commit();
    const calls = figures.group.children.filter((mesh) => mesh.visible).length;
    expect(calls).toBeGreaterThan(10);
    // With far figures, shadows and labels: 45.
    expect(calls).toBeLessThanOrEqual(42);
    figures.begin(0);
    figures.commit();
    expect(figures.group.children.every((mesh) => !mesh.visible)).toBe(true);
    figures.dispose();
  });

  it("have fewer triangles farther away", () => {
    const figures = new Figures(1);
    const far = new FarFigures(1);
    expect(figures.triangles.mid).toBeLessThan(figures.triangles.near / 2);
    expect(far.triangles).toBeLessThan(figures.triangles.mid);
    figures.dispose();
    far.dispose();
  });
});

describe("farLookOf", () => {
  it("keeps the silhouette: hair, cover, long clothes", () => {
    const none = farLookOf({ ...figureOf([0, 0, 0, 0, 0, 0, 0, 0]), hair: "none", headwear: "none", top: "shirt" });
    expect(none.silhouette).toBe(0);
    const scarf = farLookOf({
      ...figureOf([0, 0, 0, 0, 0, 0, 0, 0]),
      hair: "none",
      headwear: "headscarf",
      top: "robe",
    });
    expect(scarf.silhouette).toBe(12);
  });
});
