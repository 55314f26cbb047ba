/** What a captioner types, into lines: abbreviations, the speaker's command, and lines that can be read in a moment. */

/** Two rows on a screen. */
export const LINE_CHARS = 80;

/** Short forms and what they stand for: "tu = Turia", one a line; what cannot be read is left out. */
export function readShortForms(text: string): ReadonlyMap<string, string> {
  const found = new Map<string, string>();
  for (const line of text.split("\n")) {
    const at = line.indexOf("=");
    const [short, long] = [line.slice(0, at).trim(), line.slice(at + 1).trim()];
    if (at > 0 && short !== "" && !/\s/.test(short) && long !== "") found.set(short.toLowerCase(), long);
  }
  return found;
}

/** The text with its last word written out, if that is a short form: called when the word is over. */
export function expandLast(text: string, forms: ReadonlyMap<string, string>): string {
  const word = /[^\s.,;:!?…]+$/u.exec(text)?.[0] ?? "";
  const long = forms.get(word.toLowerCase());
  if (long === undefined) return text;
  const capital = word[0] !== word[0]!.toLowerCase();
  return text.slice(0, text.length - word.length) + (capital ? long[0]!.toUpperCase() + long.slice(1) : long);
}

/** Whether this ends a word. */
export const endsWord = (key: string): boolean => /^[\s.,;:!?…]$/u.test(key);

/** In pieces of at most `most` characters, where a sentence, a part of one, or at least a word ends. */
export function inLines(text: string, most = LINE_CHARS): string[] {
  const lines: string[] = [];
  let rest = text.trim().replace(/\s+/g, " ");
  while (rest.length > most) {
    const head = rest.slice(0, most + 1);
    const ends = [/^.*[.!?…](?= )/u, /^.*[,;:](?= )/u, /^.*(?= )/u].map((end) => end.exec(head)?.[0].length ?? 0);
    const cut = ends.find((length) => length > most / 2) ?? (Math.max(...ends) || most);
    lines.push(rest.slice(0, cut).trim());
    rest = rest.slice(cut).trim();
  }
  return rest === "" ? lines : [...lines, rest];
}

export interface Spoken {
  /** Index into the speakers, null as before. */
  readonly speaker: number | null;
  readonly text: string;
}

/** "/ana Good morning": who speaks from now on, by the beginning of one of his names; the rest is what he says. */
export function readSpeaker(text: string, names: readonly string[]): Spoken {
  const asked = /^\/(\S+)\s*/u.exec(text);
  if (asked === null) return { speaker: null, text };
  const wanted = plain(asked[1]!);
  const starts = (name: string): boolean =>
    plain(name)
      .split(/\s+/)
      .some((part) => part.startsWith(wanted));
  const found = /^\d+$/.test(wanted) ? Number(wanted) - 1 : names.findIndex(starts);
  if (found < 0 || found >= names.length) return { speaker: null, text };
  return { speaker: found, text: text.slice(asked[0].length) };
}

const plain = (name: string): string => name.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase();

/** Words a minute of what was sent, over the last minute or the time since the first line. */
export class Pace {
  readonly #sent: { readonly at: number; readonly words: number }[] = [];

  /** `now`: any milliseconds. */
  add(text: string, now: number): void {
    this.#sent.push({ at: now, words: text.split(/\s+/).filter(Boolean).length });
  }

  perMinute(now: number): number {
    while (this.#sent.length > 0 && now - this.#sent[0]!.at > 60_000) this.#sent.shift();
    const words = this.#sent.reduce((sum, each) => sum + each.words, 0);
    const first = this.#sent[0]?.at ?? now;
    return Math.round((words * 60_000) / Math.max(10_000, now - first));
  }
}
