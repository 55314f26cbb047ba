/** What the microphone shows: its button and the line about it, from what is known. Pure. */

import type { PublicationPhase } from "../../media/api";
import type { IconName } from "../kit/icons";
import type { TalkMode } from "./preferences.svelte";

/** Why it is off though one wanted it, or why it would be refused. */
export interface Trouble {
  readonly code: string;
  readonly message: string;
}

export interface MicFacts {
  readonly mode: TalkMode;
  /** The device is being opened. */
  readonly opening: boolean;
  /** Of the voice that is published; null: the microphone is off. */
  readonly phase: PublicationPhase | null;
  readonly speaking: boolean;
  /** Key or button are held down. */
  readonly held: boolean;
  readonly trouble: Trouble | null;
  /** Why the server would refuse it now: muted by the chair, a talk is on; null: nothing is known against it. */
  readonly barred: Trouble | null;
  /** The microphone of the stage goes out from here: it is the one that the button is for. `refused`: by the server. */
  readonly stage: "live" | "muted" | "refused" | null;
  /** Everybody in the room hears it: who gave that, and seconds left (null: no end). */
  readonly floor: { readonly left: number | null } | null;
  /** Name of the key for talking, "" none. */
  readonly key: string;
}

export interface MicFace {
  readonly icon: IconName;
  /** Of the button. */
  readonly text: string;
  readonly short: string;
  /** It sends, or would as soon as one speaks. */
  readonly on: boolean;
  /** A sentence about it; "" when there is nothing to say. */
  readonly line: string;
  readonly tone: "plain" | "good" | "sun" | "danger";
}

/** Faults of devices: they do not go away by walking elsewhere. */
export const isDevice = (code: string): boolean => DEVICE.has(code);

const DEVICE = new Set(["denied", "none", "busy", "unplugged", "unsupported", "cancelled", "failed"]);

export function micFace(facts: MicFacts): MicFace {
  const { mode, phase, floor } = facts;
  if (facts.stage !== null) return onStage(facts);
  const name = mode === "hold" ? HOLD : NAME;
  if (facts.opening || phase === "starting")
    return { ...name, icon: "mic", on: false, line: "Your microphone is starting …", tone: "plain" };
  if (phase === "waiting") {
    const line = "Your microphone goes on when the connection is back.";
    return { ...name, icon: "mic", on: true, line, tone: "sun" };
  }
  if (phase === "live" || phase === "muted") return sending(facts);
  const why = facts.trouble ?? (floor === null ? facts.barred : null);
  if (why !== null) return { ...name, icon: "micOff", on: false, line: why.message, tone: "danger" };
  if (floor === null) return { ...name, icon: "micOff", on: false, line: "", tone: "plain" };
  const line = `You are now able to speak to the whole room: turn your microphone on.${left(facts)}`;
  return { ...name, icon: "micOff", on: false, line, tone: "good" };
}

/** The name stays the same whether it is on or off; whether it is pressed says the rest. */
const NAME = { text: "Mic", short: "Mic" };
const HOLD = { text: "Hold to talk", short: "Hold" };

function onStage({ stage, barred }: MicFacts): MicFace {
  if (stage === "live")
    return { ...NAME, icon: "mic", on: true, line: "You are on air: the room hears you.", tone: "good" };
  if (stage === "muted")
    return { ...NAME, icon: "micOff", on: false, line: "You are on air, and muted: nobody hears you.", tone: "plain" };
  const line = barred?.message ?? "Your microphone is refused: open your desk to see why.";
  return { ...NAME, icon: "micOff", on: false, line, tone: "danger" };
}

function sending(facts: MicFacts): MicFace {
  const { mode, held, speaking, key, floor } = facts;
  const whom = floor === null ? "" : ` The whole room hears you.${left(facts)}`;
  if (mode === "activity") {
    const line = (speaking ? "You are heard." : "Your microphone is on.") + whom;
    return { ...NAME, icon: "mic", on: true, line, tone: "good" };
  }
  if (held) return { ...HOLD, icon: "mic", on: true, line: `You are talking.${whom}`, tone: "good" };
  const how = key === "" ? "Hold the microphone button to talk." : `Hold ${key} or the microphone button to talk.`;
  return { ...HOLD, icon: "mic", on: false, line: how + whom, tone: floor === null ? "plain" : "good" };
}

const left = ({ floor }: MicFacts): string =>
  floor === null || floor.left === null ? "" : ` ${clock(floor.left)} left.`;

/** "1:05", "12:00". */
export function clock(seconds: number): string {
  const whole = Math.max(0, Math.ceil(seconds));
  return `${Math.floor(whole / 60)}:${String(whole % 60).padStart(2, "0")}`;
}
