/** The building's materials: as authored on strong devices, plain Lambert on weak ones; water shimmers. */

import {
  type Material,
  MeshLambertMaterial,
  MeshStandardMaterial,
  type WebGLProgramParametersWithUniforms,
} from "three";

/** "fine": physically based, as in the file. "plain": Lambert, a fraction of the work per pixel. */
export type Finish = "fine" | "plain";

const SIGN_ANISOTROPY = 8;

interface Pair {
  readonly fine: MeshStandardMaterial;
  readonly plain: MeshLambertMaterial;
}

export class VenueMaterials {
  /** Seconds, for the water; stands still with reduced motion. */
  readonly time = { value: 0 };
  private readonly pairs = new Map<Material, Pair>();
  private finish: Finish = "fine";

  setFinish(finish: Finish): void {
    this.finish = finish;
  }

  /** The material to draw with in place of one of the file (or of an earlier answer). */
  use(material: Material): Material {
    if (!(material instanceof MeshStandardMaterial || material instanceof MeshLambertMaterial)) return material;
    const pair = this.pairs.get(material) ?? this.make(material);
    return pair ? pair[this.finish] : material;
  }

  dispose(): void {
    for (const { fine, plain } of this.pairs.values()) {
      fine.map?.dispose();
      fine.dispose();
      plain.dispose();
    }
  }

  private make(fine: Material): Pair | null {
    if (!(fine instanceof MeshStandardMaterial)) return null;
    const plain = new MeshLambertMaterial({
      name: fine.name,
      color: fine.color,
      map: fine.map,
      emissive: fine.emissive,
      emissiveMap: fine.emissiveMap,
      emissiveIntensity: fine.emissiveIntensity,
      vertexColors: fine.vertexColors,
      transparent: fine.transparent,
      opacity: fine.opacity,
      alphaTest: fine.alphaTest,
      side: fine.side,
      depthWrite: fine.depthWrite,
    });
    if (fine.map) {
      // Signs: read from the side and from afar.
      fine.map.anisotropy = SIGN_ANISOTROPY;
      fine.depthWrite = plain.depthWrite = !fine.transparent;
    } else if (fine.transparent) {
      this.shimmer(fine);
      this.shimmer(plain);
    }
    const pair = { fine, plain };
    this.pairs.set(fine, pair);
    this.pairs.set(plain, pair);
    return pair;
  }

  /** Water is what lies flat and is nearly opaque among the see-through surfaces; it needs no material of its own. */
  private shimmer(material: MeshStandardMaterial | MeshLambertMaterial): void {
    if (!material.vertexColors) return;
    material.depthWrite = false;
    material.customProgramCacheKey = () => `turia-clear-${material.type}`;
    material.onBeforeCompile = (shader: WebGLProgramParametersWithUniforms) => {
      shader.uniforms.uTime = this.time;
      shader.vertexShader = shader.vertexShader
        .replace("#include <common>", "#include <common>\nvarying vec3 vWaterAt;\nvarying float vFlat;")
        .replace(
          "#include <project_vertex>",
          "#include <project_vertex>\nvWaterAt = (modelMatrix * vec4(transformed, 1.0)).xyz;\nvFlat = step(0.95, normalize(mat3(modelMatrix) * objectNormal).y);",
        );
      shader.fragmentShader = shader.fragmentShader
        .replace(
          "#include <common>",
          "#include <common>\nuniform float uTime;\nvarying vec3 vWaterAt;\nvarying float vFlat;",
        )
        .replace("#include <color_fragment>", `#include <color_fragment>\n${WATER_GLSL}`);
    };
  }
}

const WATER_GLSL = /* glsl */ `
if (vFlat > 0.5 && diffuseColor.a > 0.7) {
  vec2 p = vWaterAt.xz;
  float wave = sin(p.x * 1.7 + uTime * 0.9 + sin(p.y * 1.1 + uTime * 0.6)) * sin(p.y * 1.9 - uTime * 0.7 + sin(p.x * 0.8));
  float glint = smoothstep(0.72, 0.98, wave);
  diffuseColor.rgb = mix(diffuseColor.rgb * (0.94 + 0.08 * wave), vec3(0.92, 0.98, 1.0), glint * 0.4);
}
`;
