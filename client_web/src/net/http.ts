/** The HTTP API of the entrance (server/turia/web/api.py). Every failure is an ApiError with a sentence for people. */

import { newMid } from "./mid";
import type { Look } from "./protocol.gen";

export interface VenueFile {
  readonly url: string;
  readonly bytes: number;
}

export interface VenueAnswer {
  readonly title: string;
  readonly subtitle: string;
  readonly venue: string;
  readonly files: Readonly<Record<string, VenueFile>>;
  readonly guests: boolean;
  readonly people: number;
  readonly capacity: number;
  readonly profile: string;
  readonly banner: string;
}

export interface ProfileAnswer {
  readonly person: string;
  readonly name: string;
  readonly affiliation: string;
  readonly badge: string;
  readonly look: Look;
}

export interface PassAnswer extends ProfileAnswer {
  readonly token: string;
  readonly expires_in: number;
}

/** A text that must be agreed to before entering. */
export interface TextToAgree {
  readonly key: string;
  readonly title: string;
  readonly version: number;
}

/** A registered person at the entrance. `why`: why he may not enter yet, as a sentence. */
export interface Registered {
  readonly name: string;
  readonly affiliation: string;
  readonly mayEnter: boolean;
  readonly why: string;
  readonly texts: readonly TextToAgree[];
}

export class ApiError extends Error {
  override name = "ApiError";
  readonly code: string;
  readonly status: number;
  readonly retry: boolean;

  constructor(code: string, message: string, status: number, retry: boolean) {
    super(message);
    this.code = code;
    this.status = status;
    this.retry = retry;
  }
}

/** Of server/turia/event/own.py and public_page.py; what is at its default does not travel. */
interface MeAnswer {
  readonly registration?: { readonly name: string; readonly affiliation?: string } | null;
  readonly may_enter?: boolean;
  readonly why?: string;
  readonly texts_to_enter?: readonly string[];
}

interface EventAnswer {
  readonly documents: readonly { readonly key: string; readonly title: string; readonly version?: number }[];
}

const TIMEOUT_MS = 10_000;
/** Status of "not at the moment", and how long to wait before asking again. */
const BUSY = 503;
const PAUSES_MS = [500, 1_500] as const;

export type Fetch = typeof fetch;

export class Api {
  readonly #fetch: Fetch;
  readonly #wait: (ms: number) => Promise<void>;

  constructor(
    fetcher: Fetch = (input, init) => fetch(input, init),
    wait = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms)),
  ) {
    this.#fetch = fetcher;
    this.#wait = wait;
  }

  venue(): Promise<VenueAnswer> {
    return this.#call("GET", "/api/venue");
  }

  me(): Promise<ProfileAnswer> {
    return this.#call("GET", "/api/me");
  }

  enter(profile: { name: string; affiliation: string; look: readonly number[] }): Promise<PassAnswer> {
    return this.#persist("/api/enter", profile);
  }

  token(): Promise<PassAnswer> {
    return this.#persist("/api/token", {});
  }

  leave(): Promise<{ ok: boolean }> {
    return this.#call("POST", "/api/leave", {});
  }

  /** Who is signed in with a registration; null for guests and strangers. */
  async registered(): Promise<Registered | null> {
    // Everybody may ask this, so that a stranger is an answer and no failure.
    const { roles } = await this.#call<{ roles: readonly string[] }>("GET", "/api/ask/my.permissions");
    if (roles.includes("nobody")) return null;
    const me = await this.#call<MeAnswer>("GET", "/api/ask/people.me");
    if (!me.registration) return null;
    const wanted = me.texts_to_enter ?? [];
    const known = wanted.length === 0 ? [] : (await this.#call<EventAnswer>("GET", "/api/ask/event.public")).documents;
    return {
      name: me.registration.name,
      affiliation: me.registration.affiliation ?? "",
      mayEnter: me.may_enter === true,
      why: me.why ?? "",
      texts: known
        .filter(({ key }) => wanted.includes(key))
        .map(({ key, title, version = 1 }) => ({ key, title, version })),
    };
  }

  agree({ key, version }: TextToAgree): Promise<unknown> {
    const body = { document: key, version, given: true };
    return this.#persist("/api/do/people.consent", { mid: newMid(), body });
  }

  /** For what is done once, however often it is sent: a venue that is busy for a moment needs no second press. */
  async #persist<T>(path: string, body: unknown): Promise<T> {
    for (const ms of PAUSES_MS) {
      try {
        return await this.#call<T>("POST", path, body);
      } catch (error) {
        if (!(error instanceof ApiError) || error.status !== BUSY) throw error;
        await this.#wait(ms);
      }
    }
    return this.#call("POST", path, body);
  }

  async #call<T>(method: string, path: string, body?: unknown): Promise<T> {
    let answer: Response;
    try {
      answer = await this.#fetch(path, {
        method,
        credentials: "same-origin",
        cache: "no-store",
        signal: AbortSignal.timeout(TIMEOUT_MS),
        ...(body === undefined ? {} : { headers: { "Content-Type": "application/json" }, body: JSON.stringify(body) }),
      });
    } catch {
      throw new ApiError("unreachable", "The venue cannot be reached. Check your connection and try again.", 0, true);
    }
    const content: unknown = await answer.json().catch(() => null);
    if (answer.ok && typeof content === "object" && content !== null) return content as T;
    throw problemOf(answer.status, content);
  }
}

function problemOf(status: number, content: unknown): ApiError {
  const failure = (typeof content === "object" && content !== null ? content : {}) as Record<string, unknown>;
  const code = typeof failure["code"] === "string" ? failure["code"] : "unexpected";
  const message =
    typeof failure["error"] === "string"
      ? failure["error"]
      : "The venue gave an answer that this page does not understand. Try again in a moment.";
  return new ApiError(code, message, status, failure["retry"] === true || status >= 500);
}
