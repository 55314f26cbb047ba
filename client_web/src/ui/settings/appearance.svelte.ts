/** How the panels look: theme, text size, reminder. Nothing that the world needs, so it is kept here and not in Settings. */

export type Theme = "system" | "light" | "dark";

export interface AppearanceValues {
  readonly theme: Theme;
  /** 1 to 2, times the browser's own text size. */
  readonly textScale: number;
  /** Minutes between reminders of the time spent; 0 off. */
  readonly reminderMinutes: number;
  /** Whether the walk-in guide was seen to its end or dismissed. */
  readonly guideSeen: boolean;
}

export const DEFAULT_APPEARANCE: AppearanceValues = {
  theme: "system",
  textScale: 1,
  reminderMinutes: 0,
  guideSeen: false,
};

const KEY = "turia.appearance";
const THEMES: readonly unknown[] = ["system", "light", "dark"];
const within = (value: unknown, low: number, high: number, fallback: number): number =>
  typeof value === "number" && value >= low && value <= high ? value : fallback;

/** Whatever was stored, made valid: unknown or broken fields take their default. */
export function readAppearance(stored: string | null): AppearanceValues {
  let raw: Record<string, unknown> = {};
  try {
    const parsed: unknown = JSON.parse(stored ?? "{}");
    if (typeof parsed === "object" && parsed !== null) raw = parsed as Record<string, unknown>;
  } catch {
    // Broken storage must not keep anybody out.
  }
  const d = DEFAULT_APPEARANCE;
  return {
    theme: THEMES.includes(raw.theme) ? (raw.theme as Theme) : d.theme,
    textScale: within(raw.textScale, 1, 2, d.textScale),
    reminderMinutes: within(raw.reminderMinutes, 0, 240, d.reminderMinutes),
    guideSeen: raw.guideSeen === true,
  };
}

/** Storage that may be forbidden (private windows, blocked cookies). */
export interface KeyValue {
  getItem(key: string): string | null;
  setItem(key: string, value: string): void;
}

export class Appearance {
  values = $state<AppearanceValues>(DEFAULT_APPEARANCE);
  readonly #storage: KeyValue | null;

  constructor(storage: KeyValue | null) {
    this.#storage = storage;
    try {
      this.values = readAppearance(storage?.getItem(KEY) ?? null);
    } catch {
      this.values = DEFAULT_APPEARANCE;
    }
  }

  set<K extends keyof AppearanceValues>(key: K, value: AppearanceValues[K]): void {
    this.values = { ...this.values, [key]: value };
    try {
      this.#storage?.setItem(KEY, JSON.stringify(this.values));
    } catch {
      // Full or forbidden: the choice holds until the page closes.
    }
  }

  reset(): void {
    const { guideSeen } = this.values;
    for (const key of ["theme", "textScale", "reminderMinutes"] as const) this.set(key, DEFAULT_APPEARANCE[key]);
    this.values = { ...this.values, guideSeen };
  }
}

/** localStorage, or null where the browser forbids it. */
export function safeStorage(): KeyValue | null {
  try {
    return window.localStorage;
  } catch {
    return null;
  }
}

/** Puts the choices onto the root element; base.css and tokens.css read them there. */
export function applyAppearance(
  root: HTMLElement,
  values: AppearanceValues,
  systemDark: boolean,
  highContrast: boolean,
  reducedMotion: boolean,
): void {
  const dark = values.theme === "dark" || (values.theme === "system" && systemDark);
  root.dataset.theme = dark ? "dark" : "light";
  root.dataset.contrast = highContrast ? "high" : "normal";
  root.dataset.motion = reducedMotion ? "reduced" : "system";
  root.style.setProperty("--text-scale", String(values.textScale));
}
