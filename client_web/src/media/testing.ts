/** A media connection for tests: remembers what was said and answers at once. */

import { CommandError } from "../net/command_error";
import type { MediaConnection, MediaConnectionEvents } from "../net/media_line";
import type { MediaClientEvents } from "../net/media.gen";
import type { Auth } from "../net/protocol.gen";

type Answers = { [K in keyof MediaClientEvents]?: (payload: MediaClientEvents[K]["payload"]) => unknown };

export class FakeMediaConnection implements MediaConnection {
  readonly auth: Auth;
  readonly events: MediaConnectionEvents;
  readonly commands: [name: string, payload: unknown][] = [];
  readonly sent: ArrayBuffer[] = [];
  answers: Answers = {};
  waitingBytes = 0;
  closed = false;
  #track = 0;

  constructor(auth: Auth, events: MediaConnectionEvents) {
    this.auth = auth;
    this.events = events;
  }

  send(piece: ArrayBuffer): void {
    this.sent.push(piece);
  }

  async command<K extends keyof MediaClientEvents>(
    name: K,
    payload: MediaClientEvents[K]["payload"],
  ): Promise<MediaClientEvents[K]["answer"]> {
    this.commands.push([name, payload]);
    const answer = this.answers[name];
    if (answer !== undefined) return answer(payload) as MediaClientEvents[K]["answer"];
    const usual: Record<string, unknown> = {
      publish: { track: this.#track++ },
      follow: { rooms: [], refused: {} },
      want: { tracks: [], refused: [] },
      sync: { t: 0, tick: 0 },
    };
    return (usual[name] ?? {}) as MediaClientEvents[K]["answer"];
  }

  close(): void {
    this.closed = true;
  }

  /** Payloads of one command. */
  said<K extends keyof MediaClientEvents>(name: K): MediaClientEvents[K]["payload"][] {
    return this.commands.filter(([each]) => each === name).map(([, payload]) => payload as never);
  }
}

export const refusal =
  (code: string, retry = false) =>
  (): never => {
    throw new CommandError(code, `Because of ${code}.`, retry);
  };

/** Lets promises that are settled run on. */
export async function settle(): Promise<void> {
  for (let i = 0; i < 20; i++) await Promise.resolve();
}
