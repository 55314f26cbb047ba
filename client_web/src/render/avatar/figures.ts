/** Draws the skinned figures: near ones part by part, mid ones all styles in one draw call. No allocation per frame. */

import {
  type BufferGeometry,
  DataTexture,
  DynamicDrawUsage,
  FloatType,
  Group,
  InstancedBufferAttribute,
  InstancedBufferGeometry,
  type Material,
  Mesh,
  NearestFilter,
  RGBAFormat,
} from "three";
import { addBody, addWheelchair } from "./body";
import { HAIRS } from "./hair";
import { addHead } from "./head";
import { HEADWEARS } from "./headwear";
import { figureMaterial, type FigureUniforms } from "./material";
import { MeshBuilder } from "./mesh_builder";
import type { Figure } from "./palette";
import { applyPose } from "./pose";
import type { Motion } from "./motion";
import { COLOUR_TEXEL, Pose, ROW_FLOATS, ROW_TEXELS, type Stance, VARIANT_TEXEL, writeBones } from "./skeleton";
import { TOPS } from "./tops";

const TOP_IDS = Object.keys(TOPS);
const HAIR_IDS = Object.keys(HAIRS);
const HEADWEAR_IDS = Object.keys(HEADWEARS);
/** Rows and columns of mid figures against near ones. */
const MID_DETAIL = 0.36;
/** Groups of the variant texel (material.ts). */
const HAIR_GROUP = 1;
const HEADWEAR_GROUP = 2;
/** Hair styles by draw call: what one figure does not wear costs vertices, what has its own call costs a call. */
const MID_HAIR: readonly (readonly string[])[] = [
  ["short", "parted", "buzz", "under_short", "bun"],
  ["curls", "afro"],
  ["bob", "long", "ponytail", "braids", "braids_only", "under_long"],
];
const MID_HAIR_OF = HAIR_IDS.map((id) => MID_HAIR.findIndex((ids) => ids.includes(id)));

/** A geometry that several figures show: one draw call. */
class Batch {
  readonly mesh: Mesh;
  private readonly attribute: InstancedBufferAttribute;
  private readonly geometry: InstancedBufferGeometry;
  count = 0;

  constructor(source: BufferGeometry, material: Material, capacity: number) {
    const geometry = new InstancedBufferGeometry();
    geometry.index = source.index;
    for (const [name, attribute] of Object.entries(source.attributes)) geometry.setAttribute(name, attribute);
    this.attribute = new InstancedBufferAttribute(new Float32Array(capacity * 2), 2);
    this.attribute.setUsage(DynamicDrawUsage);
    geometry.setAttribute("aFigure", this.attribute);
    geometry.instanceCount = 0;
    this.geometry = geometry;
    this.mesh = new Mesh(geometry, material);
    this.mesh.frustumCulled = false;
    this.mesh.matrixAutoUpdate = false;
    this.mesh.visible = false;
  }

  get triangles(): number {
    return this.geometry.index!.count / 3;
  }

  add(row: number, fade: number): void {
    const array = this.attribute.array;
    array[this.count * 2] = row;
    array[this.count * 2 + 1] = fade;
    this.count++;
  }

  commit(): void {
    this.geometry.instanceCount = this.count;
    this.mesh.visible = this.count > 0;
    if (this.count > 0) {
      this.attribute.clearUpdateRanges();
      this.attribute.addUpdateRange(0, this.count * 2);
      this.attribute.needsUpdate = true;
    }
    this.count = 0;
  }

  warm(on: boolean): void {
    this.geometry.instanceCount = on ? 1 : 0;
    this.mesh.visible = on;
  }

  dispose(): void {
    this.geometry.dispose();
  }
}

/** Indices of a figure's geometry in the batches, worked out once per look. */
export interface FigureParts {
  readonly figure: Figure;
  readonly top: number;
  readonly hair: number;
  readonly headwear: number;
}

export function partsOf(figure: Figure): FigureParts {
  return {
    figure,
    top: TOP_IDS.indexOf(figure.top),
    hair: HAIR_IDS.indexOf(figure.hair),
    headwear: HEADWEAR_IDS.indexOf(figure.headwear),
  };
}

export class Figures {
  readonly group = new Group();
  readonly triangles: { readonly near: number; readonly mid: number };
  private readonly texture: DataTexture;
  private readonly data: Float32Array;
  private readonly uniforms: FigureUniforms;
  private readonly nearMaterial: Material;
  private readonly midMaterial: Material;
  private readonly base: Batch;
  private readonly tops: Batch[];
  private readonly hairs: Batch[];
  private readonly headwears: Batch[];
  private readonly wheelchair: Batch;
  private readonly midBase: Batch;
  private readonly midTops: Batch[];
  /** Several styles share a draw call, each figure shows its own: see MID_HAIR. */
  private readonly midHairs: Batch[];
  private readonly midHeadwear: Batch;
  private readonly midWheelchair: Batch;
  private readonly batches: Batch[];
  private readonly pose = new Pose();
  private readonly stance: Stance = { x: 0, y: 0, z: 0, yaw: 0, width: 1, height: 1 };
  private rows = 0;

