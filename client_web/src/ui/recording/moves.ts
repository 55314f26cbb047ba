/** What a chair may do with a recording, by where it stands (server/turia/event/recordings.py has the whole table). */

import type { Recording } from "../../net/event.gen";
import type { Tone } from "../kit/tones";

export type RecordingState = Recording["state"];
export type RecordingCommand =
  "recording.arm" | "recording.disarm" | "recording.pause" | "recording.resume" | "recording.stop";

export interface RecordingMove {
  readonly command: RecordingCommand;
  readonly label: string;
  /** What is said when it is done. */
  readonly done: string;
}

const ARM: RecordingMove = {
  command: "recording.arm",
  label: "Record this session",
  done: "The session is recorded as soon as it is live.",
};
const AGAIN: RecordingMove = { ...ARM, label: "Record again" };
const STOP: RecordingMove = {
  command: "recording.stop",
  label: "Stop recording",
  done: "The recording is over and is being prepared.",
};

export const MOVES: Readonly<Record<RecordingState, readonly RecordingMove[]>> = {
  off: [ARM],
  armed: [{ command: "recording.disarm", label: "Do not record", done: "The session will not be recorded." }],
  recording: [{ command: "recording.pause", label: "Off the record", done: "Nothing is recorded now." }, STOP],
  paused: [{ command: "recording.resume", label: "On the record again", done: "It is recorded again." }, STOP],
  processing: [],
  ready: [AGAIN],
  failed: [AGAIN],
  deleted: [ARM],
};

export interface Standing {
  readonly tone: Tone;
  readonly title: string;
  /** For everybody in the room: "" when there is nothing to know. */
  readonly notice: string;
}

const QUIET = { tone: "plain", notice: "" } as const;

export const STANDINGS: Readonly<Record<RecordingState, Standing>> = {
  off: { ...QUIET, title: "Not recorded" },
  armed: { tone: "sun", title: "Will be recorded", notice: "This session will be recorded." },
  recording: { tone: "danger", title: "Recording", notice: "This session is being recorded." },
  paused: { tone: "sun", title: "Off the record", notice: "Off the record: nothing is recorded now." },
  processing: { tone: "info", title: "Being prepared", notice: "" },
  ready: { tone: "good", title: "Recorded", notice: "" },
  failed: { tone: "danger", title: "Recording failed", notice: "" },
  deleted: { ...QUIET, title: "Deleted" },
};

export const stateOf = (recording: Recording | null): RecordingState => recording?.state ?? "off";
