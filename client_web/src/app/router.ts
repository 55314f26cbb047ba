/**
 * Which page an address shows, and going from page to page without loading anew. The 3D entry (`/enter`, and `/` of the
 * demo) is another document: going there loads it, so pages never load three.js and the entry never loads pages.
 */

export type PageName =
  "event" | "programme" | "speakers" | "register" | "sign-in" | "my" | "privacy" | "conduct" | "organise" | "watch";

/** `rest`: what follows in the address: a tab of `/organise`, a session of `/programme` and `/watch`. */
export interface Place {
  readonly page: PageName;
  readonly rest: string;
}

/** Pages, and whether something may follow their name. The same list is in server/turia/web/pages.py. */
const PAGES: Readonly<Record<PageName, boolean>> = {
  event: false,
  programme: true,
  speakers: true,
  register: false,
  "sign-in": false,
  my: false,
  privacy: false,
  conduct: false,
  organise: true,
  watch: true,
};

/** The page of an address; null for one that another document or nobody answers. "/" is the event; many guess "/recordings". */
export function placeOf(path: string): Place | null {
  const [name = "", rest = "", ...more] = path.replace(/^\/+|\/+$/g, "").split("/");
  if (name === "") return { page: "event", rest: "" };
  if (name === "recordings") return placeOf(["watch", rest, ...more].join("/"));
  if (!Object.hasOwn(PAGES, name) || more.length > 0) return null;
  const page = name as PageName;
  return rest !== "" && !PAGES[page] ? null : { page, rest: decoded(rest) };
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

/** The browser's part that a router needs. */
export interface Browser {
  readonly location: Pick<Location, "pathname" | "origin" | "hash" | "assign">;
  readonly history: Pick<History, "pushState" | "replaceState">;
  addEventListener(type: "popstate", run: () => void): void;
  removeEventListener(type: "popstate", run: () => void): void;
}

export class Router {
  readonly #browser: Browser;
  readonly #changed: (place: Place | null) => void;
  readonly #onpop = (): void => this.#changed(this.place);

  /** `changed`: called after each move, by a link or by the browser's own buttons. */
  constructor(browser: Browser, changed: (place: Place | null) => void) {
    this.#browser = browser;
    this.#changed = changed;
    browser.addEventListener("popstate", this.#onpop);
  }

  get place(): Place | null {
    return placeOf(this.#browser.location.pathname);
  }

  /** Goes to a path of this site; another document's is loaded. */
  go(path: string, how: "push" | "replace" = "push"): void {
    const target = new URL(path, this.#browser.location.origin);
    if (target.origin !== this.#browser.location.origin || !ours(target.pathname))
      return this.#browser.location.assign(target.href);
    const { history } = this.#browser;
    const address = target.pathname + target.search + target.hash;
    if (how === "push") history.pushState(null, "", address);
    else history.replaceState(null, "", address);
    this.#changed(this.place);
  }

  /** For the page's click handler: takes ordinary clicks on links to our pages. Returns whether it did. */
  click(event: MouseEvent): boolean {
    if (event.defaultPrevented || event.button !== 0) return false;
    if (event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return false;
    const link = event.target instanceof Element ? event.target.closest("a[href]") : null;
    const href = link?.getAttribute("href");
    if (!link || !href?.startsWith("/") || link.hasAttribute("target") || link.hasAttribute("download")) return false;
    const target = new URL(href, this.#browser.location.origin);
    if (target.origin !== this.#browser.location.origin || !ours(target.pathname)) return false;
    event.preventDefault();
    this.go(href);
    return true;
  }

  stop(): void {
    this.#browser.removeEventListener("popstate", this.#onpop);
  }
}

/** "/" is the demo's 3D entry, so it is always loaded. */
const ours = (path: string): boolean => path !== "/" && placeOf(path) !== null;
