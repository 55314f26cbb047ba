/** How long somebody is on air, and how long he still may be. Pure. */

export interface AirTimes {
  /** "4:05 on air". */
  readonly elapsed: string;
  /** "10:55 left", "2:00 over"; "" where the session has no end. */
  readonly remaining: string;
  readonly over: boolean;
}

/** "4:05", "1:02:03". */
export function clockText(ms: number): string {
  const seconds = Math.floor(Math.abs(ms) / 1_000);
  const two = (value: number): string => String(value).padStart(2, "0");
  const [hours, minutes] = [Math.floor(seconds / 3_600), Math.floor(seconds / 60) % 60];
  return hours > 0 ? `${hours}:${two(minutes)}:${two(seconds % 60)}` : `${minutes}:${two(seconds % 60)}`;
}

/** All in milliseconds of the event's clock; `end` 0: open. */
export function aired(since: number, end: number, now: number): AirTimes {
  const left = end - now;
  return {
    elapsed: `${clockText(Math.max(0, now - since))} on air`,
    remaining: end === 0 ? "" : left >= 0 ? `${clockText(left)} left` : `${clockText(left)} over time`,
    over: end !== 0 && left < 0,
  };
}
