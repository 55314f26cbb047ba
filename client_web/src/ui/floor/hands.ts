/** Who asks for the microphone, and who has it. Pure. */

import type { Hand, MicGrant } from "../../net/event.gen";
import { duration } from "../kit/zone";

export interface Raised {
  readonly person: string;
  readonly name: string;
  /** The event's clock, milliseconds. */
  readonly since: number;
}

/** Hands of a session, first raised first. */
export function inOrder(hands: ReadonlyMap<string, Hand>, session: string): readonly Raised[] {
  return [...hands]
    .filter(([, hand]) => hand.session === session)
    .map(([person, { name, since }]) => ({ person, name: name || "Somebody", since }))
    .sort((a, b) => a.since - b.since || a.person.localeCompare(b.person));
}

/** "just now", "for 4 min". */
export const upFor = (since: number, now: number): string =>
  now - since < 60_000 ? "just now" : `for ${duration(now - since)}`;

/** Whether somebody has the microphone in this session now. */
export const holds = (grant: MicGrant | null | undefined, session: string, now: number): grant is MicGrant =>
  grant != null && session !== "" && grant.session === session && (grant.until === 0 || grant.until > now);

/** "1 hand up", "3 hands up". */
export const handsText = (count: number): string => `${count} ${count === 1 ? "hand" : "hands"} up`;

/** What is said when hands went up; "" when none did. `before`: who had it up already. */
export function newHands(before: ReadonlySet<string>, now: readonly Raised[]): string {
  const names = now.filter(({ person }) => !before.has(person)).map(({ name }) => name);
  if (names.length === 0) return "";
  const who = names.length > 2 ? `${names.length} people` : names.join(" and ");
  return `${who} raised the hand: ${handsText(now.length)}.`;
}
