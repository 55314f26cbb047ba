/** The words of screens and door signs. Pure. */

import type { RoomBoard } from "../../app/ports";

export type Tone = "live" | "open" | "calm" | "stop";

export interface Mark {
  readonly text: string;
  readonly tone: Tone;
}

const PHASES: Readonly<Record<string, Mark>> = {
  live: { text: "On now", tone: "live" },
  open: { text: "Doors open", tone: "open" },
  paused: { text: "Break", tone: "calm" },
  ended: { text: "Ended", tone: "calm" },
  cancelled: { text: "Cancelled", tone: "stop" },
  planned: { text: "Planned", tone: "calm" },
};

/** What is on, in a word; null for nothing. */
export function phaseMark(board: Pick<RoomBoard, "on" | "phase">): Mark | null {
  return board.on === null ? null : (PHASES[board.phase] ?? { text: "On now", tone: "live" });
}

const DOORS: Readonly<Record<string, Mark>> = {
  members: { text: "Participants", tone: "calm" },
  invitation: { text: "By invitation", tone: "calm" },
  waiting_room: { text: "Ask to be let in", tone: "calm" },
  locked: { text: "Locked", tone: "stop" },
  closed: { text: "Closed", tone: "stop" },
};

/** Who may go in, where that is not simply everybody. Closed comes before full: a place would not help. */
export function doorMark(board: Pick<RoomBoard, "door" | "full">): Mark | null {
  const door = DOORS[board.door] ?? null;
  if (door?.tone === "stop") return door;
  return board.full ? { text: "Full", tone: "stop" } : door;
}

/** "37 of 250", "37 people", "1 person". */
export function countText({ inside, capacity }: Pick<RoomBoard, "inside" | "capacity">): string {
  if (capacity > 0) return `${inside.toLocaleString("en")} of ${capacity.toLocaleString("en")}`;
  return `${inside.toLocaleString("en")} ${inside === 1 ? "person" : "people"}`;
}
