/** The picture: canvas, renderer, input devices and the frame loop. Everything of the DOM that is not a panel. */

import { AutoQuality } from "../core/auto_quality";
import { idleControls, mergeControls } from "../core/controls";
import type { KeyAction, Quality, Settings } from "../core/settings";
import type { World } from "../core/world";
import { GamepadInput } from "../input/gamepad";
import { Keyboard } from "../input/keyboard";
import { PointerInput } from "../input/pointer";
import type { Pick, Renderer } from "./ports";
import type { View } from "./view";

export interface SceneEvents {
  onAction(action: KeyAction): void;
  /** The key for talking is held down. */
  onTalk(down: boolean): void;
  /** Something in the picture was clicked or tapped. */
  onPick(pick: Pick, double: boolean): void;
  onTouch(touch: boolean): void;
  /** The picture has the keyboard now. */
  onFocus(): void;
  /** A key that walks or acts was pressed while something else has the keyboard. */
  onElsewhere(key: string): void;
  /** After each frame. */
  onFrame(now: number): void;
  onQualityLowered(quality: Quality): void;
  onLost(message: string): void;
}

const MOST_FRAME_MS = 100;
const LOOK_RAD_PX = 0.0042;
const TOUCH_LOOK_RAD_PX = 0.0065;

export class SceneView implements View {
  readonly #canvas: HTMLCanvasElement;
  readonly #renderer: Renderer;
  readonly #world: World;
  readonly #events: SceneEvents;
  readonly #keyboard: Keyboard;
  readonly #pointer: PointerInput;
  readonly #gamepad: GamepadInput;
  readonly #auto: AutoQuality;
  readonly #detach: (() => void)[] = [];
  readonly stick = idleControls();
  #settings: Settings;
  #frame = 0;
  #last = 0;
  #touch = false;

  constructor(
    canvas: HTMLCanvasElement,
    renderer: Renderer,
    world: World,
    settings: Settings,
    quality: Quality,
    events: SceneEvents,
  ) {
    this.#canvas = canvas;
    this.#renderer = renderer;
    this.#world = world;
    this.#settings = settings;
    this.#events = events;
    this.#auto = new AutoQuality(quality);
    this.#keyboard = new Keyboard(settings, {
      onControls: () => undefined,
      onAction: (action) => this.#action(action),
      onTalk: (down) => events.onTalk(down),
      onFocus: () => events.onFocus(),
      onElsewhere: (key) => events.onElsewhere(key),
    });
    this.#gamepad = new GamepadInput((action) => this.#action(action));
    this.#pointer = new PointerInput({
      onLook: (dx, dy) => this.#drag(dx, dy),
      onPoint: (x, y, double) => events.onPick(renderer.pick(x, y), double),
      onHover: (x, y) => this.#hover(x, y),
      onZoom: (steps) => world.camera.zoom(steps),
      onKind: (touch) => {
        this.#touch = touch;
        events.onTouch(touch);
      },
    });
    renderer.onLost = (message) => events.onLost(message);
    world.sight.cast = (x, y, z, dx, dy, dz, most) => renderer.cast(x, y, z, dx, dy, dz, most);
    this.apply(settings);
  }

  get renderer(): Renderer {
    return this.#renderer;
  }

  /** Shows the canvas and starts the loop. */
  start(): void {
    const canvas = this.#canvas;
    canvas.hidden = false;
    this.#detach.push(this.#keyboard.attach(canvas), this.#pointer.attach(canvas));
    const resize = (): void => this.#renderer.resize(canvas.clientWidth, canvas.clientHeight);
    window.addEventListener("resize", resize);
    this.#detach.push(() => window.removeEventListener("resize", resize));
    resize();
    this.#last = performance.now();
    this.#auto.settle(this.#last);
    this.#frame = requestAnimationFrame(this.#tick);
  }

  stop(): void {
    cancelAnimationFrame(this.#frame);
    for (const detach of this.#detach.splice(0)) detach();
    this.#keyboard.release();
    this.#canvas.hidden = true;
    this.#world.sight.cast = null;
    this.#renderer.dispose();
  }

  /** Frames pause by themselves while the page is hidden; held keys must not go on after it. */
  pause(hidden: boolean): void {
    this.#keyboard.release();
    Object.assign(this.stick, idleControls());
    this.#auto.settle(performance.now());
    if (!hidden) this.#last = performance.now();
  }

  focus(): void {
    this.#canvas.focus({ preventScroll: true });
  }

  apply(settings: Settings): void {
    this.#settings = settings;
    this.#keyboard.configure(settings);
    const { camera, options } = this.#world;
    camera.state.fov = settings.fov;
    options.alwaysRun = settings.alwaysRun;
    options.teleport = settings.teleport;
    options.follow = !settings.reducedMotion;
    const quality = settings.quality === "auto" ? this.#auto.quality : settings.quality;
    this.#renderer.setQuality(quality);
    this.#renderer.setOptions({
      reducedMotion: settings.reducedMotion,
      nameTags: settings.nameTags,
      vignette: settings.vignette,
      bob: settings.bob && !settings.reducedMotion,
      highContrast: settings.highContrast,
    });
  }

  readonly #tick = (now: number): void => {
    this.#frame = requestAnimationFrame(this.#tick);
    const dtMs = Math.min(MOST_FRAME_MS, Math.max(0, now - this.#last));
    this.#last = now;
    this.#gamepad.poll(navigator.getGamepads());
    this.#world.controls = mergeControls([this.#keyboard.controls, this.#gamepad.controls, this.stick]);
    this.#world.frame(now);
    this.#renderer.frame(this.#world.scene, dtMs);
    if (this.#settings.quality === "auto" && this.#auto.observe(this.#renderer.stats.fps, now)) {
      this.apply(this.#settings);
      this.#events.onQualityLowered(this.#auto.quality);
    }
    this.#events.onFrame(now);
  };

  #drag(dx: number, dy: number): void {
    const scale = (this.#touch ? TOUCH_LOOK_RAD_PX : LOOK_RAD_PX) * this.#settings.lookSpeed;
    const up = this.#settings.invertLook ? dy : -dy;
    this.#world.camera.turn(-dx * scale, up * scale, performance.now());
  }

  #hover(x: number, y: number): void {
    const pick = this.#renderer.pick(x, y);
    this.#canvas.style.cursor = pick.kind === "slot" || pick.kind === "seat" ? "pointer" : "";
  }

  #action(action: KeyAction): void {
    if (action === "zoomIn") this.#world.camera.zoom(1);
    else if (action === "zoomOut") this.#world.camera.zoom(-1);
    else this.#events.onAction(action);
  }
}
