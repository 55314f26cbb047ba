/** From "enter" to a picture: bytes of the building, renderer, walkable field. Starts early, tells its progress. */

import type { Venue } from "../core/venue";
import { readWalkField, type WalkField } from "../core/walkfield";
import { type Bundle, loadBundle } from "../net/bundle";
import { ApiError, type VenueAnswer } from "../net/http";
import type { CreateAvatarPreview, CreateRenderer, Loading, Quality, Renderer } from "./ports";

export interface RenderModule {
  readonly createRenderer: CreateRenderer;
  readonly createAvatarPreview: CreateAvatarPreview;
}

export interface Loaded {
  readonly renderer: Renderer;
  readonly venue: Venue;
  readonly field: WalkField;
}

/** Shares of the bar: the download is what takes long, then the work of the graphics. */
const DOWNLOAD_SHARE = 0.7;

export class Loader {
  readonly #importRender: () => Promise<RenderModule>;
  readonly #show: (loading: Loading) => void;
  #bundle: Promise<Bundle> | null = null;
  #render: Promise<RenderModule> | null = null;
  #bytes = { loaded: 0, total: 0 };
  #watching = false;

  constructor(importRender: () => Promise<RenderModule>, show: (loading: Loading) => void) {
    this.#importRender = importRender;
    this.#show = show;
  }

  /** Begins the download while the person fills in the form. Failures come up in load(). */
  prefetch(info: VenueAnswer): void {
    this.#download(info).catch(() => undefined);
    this.render().catch(() => undefined);
  }

  render(): Promise<RenderModule> {
    this.#render ??= this.#importRender().catch(() => {
      this.#render = null;
      throw new ApiError("client", "A part of the page could not be loaded. Reload the page.", 0, true);
    });
    return this.#render;
  }

  /** Everything. Rejects with an ApiError or the renderer's own sentence; calling again tries again. */
  async load(info: VenueAnswer, canvas: HTMLCanvasElement, quality: Quality): Promise<Loaded> {
    this.#watching = true;
    this.#progress();
    const [bundle, module] = await Promise.all([this.#download(info), this.render()]);
    this.#step("Putting up the building", 0);
    const venue = bundle.venue as Venue;
    const field = await readWalkField(bundle.walk);
    const renderer = module.createRenderer();
    try {
      // Before the context is made: smooth edges cannot be switched off later, and a weak device pays for them.
      renderer.setQuality(quality);
      renderer.mount(canvas);
      await renderer.loadVenue(bundle.glb, venue, (part) => this.#step("Putting up the building", part));
    } catch (error) {
      renderer.dispose();
      throw error;
    }
    this.#watching = false;
    this.#bundle = null;
    return { renderer, venue, field };
  }

  #download(info: VenueAnswer): Promise<Bundle> {
    this.#bundle ??= loadBundle(info.files, (loaded, total) => {
      this.#bytes = { loaded, total };
      this.#progress();
    }).catch((error: unknown) => {
      this.#bundle = null;
      throw error;
    });
    return this.#bundle;
  }

  #progress(): void {
    if (!this.#watching) return;
    const { loaded, total } = this.#bytes;
    const progress = total === 0 ? 0 : (loaded / total) * DOWNLOAD_SHARE;
    this.#show({ step: "Loading the building", loadedBytes: loaded, totalBytes: total, progress });
  }

  #step(step: string, part: number): void {
    const { loaded, total } = this.#bytes;
    const progress = DOWNLOAD_SHARE + part * (0.95 - DOWNLOAD_SHARE);
    this.#show({ step, loadedBytes: loaded, totalBytes: total, progress });
  }
}
