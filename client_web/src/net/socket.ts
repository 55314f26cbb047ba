/** The page's connection with the venue: one attempt and its life. Reconnecting is core/reconnect's business. */

import { openLine } from "./line";
import {
  type Auth,
  type ClientEvents,
  CROWD_EVENT,
  POSE_EVENT,
  type ServerEvents,
  SNAPSHOT_EVENT,
} from "./protocol.gen";

type Bytes = ArrayBuffer | ArrayBufferView;

/** What a connection tells. `lost` comes exactly once, after `closing` if the server gave a reason. */
export interface ConnectionEvents {
  onEvent<K extends keyof ServerEvents>(name: K, payload: ServerEvents[K]): void;
  onSnapshot(bytes: Bytes): void;
  onCrowd(bytes: Bytes): void;
  /** Any packet came, heartbeats included. */
  onHeard(): void;
  onLost(): void;
}

export interface Connection {
  /** Dropped when the line is behind: a newer one comes soon. */
  sendPose(pose: ArrayBuffer): void;
  /** Rejects with a CommandError. */
  command<K extends keyof ClientEvents>(
    name: K,
    payload: ClientEvents[K]["payload"],
  ): Promise<ClientEvents[K]["answer"]>;
  /** Silent: no onLost follows. */
  close(): void;
}

const EVENTS = [
  "welcome",
  "who",
  "fix",
  "doors",
  "ticket",
  "tier",
  "notice",
  "closing",
  "state",
  "entries",
  "unsubscribed",
  "rooms",
] as const satisfies readonly (keyof ServerEvents)[];

/** `url` "" is the page's own origin. */
export function openConnection(url: string, auth: Auth, events: ConnectionEvents): Connection {
  const line = openLine(url, undefined, auth, {
    closing: (closing) => events.onEvent("closing", closing),
    lost: () => events.onLost(),
  });
  const { socket } = line;
  for (const name of EVENTS) {
    line.on(name, (payload: ServerEvents[typeof name]) => events.onEvent(name, payload));
  }
  line.on(SNAPSHOT_EVENT, (bytes: Bytes) => events.onSnapshot(bytes));
  line.on(CROWD_EVENT, (bytes: Bytes) => events.onCrowd(bytes));
  socket.io.on("open", () => socket.io.engine.on("packet", () => line.over || events.onHeard()));
  return {
    sendPose(pose) {
      if (socket.connected) socket.volatile.emit(POSE_EVENT, pose);
    },
    command: (name, payload) => line.ask(name, payload) as Promise<never>,
    close: line.close,
  };
}
