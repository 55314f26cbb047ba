/** What a screen reader says of captions, at the pace that was chosen. Pure. */

import type { Caption } from "../../net/event.gen";
import type { Announce } from "./look";

/** A message is over when nothing followed for so long. */
const OVER_MS = 3_000;
const MOST_CHARS = 300;

export class Announcer {
  readonly #known = new Set<string>();
  #session = "";
  #text = "";
  #speaker = "";
  #heldSince = 0;

  /**
   * What is to be said now. `session`: whose lines are here, "" while they have not come; `lines`: all that were kept,
   * as they were said. What is there when a session's lines come is not said: a latecomer would hear them all.
   */
  take(session: string, lines: readonly (readonly [string, Caption])[], how: Announce, now: number): string[] {
    if (session === "") return [];
    const news = lines.filter(([key]) => !this.#known.has(key)).map(([, line]) => line);
    for (const [key] of lines) this.#known.add(key);
    if (session !== this.#session || how === "off") {
      this.#session = session;
      this.#text = "";
      return [];
    }
    const said: string[] = [];
    for (const line of news) {
      if (how === "line" || line.speaker !== this.#speaker) said.push(...this.#over());
      if (this.#text === "") this.#text = line.speaker && line.speaker !== this.#speaker ? `${line.speaker}: ` : "";
      this.#speaker = line.speaker;
      this.#text += (this.#text === "" || this.#text.endsWith(": ") ? "" : " ") + line.text;
      this.#heldSince = now;
      if (how === "line" || /[.!?…]["”’)]*$/u.test(line.text) || this.#text.length > MOST_CHARS)
        said.push(...this.#over());
    }
    if (this.#text !== "" && now - this.#heldSince >= OVER_MS) said.push(...this.#over());
    return said;
  }

  #over(): string[] {
    const text = this.#text;
    this.#text = "";
    return text === "" ? [] : [text];
  }
}
