/** The only file that imports socket.io: one connection attempt and its life. Reconnecting is core/reconnect's business. */

import { io, type Socket } from "socket.io-client";
import * as parser from "socket.io-msgpack-parser";
import { CommandError } from "./command_error";
import {
  type Auth,
  CLOSE_SENTENCES,
  CloseCode,
  type ClientEvents,
  type Closing,
  CROWD_EVENT,
  type Failure,
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

const ANSWER_MS = 8_000;
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
  const socket: Socket = io(url, {
    transports: ["websocket"],
    parser,
    auth: { ...auth },
    reconnection: false,
    forceNew: true,
    timeout: ANSWER_MS,
  });
  let over = false;
  const lost = (): void => {
    if (over) return;
    over = true;
    socket.disconnect();
    events.onLost();
  };
  for (const name of EVENTS) {
    socket.on(name, (payload: ServerEvents[typeof name]) => {
      if (!over) events.onEvent(name, payload);
    });
  }
  socket.on(SNAPSHOT_EVENT, (bytes: Bytes) => over || events.onSnapshot(bytes));
  socket.on(CROWD_EVENT, (bytes: Bytes) => over || events.onCrowd(bytes));
  socket.on("disconnect", lost);
  socket.on("connect_error", (error: Error & { data?: unknown }) => {
    const closing = closingOf(error);
    if (closing !== null && !over) events.onEvent("closing", closing);
    lost();
  });
  socket.io.on("open", () => socket.io.engine.on("packet", () => over || events.onHeard()));
  return {
    sendPose(pose) {
      if (socket.connected) socket.volatile.emit(POSE_EVENT, pose);
    },
    command: (name, payload) => command(socket, name, payload),
    close() {
      over = true;
      socket.disconnect();
    },
  };
}

function command<K extends keyof ClientEvents>(
  socket: Socket,
  name: K,
  payload: ClientEvents[K]["payload"],
): Promise<ClientEvents[K]["answer"]> {
  return ask(socket, name, payload) as Promise<ClientEvents[K]["answer"]>;
}

/** A command and its answer, on any of the page's connections. Rejects with a CommandError. */
export async function ask(socket: Socket, name: string, payload: unknown): Promise<unknown> {
  if (!socket.connected) throw new CommandError("not_connected", "Not connected at the moment. Try again.", true);
  const answer: unknown = await new Promise((resolve, reject) => {
    socket.timeout(ANSWER_MS).emit(name, payload, (error: Error | null, content: unknown) => {
      if (error === null || error === undefined) resolve(content);
      else reject(new CommandError("no_answer", "The venue did not answer. Try again.", true));
    });
  });
  if (isFailure(answer)) throw new CommandError(answer.code, answer.error, answer.retry);
  return answer;
}

function isFailure(answer: unknown): answer is Failure {
  return typeof answer === "object" && answer !== null && "code" in answer && "error" in answer;
}

/** The reason that a refused connect carries in `data`, or null for a line that just failed. */
export function closingOf(error: { message: string; data?: unknown }): Closing | null {
  const data = error.data;
  if (typeof data !== "object" || data === null) return null;
  const { code, message, reason, retry_after } = data as Record<string, unknown>;
  const number = typeof code === "number" ? code : BY_NAME[String(code)];
  if (number === undefined) return null;
  return {
    code: number,
    reason: typeof reason === "string" ? reason : "",
    message: typeof message === "string" ? message : (CLOSE_SENTENCES[number] ?? error.message),
    retry_after: typeof retry_after === "number" ? retry_after : null,
  };
}

const BY_NAME: Readonly<Record<string, number>> = {
  token_expired: CloseCode.TOKEN_EXPIRED,
  not_signed_in: CloseCode.NOT_SIGNED_IN,
  full: CloseCode.FULL,
};
