/** Where a registration stands, in words for the person and for the staff. */

import type { Registration } from "../../net/event.gen";
import type { Tone } from "../../ui/kit/tones";

export type Status = Registration["status"];

export interface StatusWords {
  /** One or two words. */
  readonly title: string;
  readonly tone: Tone;
  /** What it means and what comes next, to the person. */
  readonly next: string;
}

export const STATUS: Readonly<Record<Status, StatusWords>> = {
  submitted: {
    title: "Submitted",
    tone: "sun",
    next: "Open the link in your letter, or enter its code: then we know that the address is yours.",
  },
  acknowledged: {
    title: "Acknowledged",
    tone: "info",
    next: "The organisers look at your registration. You get a letter with their decision.",
  },
  approved: { title: "Approved", tone: "good", next: "You may enter. Opening the link of the letter confirms it." },
  confirmed: { title: "Confirmed", tone: "good", next: "You may enter the venue." },
  checked_in: { title: "Checked in", tone: "good", next: "You were in the venue. You may enter again at any time." },
  waiting: {
    title: "Waiting list",
    tone: "sun",
    next: "All places are taken. When one is free, the next on the list gets it and a letter.",
  },
  declined: { title: "Declined", tone: "danger", next: "The organisers have declined this registration." },
  withdrawn: { title: "Withdrawn", tone: "plain", next: "You have given up your place. You can register again." },
};

export const STATUSES = Object.keys(STATUS) as readonly Status[];

/** The way to the venue, for the line of steps; where the registration stands on it, -1: beside it. */
export const STEPS = ["Submitted", "Address proved", "Approved", "In the venue"] as const;

export function stepOf(status: Status): number {
  switch (status) {
    case "submitted":
      return 0;
    case "acknowledged":
    case "waiting":
      return 1;
    case "approved":
    case "confirmed":
      return 2;
    case "checked_in":
      return 3;
    default:
      return -1;
  }
}
