/** Addresses of files that the server makes (server/turia/web/programme_files.py). */

import type { Server } from "./model/server";

/** The calendar file of one session. */
export const calendarFile = (session: string): string => `/sessions/${encodeURIComponent(session)}.ics`;

export const SCHEDULE_FILES = [
  { href: "/programme.ics", title: "Calendar (iCalendar)" },
  { href: "/programme.xml", title: "schedule.xml" },
  { href: "/programme.json", title: "schedule.json" },
  { href: "/programme.csv", title: "CSV for a spreadsheet" },
] as const;

export const MY_CALENDAR = "/my/programme.ics";

/** The secret address of one's own calendar, for calendar programs. */
export async function feedAddress(server: Server): Promise<string> {
  const { url } = await server.call<{ url: string }>("/api/me/feed", { method: "GET" });
  return new URL(url, location.origin).href;
}
