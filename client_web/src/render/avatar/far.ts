/** Far people and the crowd: one low-poly figure, instanced, moved by its own small shader. One draw call. */

import {
  DynamicDrawUsage,
  InstancedBufferAttribute,
  InstancedBufferGeometry,
  type Material,
  Mesh,
  MeshLambertMaterial,
} from "three";
import { FADE_GLSL } from "./material";
import { MeshBuilder, type Ring, SLOT, type V3 } from "./mesh_builder";
import type { Figure } from "./palette";
import { LOWER_LEG_L, LOWER_LEG_R, ROOT, UPPER_ARM_L, UPPER_ARM_R, UPPER_LEG_L, UPPER_LEG_R } from "./skeleton";

const COLOURS = 5;
const LONG_HAIR = new Set(["bob", "long", "braids", "under_long", "braids_only", "ponytail"]);

/** Small data of a far figure, worked out once per look: five colours (bytes) and the silhouette. */
export interface FarLook {
  /** skin, hair, top, bottom, headwear: RGB in 0 to 255, square root of linear so that dark tones keep their steps. */
  readonly colours: Uint8Array;
  /** 0 bald, 1 short hair, 2 long hair; plus 4 with a headscarf or hat, plus 8 with a long garment. */
  readonly silhouette: number;
  readonly height: number;
  readonly wheelchair: boolean;
}

export function farLookOf(figure: Figure): FarLook {
  const colours = new Uint8Array(COLOURS * 4);
  for (let slot = 0; slot < COLOURS; slot++) {
    for (let c = 0; c < 3; c++) colours[slot * 4 + c] = Math.round(Math.sqrt(figure.colours[slot * 4 + c]!) * 255);
  }
  const hair = figure.hair === "none" ? 0 : LONG_HAIR.has(figure.hair) ? 2 : 1;
  const covered = figure.headwear !== "none" && figure.headwear !== "glasses" ? 4 : 0;
  const long = figure.top === "dress" || figure.top === "robe" ? 8 : 0;
  return { colours, silhouette: hair + covered + long, height: figure.height, wheelchair: figure.wheelchair };
}

export class FarFigures {
  readonly mesh: Mesh;
  private readonly geometry: InstancedBufferGeometry;
  private readonly material: Material;
  private readonly place: InstancedBufferAttribute;
  private readonly anim: InstancedBufferAttribute;
  private readonly colours: InstancedBufferAttribute[];
  private count = 0;

  constructor(readonly capacity: number) {
    const b = new MeshBuilder(0.3);
    addFarBody(b);
    const source = b.build();
    const geometry = new InstancedBufferGeometry();
    geometry.index = source.index;
    for (const [name, attribute] of Object.entries(source.attributes)) geometry.setAttribute(name, attribute);
    geometry.instanceCount = 0;
    const instanced = (name: string, array: Float32Array | Uint8Array, size: number, normalised = false) => {
      const attribute = new InstancedBufferAttribute(array, size, normalised);
      attribute.setUsage(DynamicDrawUsage);
      geometry.setAttribute(name, attribute);
      return attribute;
    };
    this.place = instanced("aPlace", new Float32Array(capacity * 4), 4);
    this.anim = instanced("aAnim", new Float32Array(capacity * 4), 4);
    this.colours = Array.from({ length: COLOURS }, (_, i) =>
      instanced(`aColour${i}`, new Uint8Array(capacity * 4), 4, true),
    );
    this.geometry = geometry;
    this.material = farMaterial();
    this.mesh = new Mesh(geometry, this.material);
    this.mesh.frustumCulled = false;
    this.mesh.matrixAutoUpdate = false;
  }

  get triangles(): number {
    return this.geometry.index!.count / 3;
  }

  begin(): void {
    this.count = 0;
  }

  /** `phase` in turns; `walk` and `sit` 0 to 1; `fade` 0 to 1. */
  add(
    look: FarLook,
    x: number,
    y: number,
    z: number,
    yaw: number,
    phase: number,
    walk: number,
    sit: number,
    fade: number,
  ): boolean {
    if (this.count >= this.capacity) return false;
    const i = this.count++;
    const place = this.place.array;
    const anim = this.anim.array;
    const at = i * 4;
    place[at] = x;
    place[at + 1] = y;
    place[at + 2] = z;
    place[at + 3] = yaw;
    anim[at] = phase;
    // Walking and sitting exclude each other: one number, negative while seated.
    anim[at + 1] = look.wheelchair ? -1 : sit > 0.01 ? -sit : walk;
    anim[at + 2] = fade;
    anim[at + 3] = look.silhouette + look.height * 0.5;
    for (let slot = 0; slot < COLOURS; slot++) {
      const array = this.colours[slot]!.array;
      const from = slot * 4;
      array[at] = look.colours[from]!;
      array[at + 1] = look.colours[from + 1]!;
      array[at + 2] = look.colours[from + 2]!;
    }
    return true;
  }

