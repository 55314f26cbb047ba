/** A captioner at work: what he types, who speaks, what went out and how fast. */

import type { VenueBackbone } from "../../net/backbone";
import type { Interim } from "../../net/media.gen";
import { endsWord, expandLast, inLines, Pace, readShortForms, readSpeaker } from "./typing";

export interface Speaking {
  /** Id, "" for somebody who is no person here. */
  readonly person: string;
  readonly name: string;
}

export interface WriterParts {
  readonly backbone: Pick<VenueBackbone, "do">;
  /** Shows it to the room while it is written. */
  readonly interim: (interim: Interim) => void;
  /** Milliseconds, for speeds alone. */
  readonly now: () => number;
  /** Short forms, as they were written down. */
  readonly forms: () => string;
}

export class Writer {
  readonly room: string;
  readonly session: string;
  text = $state("");
  /** Who can be chosen; the desk keeps it up to date. */
  speakers = $state.raw<readonly Speaking[]>([]);
  /** Who speaks now; null: nobody is named. */
  speaker = $state.raw<Speaking | null>(null);
  /** What went wrong with the last line, "" nothing. */
  problem = $state("");
  /** From Enter to being kept, milliseconds; null before the first line. */
  latencyMs = $state<number | null>(null);
  perMinute = $state(0);
  /** Lines on their way. */
  pending = $state(0);
  readonly #parts: WriterParts;
  readonly #pace = new Pace();
  #resting = false;
  #last: Promise<unknown> = Promise.resolve();

  constructor(parts: WriterParts, room: string, session: string) {
    this.#parts = parts;
    [this.room, this.session] = [room, session];
  }

  /** By each input: `added` is what was typed last, "" for anything but a letter at the end. */
  typed(text: string, added = ""): void {
    this.#resting = false;
    const forms = readShortForms(this.#parts.forms());
    this.text = endsWord(added) ? expandLast(text.slice(0, -added.length), forms) + added : text;
    this.#show(this.text);
  }

  /** The nth of the speakers, from 0; nobody when there is none. */
  choose(index: number): void {
    this.speaker = this.speakers[index] ?? null;
    if (this.text !== "") this.#show(this.text);
  }

  /** Nobody types here at the moment: what was begun shows no longer, and waits in the box. */
  rest(): void {
    this.#resting = true;
    if (this.text !== "") this.#show("");
  }

  /** Sends what stands there, in lines that can be read; what is refused comes back into the box. */
  async send(): Promise<void> {
    const forms = readShortForms(this.#parts.forms());
    const { speaker, text } = readSpeaker(
      this.text,
      this.speakers.map(({ name }) => name),
    );
    if (speaker !== null) this.speaker = this.speakers[speaker] ?? null;
    const lines = inLines(expandLast(text, forms));
    [this.text, this.problem] = ["", ""];
    const by = this.speaker;
    // The box is free at once; lines go out in their order.
    this.#last = this.#last.then(() => this.#write(lines, by));
    await this.#last;
  }

  /** Corrects a line, or takes it out (""). */
  async correct(caption: string, text: string): Promise<void> {
    this.problem = "";
    try {
      await this.#parts.backbone.do("caption.correct", { session: this.session, caption, text: text.trim() });
    } catch (error) {
      this.problem = sentence(error);
    }
  }

  /** Once a second: the speed falls when nothing comes. */
  look(): void {
    this.perMinute = this.#pace.perMinute(this.#parts.now());
  }

  async #write(lines: readonly string[], by: Speaking | null): Promise<void> {
    for (const [index, line] of lines.entries()) {
      const begun = this.#parts.now();
      this.pending++;
      try {
        await this.#parts.backbone.do("caption.write", {
          session: this.session,
          text: line,
          speaker: by?.name ?? "",
          person: by?.person ?? "",
        });
        this.latencyMs = Math.round(this.#parts.now() - begun);
        this.#pace.add(line, this.#parts.now());
        this.look();
      } catch (error) {
        this.problem = sentence(error);
        this.text = [...lines.slice(index), this.text].filter(Boolean).join(" ");
        return;
      } finally {
        this.pending--;
      }
    }
    if (!this.#resting) this.#show(this.text);
  }

  #show(text: string): void {
    const { speaker } = this;
    this.#parts.interim({
      room: this.room,
      session: this.session,
      text: text.startsWith("/") ? "" : text.slice(-500),
      speaker: speaker?.name ?? "",
      person: speaker?.person ?? "",
    });
  }
}

const sentence = (error: unknown): string =>
  error instanceof Error && "code" in error ? error.message : "Something went wrong here. Send the line again.";
