/** Who begins to speak near me, said now and then: often enough to know, seldom enough to listen. Pure. */

/** The same person is named again after so long, and nobody within so long; milliseconds. */
const AGAIN_MS = 180_000;
const PAUSE_MS = 12_000;

export class Chatter {
  readonly #named = new Map<string, number>();
  #spoke = -Infinity;

  /** `speakers`: id and name of those who are heard and speak now. The sentence to say, "" for none. */
  heard(now: number, speakers: ReadonlyMap<string, string>): string {
    const fresh = [...speakers].filter(([person]) => now - (this.#named.get(person) ?? -Infinity) >= AGAIN_MS);
    if (fresh.length === 0 || now - this.#spoke < PAUSE_MS) return "";
    this.#spoke = now;
    for (const [person] of fresh) this.#named.set(person, now);
    return speakText(fresh.map(([, name]) => name));
  }
}

/** "Ana speaks.", "Ana and Ben speak.", "Ana, Ben and 3 more speak." */
export function speakText(names: readonly string[]): string {
  const [first = "", second = "", ...rest] = names;
  if (names.length <= 1) return first === "" ? "" : `${first} speaks.`;
  return rest.length === 0 ? `${first} and ${second} speak.` : `${first}, ${second} and ${rest.length} more speak.`;
}
