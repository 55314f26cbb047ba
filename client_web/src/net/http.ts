/** The HTTP API of the entrance (server/turia/web/api.py). Every failure is an ApiError with a sentence for people. */

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

const TIMEOUT_MS = 10_000;

export type Fetch = typeof fetch;

export class Api {
  readonly #fetch: Fetch;

  constructor(fetcher: Fetch = (input, init) => fetch(input, init)) {
    this.#fetch = fetcher;
  }

  venue(): Promise<VenueAnswer> {
    return this.#call("GET", "/api/venue");
  }

  me(): Promise<ProfileAnswer> {
    return this.#call("GET", "/api/me");
  }

  enter(profile: { name: string; affiliation: string; look: readonly number[] }): Promise<PassAnswer> {
    return this.#call("POST", "/api/enter", profile);
  }

  token(): Promise<PassAnswer> {
    return this.#call("POST", "/api/token", {});
  }

  leave(): Promise<{ ok: boolean }> {
    return this.#call("POST", "/api/leave", {});
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
