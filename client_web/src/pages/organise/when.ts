/** Day and time of a field, in the event's zone, as an instant and back. Pure. */

import { instant, wall } from "../../ui/kit/zone";

/** What `<input type="datetime-local">` holds: `2025-11-03T09:30`; "" for 0. */
export function toField(at: number, zone: string): string {
  if (at === 0) return "";
  const { day, time } = wall(at, zone);
  return `${day}T${time}`;
}

/** Back again; 0 for an empty field, NaN for what is no time. */
export function fromField(text: string, zone: string): number {
  if (text === "") return 0;
  const [day = "", time = ""] = text.split("T");
  return instant(day, time.slice(0, 5), zone);
}