  constructor(readonly capacity: number) {
    this.data = new Float32Array(capacity * ROW_FLOATS);
    this.texture = new DataTexture(this.data, ROW_TEXELS, capacity, RGBAFormat, FloatType);
    this.texture.minFilter = this.texture.magFilter = NearestFilter;
    this.texture.generateMipmaps = false;
    this.uniforms = { bones: { value: this.texture }, time: { value: 0 } };
    this.nearMaterial = figureMaterial(this.uniforms, false);
    this.midMaterial = figureMaterial(this.uniforms, true);
    const batch = (detail: number, fill: (b: MeshBuilder) => void, material: Material): Batch => {
      const builder = new MeshBuilder(detail);
      fill(builder);
      return new Batch(builder.build(), material, capacity);
    };
    const near = (fill: (b: MeshBuilder) => void): Batch => batch(1, fill, this.nearMaterial);
    const mid = (fill: (b: MeshBuilder) => void): Batch => batch(MID_DETAIL, fill, this.nearMaterial);
    this.base = near(addBase);
    this.tops = TOP_IDS.map((id) => near(TOPS[id]!));
    this.hairs = HAIR_IDS.map((id) => near(HAIRS[id]!));
    this.headwears = HEADWEAR_IDS.map((id) => near(HEADWEARS[id]!));
    this.wheelchair = near(addWheelchair);
    this.midBase = mid(addBase);
    this.midTops = TOP_IDS.map((id) => mid(TOPS[id]!));
    this.midHairs = MID_HAIR.map((ids) =>
      batch(MID_DETAIL, (b) => addVariants(b, HAIR_GROUP, HAIRS, HAIR_IDS, ids), this.midMaterial),
    );
    this.midHeadwear = batch(
      MID_DETAIL,
      (b) => addVariants(b, HEADWEAR_GROUP, HEADWEARS, HEADWEAR_IDS, HEADWEAR_IDS),
      this.midMaterial,
    );
    this.midWheelchair = mid(addWheelchair);
    const nearBatches = [this.base, ...this.tops, ...this.hairs, ...this.headwears, this.wheelchair];
    const midBatches = [this.midBase, ...this.midTops, ...this.midHairs, this.midHeadwear, this.midWheelchair];
    this.batches = [...nearBatches, ...midBatches];
    for (const each of this.batches) this.group.add(each.mesh);
    this.triangles = {
      near: this.base.triangles + this.tops[0]!.triangles + this.hairs[0]!.triangles,
      mid: this.midBase.triangles + this.midTops[0]!.triangles + this.midHairs[0]!.triangles,
    };
  }

  /** Starts a frame. */
  begin(time: number): void {
    this.rows = 0;
    this.uniforms.time.value = time;
  }

  /** Adds one figure; false when there is no room left. */
  add(parts: FigureParts, motion: Motion, x: number, y: number, z: number, near: boolean, fade: number): boolean {
    if (this.rows >= this.capacity) return false;
    const row = this.rows++;
    const { figure } = parts;
    const at = row * ROW_FLOATS;
    motion.wheelchair = figure.wheelchair;
    applyPose(this.pose, motion);
    const s = this.stance;
    s.x = x;
    s.y = y;
    s.z = z;
    s.yaw = motion.facing;
    s.width = figure.width;
    s.height = figure.height;
    writeBones(this.data, at, this.pose, s);
    this.data.set(figure.colours, at + COLOUR_TEXEL * 4);
    if (near) this.addNear(parts, row, fade);
    else this.addMid(parts, row, fade, at + VARIANT_TEXEL * 4);
    return true;
  }

  commit(): void {
    for (const batch of this.batches) batch.commit();
    if (this.rows > 0) this.texture.needsUpdate = true;
  }

  /** Shows one invisible (collapsed) instance of every part, or none again. */
  warm(on: boolean): void {
    for (const batch of this.batches) batch.warm(on);
  }

  dispose(): void {
    for (const batch of this.batches) batch.dispose();
    this.texture.dispose();
    this.nearMaterial.dispose();
    this.midMaterial.dispose();
  }

  private addNear(parts: FigureParts, row: number, fade: number): void {
    this.base.add(row, fade);
    this.tops[parts.top]?.add(row, fade);
    this.hairs[parts.hair]?.add(row, fade);
    this.headwears[parts.headwear]?.add(row, fade);
    if (parts.figure.wheelchair) this.wheelchair.add(row, fade);
  }

  private addMid(parts: FigureParts, row: number, fade: number, at: number): void {
    this.data[at] = parts.top;
    this.data[at + 1] = parts.hair < 0 ? 15 : parts.hair;
    this.data[at + 2] = parts.headwear < 0 ? 15 : parts.headwear;
    this.midBase.add(row, fade);
    this.midTops[parts.top]?.add(row, fade);
    if (parts.hair >= 0) this.midHairs[MID_HAIR_OF[parts.hair]!]!.add(row, fade);
    if (parts.headwear >= 0) this.midHeadwear.add(row, fade);
    if (parts.figure.wheelchair) this.midWheelchair.add(row, fade);
  }
}

function addBase(b: MeshBuilder): void {
  addBody(b);
  addHead(b);
}

/** Several styles in one geometry; the shader hides those that a figure does not wear. */
function addVariants(
  b: MeshBuilder,
  group: number,
  builders: Readonly<Record<string, (b: MeshBuilder) => void>>,
  all: readonly string[],
  chosen: readonly string[],
): void {
  for (const id of chosen) {
    b.variantCode = group * 16 + all.indexOf(id) + 1;
    builders[id]!(b);
  }
  b.variantCode = 0;
}
