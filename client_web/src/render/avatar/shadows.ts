/** Soft round shadows under people: they stand on the ground instead of floating. One draw call. */

import {
  DynamicDrawUsage,
  InstancedBufferAttribute,
  InstancedBufferGeometry,
  Mesh,
  PlaneGeometry,
  ShaderMaterial,
  UniformsLib,
  UniformsUtils,
} from "three";

export class BlobShadows {
  readonly mesh: Mesh<InstancedBufferGeometry, ShaderMaterial>;
  private readonly place: InstancedBufferAttribute;
  private count = 0;

  constructor(readonly capacity: number) {
    const plane = new PlaneGeometry(1, 1).rotateX(-Math.PI / 2);
    const geometry = new InstancedBufferGeometry();
    geometry.index = plane.index;
    geometry.setAttribute("position", plane.attributes.position!);
    this.place = new InstancedBufferAttribute(new Float32Array(capacity * 4), 4);
    this.place.setUsage(DynamicDrawUsage);
    geometry.setAttribute("aPlace", this.place);
    geometry.instanceCount = 0;
    this.mesh = new Mesh(geometry, shadowMaterial());
    this.mesh.frustumCulled = false;
    this.mesh.matrixAutoUpdate = false;
    this.mesh.renderOrder = 1;
  }

  begin(): void {
    this.count = 0;
  }

  add(x: number, y: number, z: number, strength: number): void {
    if (this.count >= this.capacity) return;
    const at = this.count++ * 4;
    const array = this.place.array;
    array[at] = x;
    array[at + 1] = y;
    array[at + 2] = z;
    array[at + 3] = strength;
  }

  commit(): void {
    this.mesh.geometry.instanceCount = this.count;
    this.mesh.visible = this.count > 0;
    if (this.count === 0) return;
    this.place.clearUpdateRanges();
    this.place.addUpdateRange(0, this.count * 4);
    this.place.needsUpdate = true;
  }

  dispose(): void {
    this.mesh.geometry.dispose();
    this.mesh.material.dispose();
  }
}

function shadowMaterial(): ShaderMaterial {
  return new ShaderMaterial({
    transparent: true,
    depthWrite: false,
    polygonOffset: true,
    polygonOffsetFactor: -2,
    polygonOffsetUnits: -2,
    fog: true,
    uniforms: UniformsUtils.clone(UniformsLib.fog),
    vertexShader: /* glsl */ `
      attribute vec4 aPlace;
      varying vec2 vAt;
      varying float vStrength;
      #include <fog_pars_vertex>
      void main() {
        vAt = position.xz * 2.0;
        vStrength = aPlace.w;
        vec4 mvPosition = viewMatrix * vec4(aPlace.xyz + position * 1.05 + vec3(0.0, 0.012, 0.0), 1.0);
        gl_Position = projectionMatrix * mvPosition;
        #include <fog_vertex>
      }`,
    fragmentShader: /* glsl */ `
      varying vec2 vAt;
      varying float vStrength;
      #include <fog_pars_fragment>
      void main() {
        float r = length(vAt);
        float dark = (1.0 - smoothstep(0.15, 1.0, r)) * 0.5 * vStrength;
        gl_FragColor = vec4(0.05, 0.06, 0.09, dark);
      }`,
  });
}
