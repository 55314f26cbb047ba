/** Makes the WebGL2 context, or says in a sentence why there is none. */

import { NeutralToneMapping, SRGBColorSpace, WebGLRenderer } from "three";

/** The picture cannot be shown on this device; `message` is for the person. */
export class NoWebGL2Error extends Error {
  readonly code = "no_webgl2";

  constructor() {
    super(
      "This browser cannot show the 3D picture (WebGL2 is missing or switched off). " +
        "Switch on hardware acceleration, update the browser, or use the flat view.",
    );
    this.name = "NoWebGL2Error";
  }
}

export interface ContextOptions {
  readonly antialias: boolean;
  readonly transparent?: boolean;
}

const SOFTWARE = /swiftshader|llvmpipe|software|basic render/i;

/** Whether a processor draws in place of a graphics card: then every sample of antialiasing is paid in full. */
export function drawsInSoftware(): boolean {
  const gl = document.createElement("canvas").getContext("webgl2");
  if (!gl) return false;
  const info = gl.getExtension("WEBGL_debug_renderer_info");
  const name = String(gl.getParameter(info ? info.UNMASKED_RENDERER_WEBGL : gl.RENDERER));
  gl.getExtension("WEBGL_lose_context")?.loseContext();
  return SOFTWARE.test(name);
}

export function createContext(canvas: HTMLCanvasElement, options: ContextOptions): WebGLRenderer {
  const context = canvas.getContext("webgl2", {
    antialias: options.antialias,
    alpha: options.transparent ?? false,
    depth: true,
    stencil: false,
    powerPreference: "high-performance",
  });
  if (!context) throw new NoWebGL2Error();
  let renderer: WebGLRenderer;
  try {
    renderer = new WebGLRenderer({ canvas, context, antialias: options.antialias });
  } catch {
    throw new NoWebGL2Error();
  }
  renderer.outputColorSpace = SRGBColorSpace;
  renderer.toneMapping = NeutralToneMapping;
  renderer.toneMappingExposure = 1;
  renderer.info.autoReset = false;
  // Reading every program's log makes the driver wait; a broken shader is a bug that the tests catch.
  renderer.debug.checkShaderErrors = import.meta.env.DEV;
  return renderer;
}
