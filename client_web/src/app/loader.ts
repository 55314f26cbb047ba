/**
 * From "enter" to a picture: description of the building and walkable field, and for the view in 3D its drawing and the
 * renderer. Starts early, tells its progress. The flat view needs neither three.js nor the drawing, and loads neither.
 */

import type { Venue } from "../core/venue";
import { readWalkField, type WalkField } from "../core/walkfield";
import { type BundleFile, loadFiles, parseVenue } from "../net/bundle";
import { ApiError, type VenueAnswer } from "../net/http";
import type { CreateAvatarPreview, CreateRenderer, Loading, Quality, Renderer, ViewKind } from "./ports";

export interface RenderModule {
  readonly createRenderer: CreateRenderer;
  readonly createAvatarPreview: CreateAvatarPreview;
}

export interface LoaderParts {
  readonly importRender: () => Promise<RenderModule>;
  /** What connecting needs. */
  readonly importNet: () => Promise<unknown>;
  readonly show: (loading: Loading) => void;
}

export interface Loaded {
  /** Null in the flat view. */
  readonly renderer: Renderer | null;
  readonly venue: Venue;
  readonly field: WalkField;
}

type Files = Promise<Readonly<Partial<Record<BundleFile, ArrayBuffer>>>>;

/** Shares of the bar: the download is what takes long, then the work of the graphics. */
const DOWNLOAD_SHARE = 0.7;
const PLAN: readonly BundleFile[] = ["venue.json", "walk.npz"];
const DRAWING: readonly BundleFile[] = ["venue.glb"];
const MISSING = "A part of the page could not be loaded. Reload the page.";

export class Loader {
  readonly #parts: LoaderParts;
  readonly #downloads = new Map<readonly BundleFile[], Files>();
  readonly #bytes = new Map<readonly BundleFile[], { loaded: number; total: number }>();
  #render: Promise<RenderModule> | null = null;
  #wanted: readonly (readonly BundleFile[])[] = [];

  constructor(parts: LoaderParts) {
    this.#parts = parts;
  }

  /** Begins the download while the person fills in the form. Failures come up in load(). */
  prefetch(info: VenueAnswer, view: ViewKind): void {
    const begun: Promise<unknown>[] = [this.#download(info, PLAN), this.#parts.importNet()];
    if (view === "picture") begun.push(this.#download(info, DRAWING), this.render());
    for (const each of begun) each.catch(() => undefined);
  }

  render(): Promise<RenderModule> {
    this.#render ??= this.#parts.importRender().catch(() => {
      this.#render = null;
      throw new ApiError("client", MISSING, 0, true);
    });
    return this.#render;
  }

  /** Everything. Rejects with an ApiError or the renderer's own sentence; calling again tries again. */
  async load(info: VenueAnswer, canvas: HTMLCanvasElement, quality: Quality, view: ViewKind): Promise<Loaded> {
    this.#watch(view === "picture" ? [PLAN, DRAWING] : [PLAN]);
    const [files] = await Promise.all([
      this.#download(info, PLAN),
      this.#parts.importNet().catch(() => {
        throw new ApiError("client", MISSING, 0, true);
      }),
    ]);
    const venue = parseVenue(files["venue.json"]!) as Venue;
    const field = await readWalkField(files["walk.npz"]!);
    const renderer = view === "picture" ? await this.picture(info, venue, canvas, quality) : null;
    this.#watch([]);
    this.#downloads.clear();
    return { renderer, venue, field };
  }

  /** A renderer that shows the building; the same ways of failing. */
  async picture(info: VenueAnswer, venue: Venue, canvas: HTMLCanvasElement, quality: Quality): Promise<Renderer> {
    if (this.#wanted.length === 0) this.#watch([DRAWING]);
    const [files, module] = await Promise.all([this.#download(info, DRAWING), this.render()]);
    this.#step(0);
    const renderer = module.createRenderer();
    try {
      // Before the context is made: smooth edges cannot be switched off later, and a weak device pays for them.
      renderer.setQuality(quality);
      renderer.mount(canvas);
      await renderer.loadVenue(files["venue.glb"]!, venue, (part) => this.#step(part));
    } catch (error) {
      renderer.dispose();
      throw error;
    } finally {
      this.#watch([]);
    }
    // Read once: three megabytes that nobody needs any more.
    this.#downloads.delete(DRAWING);
    return renderer;
  }

  #download(info: VenueAnswer, names: readonly BundleFile[]): Files {
    let files = this.#downloads.get(names);
    if (files !== undefined) return files;
    files = loadFiles(info.files, names, (loaded, total) => {
      this.#bytes.set(names, { loaded, total });
      this.#progress();
    }).catch((error: unknown) => {
      this.#downloads.delete(names);
      throw error;
    });
    this.#downloads.set(names, files);
    return files;
  }

  #watch(wanted: readonly (readonly BundleFile[])[]): void {
    this.#wanted = wanted;
    this.#progress();
  }

  get #sum(): { loaded: number; total: number } {
    const known = this.#wanted.map((names) => this.#bytes.get(names) ?? { loaded: 0, total: 0 });
    return {
      loaded: known.reduce((sum, { loaded }) => sum + loaded, 0),
      total: known.reduce((sum, { total }) => sum + total, 0),
    };
  }

  #progress(): void {
    if (this.#wanted.length === 0) return;
    const { loaded, total } = this.#sum;
    const progress = total === 0 ? 0 : (loaded / total) * DOWNLOAD_SHARE;
    this.#parts.show({ step: "Loading the building", loadedBytes: loaded, totalBytes: total, progress });
  }

  #step(part: number): void {
    const { loaded, total } = this.#sum;
    const progress = DOWNLOAD_SHARE + part * (0.95 - DOWNLOAD_SHARE);
    this.#parts.show({ step: "Putting up the building", loadedBytes: loaded, totalBytes: total, progress });
  }
}
