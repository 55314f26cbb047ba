/** A canvas keeps its graphics context, also a lost one: each picture gets a canvas of its own, in the same place. */
export function freshCanvas(canvas: HTMLCanvasElement): HTMLCanvasElement {
  const fresh = canvas.cloneNode(false) as HTMLCanvasElement;
  fresh.hidden = true;
  // Memory of the graphics chip comes back now, not when somebody collects garbage.
  canvas.getContext("webgl2")?.getExtension("WEBGL_lose_context")?.loseContext();
  canvas.replaceWith(fresh);
  return fresh;
}
