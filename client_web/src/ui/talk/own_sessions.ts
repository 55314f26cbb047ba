/** The sessions that somebody speaks in or chairs, as the programme says. Pure. */

import type { Session } from "../../net/event.gen";

export interface OwnSession {
  readonly key: string;
  readonly session: Session;
  readonly as: "speaker" | "chair";
}

interface Programme {
  readonly sessions: ReadonlyMap<string, Session>;
  readonly speakers: ReadonlyMap<string, { readonly person: string }>;
}

/** Those that are not over at `now` (milliseconds of the event's clock), the next one first. */
export function ownSessions({ sessions, speakers }: Programme, person: string, now: number): readonly OwnSession[] {
  if (person === "") return [];
  const own: OwnSession[] = [];
  for (const [key, session] of sessions) {
    if (session.cancelled || session.end <= now) continue;
    if (session.speakers.some((speaker) => speakers.get(speaker)?.person === person))
      own.push({ key, session, as: "speaker" });
    else if (session.chairs.includes(person)) own.push({ key, session, as: "chair" });
  }
  return own.sort((a, b) => a.session.start - b.session.start || a.key.localeCompare(b.key));
}
