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
