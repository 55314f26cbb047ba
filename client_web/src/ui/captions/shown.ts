/** Which lines of captions are shown now: the newest ones that were kept, and what is being written. Pure. */

import type { Caption } from "../../net/event.gen";
import type { Interim } from "../../net/media.gen";

export interface ShownLine {
  readonly key: string;
  readonly speaker: string;
  readonly text: string;
  /** Still being written. */
  readonly interim: boolean;
}

/** The last line stays so long after it was said. */
const STAYS_MS = 8_000;

/** Text that is being written, by source, until its line is there or nothing comes any more. */
export class Interims {
  readonly #by = new Map<string, { readonly interim: Interim; readonly newest: string; readonly at: number }>();

  /** `lines`: what was kept so far; `now`: milliseconds of the event's clock. */
  hear(interim: Interim, lines: ReadonlyMap<string, Caption>, now: number): void {
    const source = interim.source ?? "human";
    if (interim.text.trim() === "") this.#by.delete(source);
    else this.#by.set(source, { interim, newest: newestOf(lines, source), at: now });
  }

  current(lines: ReadonlyMap<string, Caption>, now: number): readonly Interim[] {
    return [...this.#by.entries()]
      .filter(([source, { interim, newest, at }]) => {
        const last = newestOf(lines, source);
        if (last !== newest || now - at > STAYS_MS) return false;
        // Told late, after its own line.
        return !(last !== "" && lines.get(last)!.text.startsWith(interim.text.trim()));
      })
      .map(([, { interim }]) => interim);
  }
}

/** `most` lines, the newest at the end; none when nothing was said for a while. */
export function shownLines(
  lines: ReadonlyMap<string, Caption>,
  interims: readonly Interim[],
  now: number,
  most: number,
): readonly ShownLine[] {
  const said = inOrder(lines).slice(-most);
  const last = said.at(-1)?.[1];
  const fresh = last !== undefined && now - Math.max(last.at, last.end_at) <= STAYS_MS;
  const kept = fresh || interims.length > 0 ? said : [];
  return [
    ...kept.map(([key, { speaker, text }]) => ({ key, speaker, text, interim: false })),
    ...interims.map(({ source, speaker, text }) => ({
      key: `interim ${source ?? "human"}`,
      speaker: speaker ?? "",
      text,
      interim: true,
    })),
  ].slice(-most);
}

/** As they were said. */
export function inOrder(lines: ReadonlyMap<string, Caption>): [string, Caption][] {
  return [...lines].sort(([, a], [, b]) => a.at - b.at);
}

/** Who speaks is said once, until somebody else does. */
export function withNames<T extends { readonly speaker: string }>(lines: readonly T[]): (T & { named: boolean })[] {
  return lines.map((line, index) => ({
    ...line,
    named: line.speaker !== "" && line.speaker !== lines[index - 1]?.speaker,
  }));
}

function newestOf(lines: ReadonlyMap<string, Caption>, source: string): string {
  let newest = "";
  for (const [key, line] of lines) if (line.source === source) newest = key;
  return newest;
}
