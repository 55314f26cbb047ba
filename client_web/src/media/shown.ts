/** Who looks at which picture, how large: canvases, textures and other sinks. */

import type { Unsubscribe } from "../core/store";
import type { FrameSink, PictureTexture } from "./api";

interface Look {
  readonly sink: FrameSink;
  /** Device pixels wide; 0 out of sight. */
  width: number;
}

/** Wide enough for whatever is shown whole. */
const WHOLE = 1920;

export class Shown {
  readonly #changed: () => void;
  readonly #of = new Map<string, Set<Look>>();

  /** `changed`: other pictures, or another size. */
  constructor(changed: () => void) {
    this.#changed = changed;
  }

  /** The widest look at each picture. */
  widths(): Map<string, number> {
    return new Map([...this.#of].map(([id, looks]) => [id, Math.max(...[...looks].map(({ width }) => width))]));
  }

  get any(): boolean {
    return this.#of.size > 0;
  }

  show(picture: string, frame: VideoFrame): void {
    for (const { sink, width } of this.#of.get(picture) ?? []) if (width > 0) sink(frame);
  }

  add(picture: string, sink: FrameSink, width = WHOLE): { resize(width: number): void; remove: Unsubscribe } {
    const look: Look = { sink, width };
    const looks = this.#of.get(picture) ?? new Set();
    this.#of.set(picture, looks.add(look));
    this.#changed();
    return {
      resize: (to) => {
        if (look.width === to) return;
        look.width = to;
        this.#changed();
      },
      remove: () => {
        if (!looks.delete(look)) return;
        if (looks.size === 0 && this.#of.get(picture) === looks) this.#of.delete(picture);
        this.#changed();
      },
    };
  }

  canvas(picture: string, canvas: HTMLCanvasElement): Unsubscribe {
    const draw = drawerOf(canvas);
    const look = this.add(picture, draw, 0);
    let visible = true;
    const measure = (): void => {
      const width = canvas.clientWidth * (window.devicePixelRatio || 1);
      look.resize(visible ? Math.round(width) : 0);
    };
    const sizes = new ResizeObserver(measure);
    const sight = new IntersectionObserver((entries) => {
      visible = entries.at(-1)?.isIntersecting ?? true;
      measure();
    });
    sizes.observe(canvas);
    sight.observe(canvas);
    measure();
    return () => {
      sizes.disconnect();
      sight.disconnect();
      look.remove();
    };
  }

  texture(picture: string): PictureTexture {
    const canvas = document.createElement("canvas");
    canvas.width = canvas.height = 2;
    const draw = drawerOf(canvas);
    let version = 0;
    let size: [number, number] = [0, 0];
    const look = this.add(picture, (frame) => {
      draw(frame);
      size = [canvas.width, canvas.height];
      version++;
    });
    return {
      canvas,
      get version() {
        return version;
      },
      get width() {
        return size[0];
      },
      get height() {
        return size[1];
      },
      seen: (width) => look.resize(Math.round(width)),
      release: () => look.remove(),
    };
  }
}

function drawerOf(canvas: HTMLCanvasElement): FrameSink {
  const context = canvas.getContext("2d", { alpha: false });
  return (frame) => {
    const { displayWidth: width, displayHeight: height } = frame;
    if (canvas.width !== width) canvas.width = width;
    if (canvas.height !== height) canvas.height = height;
    context?.drawImage(frame, 0, 0, width, height);
  };
}
