/** What lies over the picture: a vignette while moving, and a short fade after a jump. One draw call when seen. */

import { BufferAttribute, BufferGeometry, Mesh, ShaderMaterial } from "three";
import { approach } from "./avatar/motion";

/** Metres in one frame that are no step but a jump. */
const JUMP = 5;

export class Veil {
  readonly mesh: Mesh<BufferGeometry, ShaderMaterial>;
  private vignette = 0;
  private fade = 0;
  private x = NaN;
  private z = NaN;

  constructor() {
    const geometry = new BufferGeometry();
    geometry.setAttribute("position", new BufferAttribute(new Float32Array([-1, -1, 0, 3, -1, 0, -1, 3, 0]), 3));
    this.mesh = new Mesh(geometry, veilMaterial());
    this.mesh.frustumCulled = false;
    this.mesh.matrixAutoUpdate = false;
    this.mesh.renderOrder = 100;
    this.mesh.visible = false;
  }

  update(x: number, z: number, speed: number, wanted: boolean, dt: number): void {
    if (Math.hypot(x - this.x, z - this.z) > JUMP) this.fade = 1;
    this.x = x;
    this.z = z;
    this.fade = Math.max(0, this.fade - dt / 0.4);
    this.vignette = approach(this.vignette, wanted && speed > 0.3 ? 1 : 0, 6, dt);
    this.mesh.visible = this.fade > 0.001 || this.vignette > 0.01;
    this.mesh.material.uniforms.uVignette!.value = this.vignette;
    this.mesh.material.uniforms.uFade!.value = this.fade;
  }

  dispose(): void {
    this.mesh.geometry.dispose();
    this.mesh.material.dispose();
  }
}

function veilMaterial(): ShaderMaterial {
  return new ShaderMaterial({
    transparent: true,
    depthTest: false,
    depthWrite: false,
    uniforms: { uVignette: { value: 0 }, uFade: { value: 0 } },
    vertexShader: /* glsl */ `
      varying vec2 vAt;
      void main() {
        vAt = position.xy;
        gl_Position = vec4(position.xy, 0.0, 1.0);
      }`,
    fragmentShader: /* glsl */ `
      uniform float uVignette;
      uniform float uFade;
      varying vec2 vAt;
      void main() {
        float edge = smoothstep(0.5, 1.05, length(vAt)) * uVignette * 0.92;
        gl_FragColor = vec4(0.02, 0.05, 0.07, max(edge, uFade));
      }`,
  });
}
