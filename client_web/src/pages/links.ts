/** Addresses of files that the server makes (server/turia/web). */

import { Server } from "./model/server";

/** The calendar of one session, or of the whole programme. */
export const calendarFile = (session = ""): string =>
  session === "" ? "/api/programme/schedule.ics" : `/api/programme/sessions/${encodeURIComponent(session)}.ics`;

export const SCHEDULE_FILES = [
  { href: "/api/programme/schedule.ics", title: "Calendar (iCalendar)" },
  { href: "/api/programme/schedule.xml", title: "schedule.xml (frab)" },
  { href: "/api/programme/schedule.json", title: "schedule.json" },
] as const;
export const MY_CALENDAR = "/api/programme/my.ics";

/** The secret address of one's own calendar, for calendar programs. */
export async function feedAddress(): Promise<string> {
  const { url } = await new Server().call<{ url: string }>("/api/programme/feed", { method: "GET" });
  return new URL(url, location.origin).href;
}
