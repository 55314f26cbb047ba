/** What a person chose of sound, kept in this browser: how one talks, devices, volumes. Nothing that the world needs. */

import type { SoundKind } from "../../media/api";
import type { KeyValue } from "../settings/appearance.svelte";

/** `activity`: sent while one speaks; `hold`: sent while key or button are held down. */
export type TalkMode = "activity" | "hold";

export interface VoiceValues {
  readonly mode: TalkMode;
  /** Ids of devices; "" the system's. */
  readonly microphone: string;
  readonly loudspeaker: string;
  readonly noiseSuppression: boolean;
  readonly echoCancellation: boolean;
  readonly autoGainControl: boolean;
  /** 0 to 100. */
  readonly volumes: Readonly<Record<SoundKind, number>>;
  readonly muted: Readonly<Record<SoundKind, boolean>>;
  readonly mono: boolean;
  /** People nearby whom one hears at once, 0 to 12. */
  readonly voices: number;
  /** The microphone goes off when the page was hidden for so many minutes; 0 never. */
  readonly hiddenMinutes: number;
  /** Say aloud who begins to speak. */
  readonly sayWho: boolean;
}

export const DEFAULT_VOICE: VoiceValues = {
  mode: "activity",
  microphone: "",
  loudspeaker: "",
  noiseSuppression: true,
  echoCancellation: true,
  autoGainControl: true,
  volumes: { talk: 100, voices: 100, effects: 60 },
  muted: { talk: false, voices: false, effects: false },
  mono: false,
  voices: 6,
  hiddenMinutes: 5,
  sayWho: true,
};

export const KINDS: readonly SoundKind[] = ["talk", "voices", "effects"];
const KEY = "turia.voice";

type Raw = Readonly<Record<string, unknown>>;

const whole = (value: unknown, low: number, high: number, fallback: number): number =>
  typeof value === "number" && Number.isInteger(value) && value >= low && value <= high ? value : fallback;
const flag = (value: unknown, fallback: boolean): boolean => (typeof value === "boolean" ? value : fallback);
const id = (value: unknown): string => (typeof value === "string" && value.length <= 200 ? value : "");
const group = (value: unknown): Raw => (typeof value === "object" && value !== null ? (value as Raw) : {});

function each<T>(read: (kind: SoundKind) => T): Record<SoundKind, T> {
  return Object.fromEntries(KINDS.map((kind) => [kind, read(kind)])) as Record<SoundKind, T>;
}

/** Whatever was stored, made valid: unknown or broken fields take their default. */
export function readVoice(stored: string | null): VoiceValues {
  let raw: Raw = {};
  try {
    raw = group(JSON.parse(stored ?? "{}"));
  } catch {
    // Broken storage must not keep anybody silent.
  }
  const d = DEFAULT_VOICE;
  const [volumes, muted] = [group(raw.volumes), group(raw.muted)];
  return {
    mode: raw.mode === "hold" ? "hold" : "activity",
    microphone: id(raw.microphone),
    loudspeaker: id(raw.loudspeaker),
    noiseSuppression: flag(raw.noiseSuppression, d.noiseSuppression),
    echoCancellation: flag(raw.echoCancellation, d.echoCancellation),
    autoGainControl: flag(raw.autoGainControl, d.autoGainControl),
    volumes: each((kind) => whole(volumes[kind], 0, 100, d.volumes[kind])),
    muted: each((kind) => flag(muted[kind], d.muted[kind])),
    mono: flag(raw.mono, d.mono),
    voices: whole(raw.voices, 0, 12, d.voices),
    hiddenMinutes: whole(raw.hiddenMinutes, 0, 120, d.hiddenMinutes),
    sayWho: flag(raw.sayWho, d.sayWho),
  };
}

export class VoicePreferences {
  values = $state.raw<VoiceValues>(DEFAULT_VOICE);
  readonly #storage: KeyValue | null;

  constructor(storage: KeyValue | null) {
    this.#storage = storage;
    try {
      this.values = readVoice(storage?.getItem(KEY) ?? null);
    } catch {
      this.values = DEFAULT_VOICE;
    }
  }

  set(change: Partial<VoiceValues>): void {
    this.values = { ...this.values, ...change };
    try {
      this.#storage?.setItem(KEY, JSON.stringify(this.values));
    } catch {
      // Full or forbidden: the choice holds until the page closes.
    }
  }

  setVolume(kind: SoundKind, volume: number): void {
    this.set({ volumes: { ...this.values.volumes, [kind]: volume } });
  }

  setMuted(kind: SoundKind, muted: boolean): void {
    this.set({ muted: { ...this.values.muted, [kind]: muted } });
  }

  reset(): void {
    this.set(DEFAULT_VOICE);
  }
}