  commit(): void {
    this.geometry.instanceCount = this.count;
    this.mesh.visible = this.count > 0;
    if (this.count === 0) return;
    this.push(this.place, this.count * 4);
    this.push(this.anim, this.count * 4);
    for (const attribute of this.colours) this.push(attribute, this.count * 4);
  }

  dispose(): void {
    this.geometry.dispose();
    this.material.dispose();
  }

  private push(attribute: InstancedBufferAttribute, length: number): void {
    attribute.clearUpdateRanges();
    attribute.addUpdateRange(0, length);
    attribute.needsUpdate = true;
  }
}

/** Variant codes: 1 hair of any kind, 2 long hair, 3 headwear, 4 long garment. Bones tell the shader how to move. */
function addFarBody(b: MeshBuilder): void {
  const ring = (x: number, y: number, rx: number, rz: number): Ring => ({ c: [x, y, 0.005], r: [rx, rz] });
  for (const side of [-1, 1]) {
    const leg = side < 0 ? UPPER_LEG_L : UPPER_LEG_R;
    const shin = side < 0 ? LOWER_LEG_L : LOWER_LEG_R;
    b.loft(
      [
        ring(0.09 * side, 0.92, 0.076, 0.08),
        ring(0.095 * side, 0.47, 0.064, 0.068),
        ring(0.1 * side, 0.03, 0.055, 0.085),
      ],
      {
        cols: 5,
        slot: SLOT.bottom,
        bones: (p) => [p[1] < 0.4 ? shin : leg, 0, 0],
        shade: (p) => (p[1] < 0.1 ? 0.55 : 1),
      },
    );
    const arm = side < 0 ? UPPER_ARM_L : UPPER_ARM_R;
    b.loft(
      [ring(0.18 * side, 1.34, 0.03, 0.035), ring(0.2 * side, 1.26, 0.056, 0.06), ring(0.25 * side, 0.84, 0.036, 0.04)],
      {
        cols: 4,
        slot: SLOT.top,
        bones: [arm, 0, 0],
        shade: 0.93,
      },
    );
    b.ellipsoid([0.253 * side, 0.78, 0], [0.028, 0.07, 0.036], {
      rows: 2,
      cols: 4,
      slot: SLOT.skin,
      bones: [arm, 0, 0],
    });
  }
  b.loft(
    [ring(0, 1.4, 0.055, 0.05), ring(0, 1.32, 0.186, 0.1), ring(0, 1.05, 0.152, 0.108), ring(0, 0.86, 0.168, 0.12)],
    {
      cols: 6,
      slot: SLOT.top,
      bones: [ROOT, 0, 0],
      shade: (p) => (p[1] < 0.9 ? 0.85 : 1),
    },
  );
  const head: V3 = [0, 1.535, 0];
  b.ellipsoid(head, [0.118, 0.15, 0.126], { rows: 4, cols: 6, slot: SLOT.skin, bones: [ROOT, 0, 0] });
  const cover = (code: number, slot: typeof SLOT.hair | typeof SLOT.accent, c: V3, r: V3): void => {
    b.variantCode = code;
    b.ellipsoid(c, r, { rows: 3, cols: 6, slot, bones: [ROOT, 0, 0], shade: (p) => (p[1] < 1.5 ? 0.82 : 1) });
  };
  cover(1, SLOT.hair, [0, 1.6, 0.02], [0.134, 0.118, 0.136]);
  cover(2, SLOT.hair, [0, 1.46, 0.05], [0.145, 0.19, 0.105]);
  cover(3, SLOT.accent, [0, 1.61, 0.012], [0.145, 0.125, 0.148]);
  b.variantCode = 4;
  b.loft([ring(0, 0.98, 0.155, 0.11), ring(0, 0.6, 0.2, 0.17), ring(0, 0.2, 0.22, 0.19)], {
    cols: 6,
    slot: SLOT.top,
    bones: (p) => [p[1] < 0.4 ? LOWER_LEG_L : p[1] < 0.8 ? UPPER_LEG_L : ROOT, 0, 1],
    shade: 0.92,
  });
  b.variantCode = 0;
}

