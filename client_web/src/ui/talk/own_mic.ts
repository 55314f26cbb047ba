/** How it stands with one's own microphone on air, for every place that shows it. Pure. */

import type { Mute } from "../../net/event.gen";

export interface OwnMicFacts {
  /** It goes out from here. */
  readonly sent: boolean;
  /** I muted it myself. */
  readonly muted: boolean;
  /** Of the room, and of the whole venue. */
  readonly mutes: readonly (Mute | null)[];
  /** The event's clock, milliseconds. */
  readonly now: number;
}

export interface OwnMic {
  /** "barred": the chair muted me, and no press of mine changes that. */
  readonly state: "none" | "heard" | "muted" | "barred";
  /** A sentence about it; "" when there is nothing to say. */
  readonly line: string;
}

export function ownMic({ sent, muted, mutes, now }: OwnMicFacts): OwnMic {
  const mute = mutes.find((each) => each !== null && (each.until === 0 || each.until > now)) ?? null;
  if (mute !== null) {
    const reason = mute.reason.trim().replace(/\.$/, "");
    return { state: "barred", line: `Muted by the chair${reason === "" ? "" : `: ${reason}`}. Nobody hears you.` };
  }
  if (!sent) return { state: "none", line: "" };
  return muted ? { state: "muted", line: "You muted yourself." } : { state: "heard", line: "" };
}
