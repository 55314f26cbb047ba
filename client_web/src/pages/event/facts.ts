/** What the page of the event says about it in words. */

import type { Info, Policies, Session } from "../../net/event.gen";
import { instant, longDay, wall } from "../../ui/kit/zone";

export const FORMATS: Readonly<Record<string, string>> = {
  physical: "On site",
  remote_observation: "On site, with remote observation",
  remote_participation: "On site and remote: everybody can take part in both ways",
  e_meeting: "Remote only",
};

/** "Monday, 3 November 2025", or from one day to another; "" while it is not set. */
export function daysOf(info: Info, zone: string): string {
  const [from, to] = [info.first_day, info.last_day || info.first_day].map((day) => instant(day, "12:00", zone));
  if (from === undefined || Number.isNaN(from)) return "";
  const first = longDay(from, zone);
  return to === undefined || Number.isNaN(to) || to === from ? first : `${first} to ${longDay(to, zone)}`;
}

/** The name of a country by its code. The browser's own list calls one of them otherwise than ITU does. */
export function countryName(code: string): string {
  if (code === "PS") return "State of Palestine";
  try {
    return new Intl.DisplayNames(["en"], { type: "region" }).of(code) ?? code;
  } catch {
    return code;
  }
}

/** "Valencia, Spain". */
export const placeOf = (info: Info): string => [info.city, countryName(info.country)].filter(Boolean).join(", ");

/** Sessions that begin on the days of the event; all while those are not set. A rehearsal the week before is none. */
export function ofItsDays(sessions: Iterable<Session>, info: Info, zone: string): Session[] {
  const { first_day: first, last_day: last } = info;
  return [...sessions].filter(({ start }) => {
    const { day } = wall(start, zone);
    return first === "" || (day >= first && day <= (last || first));
  });
}

/** First beginning and last end of what is not cancelled; null without any. */
export function bounds(sessions: Iterable<Session>): { readonly start: number; readonly end: number } | null {
  const on = [...sessions].filter((session) => !session.cancelled);
  if (on.length === 0) return null;
  return { start: Math.min(...on.map(({ start }) => start)), end: Math.max(...on.map(({ end }) => end)) };
}

/** How registering works here, in a sentence. `guests`: anybody may enter under a name of his own choosing. */
export function registrationSentence(policies: Policies | null, guests = false): string {
  if (guests && policies?.registration !== "closed")
    return "You can enter without registering. Registering keeps your name and stars, and lets you get a role.";
  switch (policies?.registration) {
    case "approval":
      return "Taking part is free. Everybody registers, and the organisers approve each registration.";
    case "invitation":
      return "Taking part is free, by invitation: register with the address that was invited.";
    case "closed":
      return "Registration is closed.";
    default:
      return "Taking part is free, and everybody registers.";
  }
}

/** "in 3 days", "in 2 h 5 min", "now", "it is over". */
export function until(start: number, end: number, now: number): string {
  if (now >= end) return "This event is over.";
  if (now >= start) return "It is on now.";
  const minutes = Math.ceil((start - now) / 60_000);
  if (minutes < 60) return `It begins in ${minutes} ${minutes === 1 ? "minute" : "minutes"}.`;
  const hours = Math.floor(minutes / 60);
  if (hours < 48) return `It begins in ${hours} ${hours === 1 ? "hour" : "hours"}.`;
  return `It begins in ${Math.floor(hours / 24)} days.`;
}
