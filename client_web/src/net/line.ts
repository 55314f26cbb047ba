/** One attempt of a Socket.IO connection and its life; what is said on it is the business of socket.ts and media_line.ts. */

import { io, type Socket } from "socket.io-client";
import * as parser from "socket.io-msgpack-parser";
import { CommandError } from "./command_error";
import { CLOSE_SENTENCES, CloseCode, type Auth, type Closing, type Failure } from "./protocol.gen";

const ANSWER_MS = 8_000;

/** `lost` comes exactly once, after the event "closing" if the server gave a reason. Nothing comes after it. */
export interface Line {
  readonly socket: Socket;
  /** Whether it was lost or closed. */
  readonly over: boolean;
  /** Tells of a named event of the server. */
  on<T>(name: string, told: (payload: T) => void): void;
  /** A command and its answer. Rejects with a CommandError. */
  ask(name: string, payload: unknown): Promise<unknown>;
  /** Bytes that wait to leave this machine. */
  readonly waitingBytes: number;
  /** Silent: no `lost` follows. */
  close(): void;
}

interface Told {
  closing(closing: Closing): void;
  lost(): void;
}

/** `url` "" or "/" is the page's own origin; `path` undefined is Socket.IO's own. */
export function openLine(url: string, path: string | undefined, auth: Auth, told: Told): Line {
  const socket = io(url, {
    ...(path === undefined ? {} : { path }),
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
    told.lost();
  };
  socket.on("disconnect", lost);
  socket.on("connect_error", (error: Error & { data?: unknown }) => {
    const closing = closingOf(error);
    if (closing !== null && !over) told.closing(closing);
    lost();
  });
  return {
    socket,
    get over() {
      return over;
    },
    on(name, tell) {
      socket.on(name, (payload) => {
        if (!over) tell(payload);
      });
    },
    ask: (name, payload) => ask(socket, name, payload),
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

async function ask(socket: Socket, name: string, payload: unknown): Promise<unknown> {
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
