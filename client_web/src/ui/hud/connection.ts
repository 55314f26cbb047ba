import type { Connection } from "../../app/ports";

export interface ConnectionText {
  readonly tone: "good" | "warn" | "bad";
  readonly text: string;
}

/** The dot of the top bar: how the line is, in words. */
export function connectionText(connection: Connection, roundTripMs: number | null): ConnectionText {
  switch (connection.kind) {
    case "connected":
      return {
        tone: "good",
        text: roundTripMs === null ? "Connected" : `Connected, ${Math.round(roundTripMs)} ms round trip`,
      };
    case "shaky":
      return { tone: "warn", text: `Unsteady connection. ${connection.message}` };
    case "idle":
    case "connecting":
      return { tone: "warn", text: "Connecting" };
    case "reconnecting":
      return { tone: "bad", text: "Reconnecting" };
    case "offline":
    case "closed":
      return { tone: "bad", text: "Not connected" };
  }
}

/** "Trying again in 4 s." or "Trying now …" */
export const retryText = (seconds: number): string =>
  seconds > 0 ? `Trying again in ${Math.ceil(seconds)} s.` : "Trying now …";
