/** Settings of the person: defaults, and reading what an older version of the page may have kept. */

import type { CameraMode } from "./types";

export type Quality = "low" | "medium" | "high";

export type NameTags = "all" | "near" | "off";

/** How the venue is shown: in 3D, or as a plan with lists. */
export type ViewKind = "picture" | "flat";

/** Actions that keys can be bound to. */
export type KeyAction =
  | "forward"
  | "back"
  | "left"
  | "right"
  | "turnLeft"
  | "turnRight"
  | "lookUp"
  | "lookDown"
  | "zoomIn"
  | "zoomOut"
  | "run"
  | "camera"
  | "resetView"
  | "sit"
  | "wave"
  | "clap"
  | "thumbsUp"
  | "heart"
  | "hand"
  | "talk"
  | "safe";

/** Kept in localStorage. */
export interface Settings {
  readonly view: ViewKind;
  readonly quality: "auto" | Quality;
  readonly reducedMotion: boolean;
  readonly camera: CameraMode;
  /** Vertical field of view in degrees, 45 to 90. */
  readonly fov: number;
  readonly bob: boolean;
  readonly vignette: boolean;
  /** Click-to-move: the picture stands still on the way and cuts to the new place, so that nothing moves before the eyes. */
  readonly teleport: boolean;
  readonly nameTags: NameTags;
  readonly highContrast: boolean;
  /** Single-letter keys work while the picture has focus. */
  readonly keysOn: boolean;
  /** KeyboardEvent.code values per action. */
  readonly keys: Readonly<Record<KeyAction, readonly string[]>>;
  readonly alwaysRun: boolean;
  /** 0.25 to 3, 1 is normal. */
  readonly lookSpeed: number;
  readonly invertLook: boolean;
  readonly showMap: boolean;
}

export const DEFAULT_KEYS: Readonly<Record<KeyAction, readonly string[]>> = {
  forward: ["KeyW", "ArrowUp"],
  back: ["KeyS", "ArrowDown"],
  left: ["KeyA"],
  right: ["KeyD"],
  turnLeft: ["KeyQ", "ArrowLeft"],
  turnRight: ["KeyE", "ArrowRight"],
  lookUp: ["PageUp"],
  lookDown: ["PageDown"],
  zoomIn: ["Equal", "NumpadAdd"],
  zoomOut: ["Minus", "NumpadSubtract"],
  run: ["ShiftLeft", "ShiftRight"],
  camera: ["KeyC"],
  resetView: ["KeyR"],
  sit: ["KeyX"],
  wave: ["Digit1"],
  clap: ["Digit2"],
  thumbsUp: ["Digit3"],
  heart: ["Digit4"],
  hand: ["KeyH"],
  talk: ["KeyV"],
  safe: ["Home"],
};

export const DEFAULT_SETTINGS: Settings = {
  view: "picture",
  quality: "auto",
  reducedMotion: false,
  camera: "third",
  fov: 60,
  bob: false,
  vignette: false,
  teleport: false,
  nameTags: "all",
  highContrast: false,
  keysOn: true,
  keys: DEFAULT_KEYS,
  alwaysRun: false,
  lookSpeed: 1,
  invertLook: false,
  showMap: true,
};

const CHOICES: { readonly [K in keyof Settings]?: readonly unknown[] } = {
  view: ["picture", "flat"],
  quality: ["auto", "low", "medium", "high"],
  camera: ["third", "first"],
  nameTags: ["all", "near", "off"],
};

const RANGES: { readonly [K in keyof Settings]?: readonly [number, number] } = {
  fov: [45, 90],
  lookSpeed: [0.25, 3],
};

/** One value if it can be used, else undefined. */
export function validSetting(key: keyof Settings, value: unknown): unknown {
  if (key === "keys") return keysFrom(value);
  const choices = CHOICES[key];
  if (choices !== undefined) return choices.includes(value) ? value : undefined;
  const range = RANGES[key];
  if (range !== undefined) {
    return typeof value === "number" && Number.isFinite(value)
      ? Math.max(range[0], Math.min(range[1], value))
      : undefined;
  }
  return typeof value === typeof DEFAULT_SETTINGS[key] ? value : undefined;
}

/** Defaults, overlaid with everything usable in `kept` (parsed JSON of any kind). */
export function settingsFrom(kept: unknown, defaults: Settings = DEFAULT_SETTINGS): Settings {
  const out: Record<string, unknown> = { ...defaults };
  if (typeof kept !== "object" || kept === null) return defaults;
  for (const key of Object.keys(defaults) as (keyof Settings)[]) {
    const value = validSetting(key, (kept as Record<string, unknown>)[key]);
    if (value !== undefined) out[key] = value;
  }
  return out as unknown as Settings;
}

function keysFrom(value: unknown): Settings["keys"] | undefined {
  if (typeof value !== "object" || value === null) return undefined;
  const out: Record<KeyAction, readonly string[]> = { ...DEFAULT_KEYS };
  for (const action of Object.keys(DEFAULT_KEYS) as KeyAction[]) {
    const codes = (value as Record<string, unknown>)[action];
    if (Array.isArray(codes) && codes.length <= 4 && codes.every((c) => typeof c === "string" && c.length < 32)) {
      out[action] = codes as string[];
    }
  }
  return out;
}
