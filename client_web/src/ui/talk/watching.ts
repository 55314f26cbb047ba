/** What this tab watches in the player, so that a reload goes on with it. Kept in the session of the tab alone. */

export interface TabStorage {
  getItem(key: string): string | null;
  setItem(key: string, value: string): void;
  removeItem(key: string): void;
}

const KEY = "turia.watching";

/** The tab's own, null where the browser keeps nothing. */
export function tabStorage(): TabStorage | null {
  try {
    return window.sessionStorage;
  } catch {
    return null;
  }
}

/** The room in the player, "" for the one where the person is; null: no player was open. */
export function keptWatching(storage: TabStorage | null): string | null {
  try {
    return storage?.getItem(KEY) ?? null;
  } catch {
    return null;
  }
}

/** Which tab of a room's talk is to open first inside; chosen on a page before. */
export interface Opening {
  readonly room: string;
  readonly tab: "desk" | "slides";
}

const OPENING = "turia.opening";

export function keepOpening(storage: TabStorage | null, { room, tab }: Opening): void {
  try {
    storage?.setItem(OPENING, `${tab} ${room}`);
  } catch {
    // Then the venue opens without.
  }
}

/** It, once. */
export function takeOpening(storage: TabStorage | null): Opening | null {
  try {
    const [tab, room = ""] = storage?.getItem(OPENING)?.split(" ") ?? [];
    storage?.removeItem(OPENING);
    return (tab === "desk" || tab === "slides") && room !== "" ? { room, tab } : null;
  } catch {
    return null;
  }
}

export function keepWatching(storage: TabStorage | null, room: string | null): void {
  try {
    if (room === null) storage?.removeItem(KEY);
    else storage?.setItem(KEY, room);
  } catch {
    // It holds as long as the page.
  }
}
