/** What the event says of my voice in the room where I stand: may I speak, and does the whole room hear me. Pure. */

import type { AudienceMute, MicGrant, Mute, OnAir } from "../../net/event.gen";
import type { MicFacts } from "./face";

export interface RoomFacts {
  /** What is on in the room, and whether it is live; "" nothing. */
  readonly session: string;
  readonly title: string;
  readonly live: boolean;
  readonly grant: MicGrant | null;
  readonly onAir: OnAir | null;
  /** Of the room, and of the whole venue. */
  readonly mutes: readonly (Mute | null)[];
  readonly audience: AudienceMute | null;
  /** The event's clock, milliseconds. */
  readonly now: number;
}

/** Seconds of the microphone that the chair gave, or being on air; null: only people nearby would hear me. */
export function floorOf({ session, live, grant, onAir, now }: RoomFacts): MicFacts["floor"] {
  if (!live || session === "") return null;
  if (onAir?.session === session) return { left: null };
  if (grant?.session !== session || (grant.until !== 0 && grant.until <= now)) return null;
  return { left: grant.until === 0 ? null : (grant.until - now) / 1000 };
}

/** Why my voice would be refused now: as event/airing.py says, which decides. */
export function barredBy(facts: RoomFacts): MicFacts["barred"] {
  const mute = facts.mutes.find((each) => each !== null && (each.until === 0 || each.until > facts.now)) ?? null;
  if (mute !== null) {
    const why = mute.reason === "" ? "" : `: ${mute.reason.replace(/\.$/, "")}`;
    return { code: "muted", message: `You were muted${why}. Your raised hand is seen all the same.` };
  }
  if (floorOf(facts) !== null) return null;
  if (facts.live) {
    const message = `“${facts.title}” is on. Raise your hand to ask for the microphone, or talk outside.`;
    return { code: "one_focus", message };
  }
  if (facts.audience !== null)
    return { code: "audience_muted", message: "The audience is muted. Raise your hand to ask for the microphone." };
  return null;
}
