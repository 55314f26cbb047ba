/** Sky, sun and air. */

import {
  BackSide,
  Color,
  DirectionalLight,
  Fog,
  HemisphereLight,
  Mesh,
  type PerspectiveCamera,
  type Scene,
  ShaderMaterial,
  SphereGeometry,
  Vector3,
} from "three";

const ZENITH = new Color("#4f8fce");
const HORIZON = new Color("#d9e9f2");
const GROUND = new Color("#c9c2b2");
/** Afternoon over the Mediterranean: from the south-west, fairly high. */
const SUN = new Vector3(-0.5, 0.72, 0.55).normalize();

export class Environment {
  private readonly sky: Mesh<SphereGeometry, ShaderMaterial>;
  private readonly fog = new Fog(HORIZON.clone(), 60, 420);

  constructor(scene: Scene) {
    const sun = new DirectionalLight(0xfff1da, 1.7);
    sun.position.copy(SUN).multiplyScalar(100);
    const hemisphere = new HemisphereLight(0xf1f6fc, 0xdccfbb, 2.5);
    this.sky = new Mesh(new SphereGeometry(1, 32, 16), skyMaterial());
    this.sky.frustumCulled = false;
    this.sky.renderOrder = -10;
    scene.fog = this.fog;
    scene.background = null;
    scene.add(sun, hemisphere, this.sky);
  }

  setSight(metres: number): void {
    this.fog.near = metres * 0.25;
    this.fog.far = metres;
  }

  /** The dome goes with the camera. */
  follow(camera: PerspectiveCamera): void {
    this.sky.position.copy(camera.position);
    this.sky.scale.setScalar(camera.far * 0.9);
    this.sky.updateMatrixWorld();
  }

  dispose(): void {
    this.sky.geometry.dispose();
    this.sky.material.dispose();
  }
}

function skyMaterial(): ShaderMaterial {
  return new ShaderMaterial({
    side: BackSide,
    depthWrite: false,
    fog: false,
    uniforms: {
      zenith: { value: ZENITH },
      horizon: { value: HORIZON },
      ground: { value: GROUND },
      sun: { value: SUN },
    },
    vertexShader: /* glsl */ `
      varying vec3 vDirection;
      void main() {
        vDirection = position;
        gl_Position = projectionMatrix * modelViewMatrix * vec4(position, 1.0);
      }`,
    fragmentShader: /* glsl */ `
      uniform vec3 zenith;
      uniform vec3 horizon;
      uniform vec3 ground;
      uniform vec3 sun;
      varying vec3 vDirection;
      void main() {
        vec3 d = normalize(vDirection);
        vec3 colour = mix(horizon, zenith, pow(clamp(d.y, 0.0, 1.0), 0.55));
        colour = mix(colour, ground, smoothstep(0.0, -0.12, d.y));
        float near = max(dot(d, sun), 0.0);
        colour += vec3(1.0, 0.86, 0.62) * (pow(near, 12.0) * 0.18 + smoothstep(0.9993, 0.9997, near) * 2.0);
        gl_FragColor = vec4(colour, 1.0);
        #include <tonemapping_fragment>
        #include <colorspace_fragment>
      }`,
  });
}
