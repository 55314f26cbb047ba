/** Name tags and icons as instanced quads of a constant size on the screen: one draw call for all of them. */

import {
  CanvasTexture,
  DataTexture,
  DynamicDrawUsage,
  InstancedBufferAttribute,
  InstancedBufferGeometry,
  LinearFilter,
  Mesh,
  PlaneGeometry,
  ShaderMaterial,
  SRGBColorSpace,
  Vector2,
  type WebGLRenderer,
} from "three";
import { CELL_HEIGHT, CELL_WIDTH, drawTag, type TagWords } from "./draw";
import { drawIcons, ICON, ICONS } from "./icons";

const COLUMNS = 4;
const ROWS = 12;
const CELLS = COLUMNS * ROWS;
/** Tags drawn anew in a frame at most: each costs a canvas and an upload. */
const UPLOADS_PER_FRAME = 2;
const CAPACITY = 160;

interface Cell {
  slot: number;
  revision: number;
  /** Pixels of the cell that the plate fills. */
  width: number;
  used: number;
}

export class Labels {
  readonly mesh: Mesh<InstancedBufferGeometry, ShaderMaterial>;
  private readonly atlas: DataTexture;
  private readonly icons: CanvasTexture;
  private readonly canvas = document.createElement("canvas");
  private readonly context: CanvasRenderingContext2D | null;
  private readonly source: CanvasTexture;
  private readonly cells: Cell[] = Array.from({ length: CELLS }, () => ({ slot: -1, revision: 0, width: 0, used: 0 }));
  private readonly bySlot = new Map<number, number>();
  private readonly anchor: InstancedBufferAttribute;
  private readonly rect: InstancedBufferAttribute;
  private readonly box: InstancedBufferAttribute;
  private readonly at = new Vector2();
  private count = 0;
  private uploads = 0;
  private frame = 0;
  private highContrast = false;

  constructor() {
    this.canvas.width = CELL_WIDTH;
    this.canvas.height = CELL_HEIGHT;
    this.context = this.canvas.getContext("2d", { willReadFrequently: false });
    this.source = plain(new CanvasTexture(this.canvas));
    const blank = new Uint8Array(COLUMNS * CELL_WIDTH * ROWS * CELL_HEIGHT * 4);
    this.atlas = new DataTexture(blank, COLUMNS * CELL_WIDTH, ROWS * CELL_HEIGHT);
    this.atlas.colorSpace = SRGBColorSpace;
    this.atlas.minFilter = this.atlas.magFilter = LinearFilter;
    this.atlas.generateMipmaps = false;
    this.atlas.flipY = false;
    this.atlas.needsUpdate = true;
    this.icons = makeIcons();
    const plane = new PlaneGeometry(1, 1);
    const geometry = new InstancedBufferGeometry();
    geometry.index = plane.index;
    geometry.setAttribute("position", plane.attributes.position!);
    const instanced = (name: string, size: number): InstancedBufferAttribute => {
      const attribute = new InstancedBufferAttribute(new Float32Array(CAPACITY * size), size);
      attribute.setUsage(DynamicDrawUsage);
      geometry.setAttribute(name, attribute);
      return attribute;
    };
    this.anchor = instanced("aAnchor", 4);
    this.rect = instanced("aRect", 4);
    this.box = instanced("aBox", 4);
    geometry.instanceCount = 0;
    this.mesh = new Mesh(geometry, labelMaterial(this.atlas, this.icons));
    this.mesh.frustumCulled = false;
    this.mesh.matrixAutoUpdate = false;
    this.mesh.renderOrder = 20;
  }

  setHighContrast(on: boolean): void {
    if (on === this.highContrast) return;
    this.highContrast = on;
    this.forget();
  }

  /** All tags are drawn anew, for instance after the graphics context came back. */
  forget(): void {
    this.bySlot.clear();
    for (const cell of this.cells) cell.slot = -1;
  }

  begin(width: number, height: number): void {
    this.count = 0;
    this.uploads = 0;
    this.frame++;
    (this.mesh.material.uniforms.uViewport!.value as Vector2).set(width, height);
  }

  /**
   * Makes sure that the words of a slot are in the atlas. Gives the plate's width as a share of its height, or 0 when
   * it has to wait for a later frame (`urgent` ones do not wait).
   */
  prepare(renderer: WebGLRenderer, slot: number, revision: number, words: TagWords, urgent: boolean): number {
    const known = this.bySlot.get(slot);
    if (known !== undefined && this.cells[known]!.revision === revision) {
      this.cells[known]!.used = this.frame;
      return this.cells[known]!.width / CELL_HEIGHT;
    }
    if ((this.uploads >= UPLOADS_PER_FRAME && !urgent) || !this.context) return 0;
    const index = known ?? this.freeCell();
    if (index < 0) return 0;
    this.uploads++;
    const cell = this.cells[index]!;
    if (cell.slot >= 0 && cell.slot !== slot) this.bySlot.delete(cell.slot);
    cell.slot = slot;
    cell.revision = revision;
    cell.used = this.frame;
    cell.width = drawTag(this.context, words, this.highContrast);
    this.bySlot.set(slot, index);
    this.at.set((index % COLUMNS) * CELL_WIDTH, Math.floor(index / COLUMNS) * CELL_HEIGHT);
    this.source.needsUpdate = true;
    renderer.copyTextureToTexture(this.source, this.atlas, null, this.at);
    return cell.width / CELL_HEIGHT;
  }

