/** Pages of slides: where their pictures are, fetched a little ahead, and what they say. */

import type { Cancel, Clock } from "../../core/clock";

export interface PageText {
  readonly text: string;
  /** Of the larger picture, pixels. */
  readonly width: number;
  readonly height: number;
}

export type PageWidth = 640 | 1920;

/** A whole hall turns the page at once: nobody fetches the next ones at the same moment. */
const AHEAD_MS = 4_000;
const AHEAD = 2;
const MOST_TEXTS = 4;

export const pageAddress = (deck: string, page: number, width: PageWidth): string =>
  `/api/decks/${encodeURIComponent(deck)}/pages/${page}.webp?width=${width}`;

export const fileAddress = (deck: string): string => `/api/decks/${encodeURIComponent(deck)}/file`;

export interface PagesParts {
  readonly clock: Pick<Clock, "after">;
  /** 0 to 1. */
  readonly random: () => number;
  /** Loads a picture into the browser's store. */
  readonly load: (address: string) => void;
  readonly ask: (address: string) => Promise<unknown>;
}

export class Pages {
  readonly #parts: PagesParts;
  readonly #loaded = new Set<string>();
  readonly #texts = new Map<string, Promise<readonly PageText[]>>();
  #waiting: Cancel = () => undefined;

  constructor(parts: PagesParts) {
    this.#parts = parts;
  }

  /** The page that is shown; the next two come by themselves. */
  shown(deck: string, page: number, pages: number, width: PageWidth): void {
    this.#waiting();
    this.#loaded.add(pageAddress(deck, page, width));
    const next = Array.from({ length: AHEAD }, (_, index) => page + index + 1)
      .filter((each) => each <= pages)
      .map((each) => pageAddress(deck, each, width))
      .filter((address) => !this.#loaded.has(address));
    if (next.length === 0) return;
    this.#waiting = this.#parts.clock.after(this.#parts.random() * AHEAD_MS, () => {
      for (const address of next) {
        this.#loaded.add(address);
        this.#parts.load(address);
      }
    });
  }

  /** What the pages say; empty where it cannot be had. */
  texts(deck: string): Promise<readonly PageText[]> {
    let known = this.#texts.get(deck);
    if (known === undefined) {
      known = this.#ask(deck);
      this.#texts.set(deck, known);
      if (this.#texts.size > MOST_TEXTS) this.#texts.delete(this.#texts.keys().next().value!);
    }
    return known;
  }

  stop(): void {
    this.#waiting();
  }

  async #ask(deck: string): Promise<readonly PageText[]> {
    try {
      const answer = (await this.#parts.ask(`/api/decks/${encodeURIComponent(deck)}/text`)) as {
        readonly pages?: readonly PageText[];
      };
      return answer.pages ?? [];
    } catch {
      // Asked again at the next page: a deck whose last pages are still drawn has no text yet.
      this.#texts.delete(deck);
      return [];
    }
  }
}

/** For the venue: with the browser's own timers, pictures and requests. */
export function browserPages(): Pages {
  return new Pages({
    clock: {
      after: (ms, run) => {
        const timer = setTimeout(run, ms);
        return () => clearTimeout(timer);
      },
    },
    random: () => Math.random(),
    load: (address) => {
      new Image().src = address;
    },
    ask: async (address) => {
      const answer = await fetch(address);
      if (!answer.ok) throw new Error(`${address}: ${answer.status}`);
      return answer.json() as Promise<unknown>;
    },
  });
}

/** How a page is read to somebody who does not see it. */
export function pageAlternative(page: number, pages: number, text: string | undefined): string {
  const words = (text ?? "").replace(/\s+/g, " ").trim();
  return `Page ${page} of ${pages}${words === "" ? "" : `: ${words}`}`;
}