function farMaterial(): Material {
  const material = new MeshLambertMaterial();
  material.customProgramCacheKey = () => "turia-far";
  material.onBeforeCompile = (shader) => {
    shader.vertexShader = shader.vertexShader
      .replace("#include <common>", `#include <common>\n${FAR_HEAD}`)
      .replace("#include <beginnormal_vertex>", FAR_MOVE)
      .replace("#include <begin_vertex>", "vec3 transformed = moved;")
      .replace(
        "#include <project_vertex>",
        "#include <project_vertex>\nif (hiddenPart) gl_Position = vec4(2.0, 2.0, 2.0, 1.0);",
      );
    shader.fragmentShader = shader.fragmentShader
      .replace("#include <common>", "#include <common>\nvarying vec3 vTint;\nvarying float vFade;")
      .replace("#include <color_fragment>", `diffuseColor.rgb *= vTint;${FADE_GLSL}`);
  };
  return material;
}

const FAR_HEAD = /* glsl */ `
attribute vec4 aSkin;
attribute float aShade;
attribute float aVariant;
attribute vec4 aPlace;
attribute vec4 aAnim;
attribute vec4 aColour0;
attribute vec4 aColour1;
attribute vec4 aColour2;
attribute vec4 aColour3;
attribute vec4 aColour4;
varying vec3 vTint;
varying float vFade;
`;

const FAR_MOVE = /* glsl */ `
int silhouette = int(aAnim.w);
float tall = fract(aAnim.w) * 2.0;
int part = int(aVariant + 0.5);
int hair = silhouette & 3;
bool covered = (silhouette & 4) != 0;
bool hiddenPart = (part == 1 && (hair == 0 || covered)) || (part == 2 && hair != 2) || (part == 3 && !covered)
  || (part == 4 && (silhouette & 8) == 0);
vec3 moved = position;
vec3 bent = normal;
int bone = int(aSkin.x + 0.5);
bool left = bone == ${UPPER_ARM_L} || bone == ${UPPER_LEG_L} || bone == ${LOWER_LEG_L};
bool arm = bone == ${UPPER_ARM_L} || bone == ${UPPER_ARM_R};
bool leg = bone == ${UPPER_LEG_L} || bone == ${UPPER_LEG_R} || bone == ${LOWER_LEG_L} || bone == ${LOWER_LEG_R};
bool shin = bone == ${LOWER_LEG_L} || bone == ${LOWER_LEG_R};
float walk = max(aAnim.y, 0.0);
float sit = max(-aAnim.y, 0.0);
float swing = sin(aAnim.x * 6.2832 + (left ? 0.0 : 3.1416)) * walk * (aSkin.z > 0.5 ? 0.12 : 0.5);
if (arm) swing = -swing * 0.8 + sit * 0.8;
float pivot = arm ? 1.3 : 0.86;
if (leg) {
  float along = max(0.0, pivot - moved.y);
  float thigh = min(along, 0.39);
  float forward = thigh * sit;
  moved.y = mix(moved.y, pivot - (along - thigh), sit);
  moved.z -= forward;
}
if (arm || leg) {
  float c = cos(swing);
  float s = sin(swing);
  vec2 yz = vec2(moved.y - pivot, moved.z);
  if (arm || sit < 0.01) {
    moved.y = pivot + yz.x * c - yz.y * s;
    moved.z = yz.x * s + yz.y * c;
    bent.yz = vec2(bent.y * c - bent.z * s, bent.y * s + bent.z * c);
  }
}
moved.y += abs(cos(aAnim.x * 6.2832)) * 0.03 * walk - 0.36 * sit;
moved.y *= tall;
float cy = cos(aPlace.w);
float sy = sin(aPlace.w);
moved = vec3(cy * moved.x + sy * moved.z, moved.y, cy * moved.z - sy * moved.x) + aPlace.xyz;
vec3 objectNormal = vec3(cy * bent.x + sy * bent.z, bent.y, cy * bent.z - sy * bent.x);
int slotIndex = int(aSkin.w + 0.5);
vec3 tone = slotIndex == 0 ? aColour0.rgb : slotIndex == 1 ? aColour1.rgb : slotIndex == 2 ? aColour2.rgb
  : slotIndex == 3 ? aColour3.rgb : aColour4.rgb;
vTint = tone * tone * aShade;
vFade = aAnim.z;
`;