  /** A tag whose bottom is `up` CSS pixels above the anchor's place on the screen. */
  addTag(slot: number, x: number, y: number, z: number, height: number, up: number, alpha: number): void {
    const index = this.bySlot.get(slot);
    if (index === undefined) return;
    const cell = this.cells[index]!;
    const u = (index % COLUMNS) / COLUMNS;
    const v = Math.floor(index / COLUMNS) / ROWS;
    const inset = (CELL_WIDTH - cell.width) / 2 / CELL_WIDTH / COLUMNS;
    this.push(
      x,
      y,
      z,
      alpha,
      u + inset,
      v,
      u + 1 / COLUMNS - inset,
      v + 1 / ROWS,
      (height * cell.width) / CELL_HEIGHT,
      height,
      up,
      0,
    );
  }

  addIcon(icon: number, x: number, y: number, z: number, size: number, up: number, alpha: number): void {
    this.push(x, y, z, alpha, icon / ICONS, 0, (icon + 1) / ICONS, 1, size, size, up, 1);
  }

  commit(): void {
    this.mesh.geometry.instanceCount = this.count;
    this.mesh.visible = this.count > 0;
    if (this.count === 0) return;
    for (const attribute of [this.anchor, this.rect, this.box]) {
      attribute.clearUpdateRanges();
      attribute.addUpdateRange(0, this.count * 4);
      attribute.needsUpdate = true;
    }
  }

  dispose(): void {
    this.mesh.geometry.dispose();
    this.mesh.material.dispose();
    this.atlas.dispose();
    this.icons.dispose();
    this.source.dispose();
  }

  private push(
    x: number,
    y: number,
    z: number,
    alpha: number,
    u0: number,
    v0: number,
    u1: number,
    v1: number,
    width: number,
    height: number,
    up: number,
    atlas: number,
  ): void {
    if (this.count >= CAPACITY) return;
    const at = this.count++ * 4;
    const anchor = this.anchor.array;
    anchor[at] = x;
    anchor[at + 1] = y;
    anchor[at + 2] = z;
    anchor[at + 3] = alpha;
    const rect = this.rect.array;
    rect[at] = u0;
    rect[at + 1] = v0;
    rect[at + 2] = u1;
    rect[at + 3] = v1;
    const box = this.box.array;
    box[at] = width;
    box[at + 1] = height;
    box[at + 2] = up;
    box[at + 3] = atlas;
  }

  private freeCell(): number {
    let oldest = -1;
    for (let i = 0; i < CELLS; i++) {
      const cell = this.cells[i]!;
      if (cell.slot < 0) return i;
      if (cell.used < this.frame - 1 && (oldest < 0 || cell.used < this.cells[oldest]!.used)) oldest = i;
    }
    return oldest;
  }
}

function plain(texture: CanvasTexture): CanvasTexture {
  texture.colorSpace = SRGBColorSpace;
  texture.minFilter = texture.magFilter = LinearFilter;
  texture.generateMipmaps = false;
  texture.flipY = false;
  return texture;
}

function makeIcons(): CanvasTexture {
  const canvas = document.createElement("canvas");
  canvas.width = ICON * ICONS;
  canvas.height = ICON;
  const context = canvas.getContext("2d");
  if (context) drawIcons(context);
  return plain(new CanvasTexture(canvas));
}

function labelMaterial(atlas: DataTexture, icons: CanvasTexture): ShaderMaterial {
  return new ShaderMaterial({
    transparent: true,
    depthWrite: false,
    fog: false,
    uniforms: { uAtlas: { value: atlas }, uIcons: { value: icons }, uViewport: { value: new Vector2(1, 1) } },
    vertexShader: /* glsl */ `
      attribute vec4 aAnchor;
      attribute vec4 aRect;
      attribute vec4 aBox;
      uniform vec2 uViewport;
      varying vec2 vUv;
      varying float vAlpha;
      varying float vIcon;
      void main() {
        vec4 view = viewMatrix * vec4(aAnchor.xyz, 1.0);
        // Half a metre towards the eye: the head below does not cut into its own tag.
        view.xyz *= max(0.0, 1.0 - 0.5 / max(0.6, -view.z));
        vec4 clip = projectionMatrix * view;
        vec2 pixel = position.xy * aBox.xy + vec2(0.0, aBox.y * 0.5 + aBox.z);
        // On whole pixels text stays sharp.
        vec2 centre = (clip.xy / clip.w * 0.5 + 0.5) * uViewport;
        centre = floor(centre + 0.5);
        clip.xy = ((centre + pixel) / uViewport * 2.0 - 1.0) * clip.w;
        gl_Position = clip;
        vUv = vec2(mix(aRect.x, aRect.z, position.x + 0.5), mix(aRect.w, aRect.y, position.y + 0.5));
        vAlpha = aAnchor.w;
        vIcon = aBox.w;
      }`,
    fragmentShader: /* glsl */ `
      uniform sampler2D uAtlas;
      uniform sampler2D uIcons;
      varying vec2 vUv;
      varying float vAlpha;
      varying float vIcon;
      void main() {
        // Four samples a pixel in place of mipmaps: small text stays readable, and a new tag costs no rebuilt chain.
        vec2 a = vec2(dFdx(vUv.x), dFdy(vUv.y)) * 0.25;
        vec2 b = vec2(a.x, -a.y);
        vec4 colour = vIcon > 0.5
          ? texture2D(uIcons, vUv + a) + texture2D(uIcons, vUv - a) + texture2D(uIcons, vUv + b) + texture2D(uIcons, vUv - b)
          : texture2D(uAtlas, vUv + a) + texture2D(uAtlas, vUv - a) + texture2D(uAtlas, vUv + b) + texture2D(uAtlas, vUv - b);
        colour *= 0.25;
        if (colour.a * vAlpha < 0.01) discard;
        gl_FragColor = vec4(colour.rgb, colour.a * vAlpha);
        #include <colorspace_fragment>
      }`,
  });
}
