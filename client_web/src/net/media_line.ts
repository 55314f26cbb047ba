/** The page's second connection, for sound and pictures: one attempt and its life. media/line.ts decides about the next. */

import { openLine } from "./line";
import { MEDIA_EVENT, MEDIA_PATH, type MediaClientEvents, type MediaServerEvents } from "./media.gen";
import type { Auth } from "./protocol.gen";

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
  const line = openLine(url, MEDIA_PATH, auth, {
    closing: (closing) => events.onEvent("closing", closing),
    lost: () => events.onLost(),
  });
  const { socket } = line;
  for (const name of EVENTS) {
    line.on(name, (payload: MediaServerEvents[typeof name]) => events.onEvent(name, payload));
  }
  line.on(MEDIA_EVENT, (bytes: Bytes) => events.onFrame(bytes));
  line.on("connect", () => events.onUp());
  return {
    send(piece) {
      if (socket.connected) socket.emit(MEDIA_EVENT, piece);
    },
    command: (name, payload) => line.ask(name, payload) as Promise<never>,
    get waitingBytes() {
      return line.waitingBytes;
    },
    close: line.close,
  };
}
