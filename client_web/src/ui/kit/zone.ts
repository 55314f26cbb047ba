/** Times in the event's zone and in the reader's own, both named. Instants are milliseconds UTC. */

/** Parts of a wall clock, as text: `2025-11-03`, `09:30`. */
export interface Wall {
  readonly day: string;
  readonly time: string;
}

const walls = new Map<string, Intl.DateTimeFormat>();

function formatter(zone: string): Intl.DateTimeFormat {
  let found = walls.get(zone);
  if (found === undefined) {
    found = new Intl.DateTimeFormat("en-GB", {
      timeZone: zone,
      year: "numeric",
      month: "2-digit",
      day: "2-digit",
      hour: "2-digit",
      minute: "2-digit",
      hourCycle: "h23",
    });
    walls.set(zone, found);
  }
  return found;
}

/** The zone of the device; UTC where the browser does not say. */
export function myZone(): string {
  return Intl.DateTimeFormat().resolvedOptions().timeZone || "UTC";
}

/** The zone if it exists, else UTC: an unknown name must not break a page. */
export function knownZone(zone: string): string {
  try {
    new Intl.DateTimeFormat("en", { timeZone: zone });
    return zone;
  } catch {
    return "UTC";
  }
}

/** What a clock on the wall shows in a zone. */
export function wall(at: number, zone: string): Wall {
  const parts = Object.fromEntries(
    formatter(zone)
      .formatToParts(at)
      .map(({ type, value }) => [type, value]),
  );
  return { day: `${parts["year"]}-${parts["month"]}-${parts["day"]}`, time: `${parts["hour"]}:${parts["minute"]}` };
}

/**
 * The instant at which the wall clock of a zone shows this. In the hour that is skipped in spring it is the instant as
 * if the clock had not been put forward; of the two in autumn it is the first.
 */
export function instant(day: string, time: string, zone: string): number {
  // Browsers read much that is no date at all.
  if (!/^\d{4}-\d\d-\d\d$/.test(day) || !/^\d\d:\d\d$/.test(time)) return NaN;
  const wanted = Date.parse(`${day}T${time}:00Z`);
  if (Number.isNaN(wanted)) return NaN;
  const offsets = [offset(wanted - 86_400_000, zone), offset(wanted + 86_400_000, zone)];
  const fits = offsets.map((each) => wanted - each).filter((at) => at + offset(at, zone) === wanted);
  return fits.length > 0 ? Math.min(...fits) : wanted - offsets[0]!;
}

/** Milliseconds that the zone's clock is ahead of UTC at an instant. */
export function offset(at: number, zone: string): number {
  const { day, time } = wall(at, zone);
  return Date.parse(`${day}T${time}:00Z`) - Math.floor(at / 60_000) * 60_000;
}

/** "Central European Time (UTC+1)", as people call it that day. */
export function zoneName(zone: string, at: number): string {
  const named = new Intl.DateTimeFormat("en", { timeZone: zone, timeZoneName: "long" })
    .formatToParts(at)
    .find(({ type }) => type === "timeZoneName")?.value;
  const utc = utcName(zone, at);
  return named === undefined || /^GMT|^UTC/.test(named) ? utc : `${named} (${utc})`;
}

/** "UTC+1", "UTC+5:30", "UTC". */
export function utcName(zone: string, at: number): string {
  const minutes = Math.round(offset(at, zone) / 60_000);
  if (minutes === 0) return "UTC";
  const rest = Math.abs(minutes) % 60;
  const hours = Math.floor(Math.abs(minutes) / 60);
  return `UTC${minutes < 0 ? "−" : "+"}${hours}${rest === 0 ? "" : `:${String(rest).padStart(2, "0")}`}`;
}

/** Whether two zones show the same at an instant: then one of them is enough. */
export const sameZone = (a: string, b: string, at: number): boolean => offset(at, a) === offset(at, b);

/** "Monday, 3 November 2025". */
export function longDay(at: number, zone: string): string {
  return new Intl.DateTimeFormat("en-GB", {
    timeZone: zone,
    weekday: "long",
    day: "numeric",
    month: "long",
    year: "numeric",
  }).format(at);
}

/** "Mon 3 Nov". */
export function shortDay(at: number, zone: string): string {
  return new Intl.DateTimeFormat("en-GB", { timeZone: zone, weekday: "short", day: "numeric", month: "short" })
    .format(at)
    .replace(",", "");
}

/** "09:30". */
export const clockTime = (at: number, zone: string): string => wall(at, zone).time;

/** "09:30 to 10:15"; with the day of the end where it is another one. */
export function span(start: number, end: number, zone: string): string {
  const until = wall(start, zone).day === wall(end, zone).day ? "" : ` (${shortDay(end, zone)})`;
  return `${clockTime(start, zone)} to ${clockTime(end, zone)}${until}`;
}

/** "3 Nov 2025, 09:30", in the reader's own zone. */
export function stamp(at: number, zone: string): string {
  return new Intl.DateTimeFormat("en-GB", { timeZone: zone, dateStyle: "medium", timeStyle: "short" }).format(at);
}

/** "45 min", "1 h", "1 h 30 min". */
export function duration(ms: number): string {
  const minutes = Math.max(0, Math.round(ms / 60_000));
  const hours = Math.floor(minutes / 60);
  const rest = minutes % 60;
  return [hours > 0 ? `${hours} h` : "", rest > 0 || hours === 0 ? `${rest} min` : ""].filter(Boolean).join(" ");
}
