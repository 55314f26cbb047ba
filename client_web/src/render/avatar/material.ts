/** The figures' shader: three's Lambert with our bone texture, colour slots and a dithered fade put in. */

import { type DataTexture, MeshLambertMaterial, type WebGLProgramParametersWithUniforms } from "three";
import { COLOUR_TEXEL, VARIANT_TEXEL } from "./skeleton";
import { EYE_Y } from "./head";

/** Interleaved gradient noise: a cheap screen-door fade that needs no sorting. */
export const FADE_GLSL = /* glsl */ `
if (vFade < 0.999) {
  float n = fract(52.9829189 * fract(dot(gl_FragCoord.xy, vec2(0.06711056, 0.00583715))));
  if (n >= vFade) discard;
}`;

/** A soft light along the edge of the figure lifts it off a dark background. */
export const RIM_GLSL = /* glsl */ `
{
  float rim = 1.0 - clamp(dot(normalize(vViewPosition), normal), 0.0, 1.0);
  outgoingLight += diffuseColor.rgb * rim * rim * rim * 0.45;
}`;

export interface FigureUniforms {
  readonly bones: { value: DataTexture };
  readonly time: { value: number };
}

/** `variants`: the geometry holds every style and each figure shows its own (mid detail). */
export function figureMaterial(uniforms: FigureUniforms, variants: boolean): MeshLambertMaterial {
  const material = new MeshLambertMaterial();
  material.customProgramCacheKey = () => `turia-figure-${variants}`;
  material.onBeforeCompile = (shader: WebGLProgramParametersWithUniforms) => {
    shader.uniforms.uBones = uniforms.bones;
    shader.uniforms.uTime = uniforms.time;
    shader.vertexShader = shader.vertexShader
      .replace("#include <common>", `#include <common>\n${HEAD_GLSL}`)
      .replace("#include <beginnormal_vertex>", SKIN_GLSL + (variants ? VARIANT_GLSL : ""))
      .replace("#include <begin_vertex>", BEGIN_GLSL)
      .replace("#include <project_vertex>", `#include <project_vertex>\n${variants ? HIDE_GLSL : ""}`);
    shader.fragmentShader = shader.fragmentShader
      .replace("#include <common>", "#include <common>\nvarying vec3 vTint;\nvarying float vFade;")
      .replace("#include <color_fragment>", `diffuseColor.rgb *= vTint;${FADE_GLSL}`)
      .replace("#include <opaque_fragment>", `${RIM_GLSL}\n#include <opaque_fragment>`);
  };
  return material;
}

const HEAD_GLSL = /* glsl */ `
uniform highp sampler2D uBones;
uniform float uTime;
attribute vec4 aSkin;
attribute float aShade;
attribute float aVariant;
attribute vec2 aFigure;
varying vec3 vTint;
varying float vFade;
vec4 boneRow(int bone, int row, int figure) { return texelFetch(uBones, ivec2(bone * 3 + row, figure), 0); }
`;

const SKIN_GLSL = /* glsl */ `
int figure = int(aFigure.x + 0.5);
int bone0 = int(aSkin.x + 0.5);
vec4 row0 = boneRow(bone0, 0, figure);
vec4 row1 = boneRow(bone0, 1, figure);
vec4 row2 = boneRow(bone0, 2, figure);
if (aSkin.z > 0.002) {
  int bone1 = int(aSkin.y + 0.5);
  row0 = mix(row0, boneRow(bone1, 0, figure), aSkin.z);
  row1 = mix(row1, boneRow(bone1, 1, figure), aSkin.z);
  row2 = mix(row2, boneRow(bone1, 2, figure), aSkin.z);
}
vec3 objectNormal = normalize(vec3(dot(row0.xyz, normal), dot(row1.xyz, normal), dot(row2.xyz, normal)));
int slotIndex = int(aSkin.w + 0.5);
vTint = texelFetch(uBones, ivec2(${COLOUR_TEXEL} + slotIndex, figure), 0).rgb * aShade;
vFade = aFigure.y;
`;

/** Eyes close for a moment every few seconds, each person at another time. */
const BEGIN_GLSL = /* glsl */ `
vec3 rest = position;
if ((slotIndex == 7 || slotIndex == 6) && rest.z < -0.1 && abs(rest.y - ${EYE_Y.toFixed(3)}) < 0.03 && abs(rest.x) < 0.075) {
  float beat = fract((uTime + aFigure.x * 1.37) / (3.1 + fract(aFigure.x * 0.37) * 2.2));
  rest.y = mix(${EYE_Y.toFixed(3)}, rest.y, 0.12 + 0.88 * smoothstep(0.0, 0.022, abs(beat - 0.5)));
}
vec4 rest4 = vec4(rest, 1.0);
vec3 transformed = vec3(dot(row0, rest4), dot(row1, rest4), dot(row2, rest4));
`;

/** Variant codes: group * 16 + index + 1; the figure's own index per group is in the variant texel. */
const VARIANT_GLSL = /* glsl */ `
bool hiddenVariant = false;
if (aVariant > 0.5) {
  int code = int(aVariant + 0.5) - 1;
  vec4 mine = texelFetch(uBones, ivec2(${VARIANT_TEXEL}, figure), 0);
  hiddenVariant = int(mine[code / 16] + 0.5) != code % 16;
}
`;

const HIDE_GLSL = /* glsl */ `
if (hiddenVariant) gl_Position = vec4(2.0, 2.0, 2.0, 1.0);
`;
