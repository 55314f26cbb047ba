/** Requests that are neither command nor question: signing in, the browsers one is signed in with, files. */

import { CommandError } from "../../net/command_error";
import { formatBytes } from "../../ui/texts";

/** Limits of the server (people_csv.py, reader.py, pictures.py), so that nobody waits for an upload that is refused. */
export const MOST_BYTES = { people: 4_000_000, programme: 16 * 1024 * 1024, picture: 1_048_576 } as const;

const TIMEOUT_MS = 20_000;
/** Pauses before a file that the venue could not save for the moment is sent again. */
const PAUSES_MS = [500, 1_500] as const;

export interface Browser {
  readonly id: string;
  readonly agent: string;
  /** Milliseconds UTC. */
  readonly created: number;
  readonly seen: number;
  readonly here: boolean;
}

export interface SignedIn {
  readonly person: string;
  readonly name: string;
  readonly status: string;
  readonly may_enter: boolean;
}

/** `kind`: sign_in, invitation or organiser. `needs`: "form", "founder" or "". `privacy`: version to agree to, 0: none. */
export interface Leaf {
  readonly kind: string;
  readonly works: boolean;
  readonly why: string;
  readonly needs: string;
  readonly privacy: number;
  readonly address: string;
  readonly name: string;
  readonly role: string;
  readonly room: string;
  readonly session: string;
  readonly note: string;
}

export interface LinkMore {
  readonly form?: object;
  readonly founder?: { readonly name: string; readonly email: string; readonly affiliation: string };
  readonly privacy?: number;
}

export class Server {
  readonly #fetch: typeof fetch;
  readonly #wait: (ms: number) => Promise<void>;

  constructor(
    fetcher: typeof fetch = (input, init) => fetch(input, init),
    wait = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms)),
  ) {
    this.#fetch = fetcher;
    this.#wait = wait;
  }

  /** What a link is for; uses nothing up. */
  look(token: string): Promise<Leaf> {
    return this.post("/api/sign-in/look", { token });
  }

  byLink(token: string, more: LinkMore = {}): Promise<SignedIn> {
    return this.post("/api/sign-in/link", { token, ...more });
  }

  byCode(email: string, code: string): Promise<SignedIn> {
    return this.post("/api/sign-in/code", { email, code });
  }

  async browsers(): Promise<readonly Browser[]> {
    return (await this.call<{ sign_ins: readonly Browser[] }>("/api/sign-ins", { method: "GET" })).sign_ins;
  }

  /** Without an id: all but this one. */
  revoke(id = ""): Promise<unknown> {
    return this.post("/api/sign-ins/revoke", { id });
  }

  post<T>(address: string, body: object): Promise<T> {
    const headers = { "Content-Type": "application/json" };
    return this.call(address, { method: "POST", headers, body: JSON.stringify(body) });
  }

  /**
   * A file as the body, as it is; sent again when the venue is busy for a moment, as commands are: whatever arrived, it
   * is done once. `most`: bytes that the server takes.
   */
  async send<T>(address: string, file: Blob, type: string, most: number): Promise<T> {
    if (file.size === 0) throw new CommandError("empty", "This file is empty. Choose another one.", false);
    if (file.size > most) {
      const sentence = `This file has ${formatBytes(file.size)}; at most ${formatBytes(most)} are taken.`;
      throw new CommandError("too_large", sentence, false);
    }
    const options = { method: "POST", headers: { "Content-Type": type }, body: file };
    for (const ms of PAUSES_MS) {
      try {
        return await this.call<T>(address, options);
      } catch (error) {
        if (!(error instanceof CommandError) || error.code !== "try_again") throw error;
        await this.#wait(ms);
      }
    }
    return this.call(address, options);
  }

  async call<T>(address: string, options: RequestInit): Promise<T> {
    let answer: Response;
    try {
      const signal = AbortSignal.timeout(TIMEOUT_MS);
      answer = await this.#fetch(address, { ...options, credentials: "same-origin", cache: "no-store", signal });
    } catch {
      throw new CommandError("unreachable", "The venue cannot be reached. Check your connection and try again.", true);
    }
    const content = (await answer.json().catch(() => null)) as Record<string, unknown> | null;
    if (answer.ok && typeof content === "object" && content !== null) return content as T;
    const { code, error, retry } = content ?? {};
    throw new CommandError(
      typeof code === "string" ? code : "unexpected",
      typeof error === "string"
        ? error
        : "The venue gave an answer that this page does not understand. Try again later.",
      retry === true || answer.status >= 500,
    );
  }
}

/** Gives the browser a file to save. */
export function save(content: string, name: string, type: string): void {
  const address = URL.createObjectURL(new Blob([content], { type }));
  const link = document.createElement("a");
  link.href = address;
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(address), 10_000);
}
