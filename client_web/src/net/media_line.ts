/** The page's second connection, for sound and pictures: one attempt and its life. media/line.ts decides about the next. */

import { io, type Socket } from "socket.io-client";
import * as parser from "socket.io-msgpack-parser";
import { MEDIA_EVENT, MEDIA_PATH, type MediaClientEvents, type MediaServerEvents } from "./media.gen";
import type { Auth } from "./protocol.gen";
import { ask, closingOf } from "./socket";

type Bytes = ArrayBuffer | ArrayBufferView;

/** `onLost` comes exactly once, after `closing` if the server gave a reason. */
export interface MediaConnectionEvents {
  onUp(): void;
  onFrame(bytes: Bytes): void;
  onEvent<K extends keyof MediaServerEvents>(name: K, payload: MediaServerEvents[K]): void;
  onLost(): void;
}

export interface MediaConnection {
  /** A piece of a frame. */
  send(piece: ArrayBuffer): void;
  /** Rejects with a CommandError. */
  command<K extends keyof MediaClientEvents>(
    name: K,
    payload: MediaClientEvents[K]["payload"],
  ): Promise<MediaClientEvents[K]["answer"]>;
  /** Bytes that wait to leave this machine. */
  readonly waitingBytes: number;
  /** Silent: no onLost follows. */
  close(): void;
}

const ANSWER_MS = 8_000;
const EVENTS = [
  "tracks",
  "voices",
  "keyframe",
  "refused",
  "rate",
  "dropped",
  "interim",
  "closing",
] as const satisfies readonly (keyof MediaServerEvents)[];

/** `url` "/" is the page's own origin. */
export function openMediaConnection(url: string, auth: Auth, events: MediaConnectionEvents): MediaConnection {
  const socket: Socket = io(url, {
    path: MEDIA_PATH,
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
    socket.on(name, (payload: MediaServerEvents[typeof name]) => {
      if (!over) events.onEvent(name, payload);
    });
  }
  socket.on(MEDIA_EVENT, (bytes: Bytes) => over || events.onFrame(bytes));
  socket.on("connect", () => over || events.onUp());
  socket.on("disconnect", lost);
  socket.on("connect_error", (error: Error & { data?: unknown }) => {
    const closing = closingOf(error);
    if (closing !== null && !over) events.onEvent("closing", closing);
    lost();
  });
  return {
    send(piece) {
      if (socket.connected) socket.emit(MEDIA_EVENT, piece);
    },
    command: (name, payload) => ask(socket, name, payload) as Promise<never>,
    get waitingBytes() {
      return waitingBytes(socket);
    },
    close() {
      over = true;
      socket.disconnect();
    },
  };
}

/** engine.io hides how much the browser has not sent yet; without it congestion would be seen only by its victims. */
function waitingBytes(socket: Socket): number {
  const transport: unknown = socket.io.engine?.transport;
  const line = (transport as { ws?: { bufferedAmount?: number } } | undefined)?.ws;
  return line?.bufferedAmount ?? 0;
}
