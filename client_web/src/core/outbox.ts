/**
 * Commands that wait for their answer: kept until there is one, through reconnects and reloads of the page, and sent one
 * after the other. Each has an id of our making (`mid`), so that the same command sent again has no second effect.
 *
 * What the line swallowed, or the venue cannot save at the moment, is tried for as long as it takes, later and later. A
 * command that is refused for another reason that may pass (`retry`) is tried REFUSED_TRIES times. Everything else is
 * reported to whoever asked, or, after a reload, to `onOrphan`.
 */

import { CommandError } from "../net/command_error";
import type { Cancel, Clock, Random } from "./clock";

export interface OutboxParts {
  readonly clock: Clock;
  readonly random: Random;
  /** Milliseconds UTC: commands older than the server's memory of answers are not sent again. */
  readonly wall: () => number;
  readonly newMid: () => string;
  /** Resolves with the answer; rejects with a CommandError. */
  readonly send: (name: string, mid: string, body: unknown) => Promise<unknown>;
  /** Where commands outlive the page; null forgets them. */
  readonly shelf: Shelf | null;
  readonly onChange: () => void;
  /** A command of before the reload was refused. */
  readonly onOrphan: (name: string, error: CommandError) => void;
}

export interface Shelf {
  getItem(key: string): string | null;
  setItem(key: string, value: string): void;
  removeItem(key: string): void;
}

interface Kept {
  readonly mid: string;
  readonly name: string;
  readonly body: unknown;
  /** Milliseconds UTC. */
  readonly at: number;
}

interface Waiting extends Kept {
  refusals: number;
  tries: number;
  settle: ((answer: unknown) => void) | null;
  fail: ((error: CommandError) => void) | null;
}

const KEY = "turia.outbox";
/** The server knows its answers for 48 hours. */
const KEEP_MS = 24 * 3600 * 1000;
const MOST = 200;
const FIRST_MS = 400;
const MOST_MS = 8_000;
export const REFUSED_TRIES = 6;
/** Codes that say nothing about the command: the line did not carry it, or the venue takes none at the moment. */
const NOT_NOW: ReadonlySet<string> = new Set([
  "not_connected",
  "no_answer",
  "unreachable",
  "try_again",
  "too_often",
  "too_many_commands",
  "too_many_requests",
]);

export class Outbox {
  readonly #parts: OutboxParts;
  #owner: string | null = null;
  #waiting: Waiting[] = [];
  #online = false;
  /** Counts connections and sendings: an answer that comes to an older one is not for us any more. */
  #attempt = 0;
  #sending = false;
  #cancel: Cancel = () => undefined;

  constructor(parts: OutboxParts) {
    this.#parts = parts;
  }

  /** Commands without an answer. */
  get size(): number {
    return this.#waiting.length;
  }

  do(name: string, body: unknown): Promise<unknown> {
    if (this.#waiting.length >= MOST)
      return Promise.reject(new CommandError("too_many_commands", "Too much is waiting to be sent. Try later.", true));
    return new Promise((settle, fail) => {
      const kept = { mid: this.#parts.newMid(), name, body, at: this.#parts.wall() };
      this.#waiting.push({ ...kept, refusals: 0, tries: 0, settle, fail });
      this.#changed();
      this.#next();
    });
  }

  /** There is a connection of `owner` (id of a person): what waits is sent. Nothing is ever sent for somebody else. */
  online(owner: string): void {
    if (this.#owner === null) this.#restore(owner);
    else if (this.#owner !== owner) this.#forget();
    this.#owner = owner;
    this.#online = true;
    this.#sending = false;
    this.#attempt++;
    this.#next();
  }

  /** The connection is gone: what is on its way may or may not have arrived, and is sent again when there is a new one. */
  offline(): void {
    this.#online = false;
    this.#sending = false;
    this.#attempt++;
    this.#cancel();
  }

  #next(): void {
    const head = this.#waiting[0];
    if (head === undefined || !this.#online || this.#sending) return;
    this.#cancel();
    this.#sending = true;
    const attempt = ++this.#attempt;
    head.tries++;
    this.#parts.send(head.name, head.mid, head.body).then(
      (answer) => {
        // Late but true: the answer of an older sending of the same command is its answer.
        if (this.#waiting[0] !== head) return;
        this.#done();
        head.settle?.(answer);
        this.#next();
      },
      (error: unknown) => {
        if (attempt === this.#attempt) this.#refused(head, errorOf(error));
      },
    );
  }

  #refused(head: Waiting, error: CommandError): void {
    this.#sending = false;
    const notNow = NOT_NOW.has(error.code);
    if (!notNow) head.refusals++;
    if (notNow || (error.retry && head.refusals < REFUSED_TRIES)) return this.#later(head.tries);
    this.#done();
    if (head.fail !== null) head.fail(error);
    else this.#parts.onOrphan(head.name, error);
    this.#next();
  }

  #done(): void {
    this.#attempt++;
    this.#sending = false;
    this.#waiting.shift();
    this.#changed();
  }

  #later(tries: number): void {
    const grown = Math.min(MOST_MS, FIRST_MS * 2 ** Math.min(tries - 1, 10));
    this.#cancel();
    this.#cancel = this.#parts.clock.after(grown / 2 + (this.#parts.random() * grown) / 2, () => this.#next());
  }

  // -- keeping -----------------------------------------------------------------------------------

  #restore(owner: string): void {
    const kept = this.#read();
    if (kept?.owner !== owner) return;
    const mine = new Set(this.#waiting.map(({ mid }) => mid));
    const since = this.#parts.wall() - KEEP_MS;
    const old = kept.commands.filter(({ mid, at }) => !mine.has(mid) && at >= since);
    this.#waiting.unshift(...old.map((each) => ({ ...each, refusals: 0, tries: 0, settle: null, fail: null })));
    this.#changed();
  }

  /** Somebody else is signed in now: what the other one wanted is not sent in his name. */
  #forget(): void {
    const gone = this.#waiting;
    this.#waiting = [];
    const error = new CommandError("not_signed_in", "This was not sent: somebody else is signed in now.", false);
    for (const each of gone) each.fail?.(error);
    this.#changed();
  }

  #read(): { owner: string; commands: Kept[] } | null {
    try {
      const kept: unknown = JSON.parse(this.#parts.shelf?.getItem(KEY) ?? "null");
      if (typeof kept !== "object" || kept === null) return null;
      const { owner, commands } = kept as { owner?: unknown; commands?: unknown };
      if (typeof owner !== "string" || !Array.isArray(commands)) return null;
      return { owner, commands: commands.filter(isKept) };
    } catch {
      return null;
    }
  }

  #changed(): void {
    const { shelf } = this.#parts;
    try {
      // Before the first connection it is not known whose commands these are.
      if (this.#owner !== null && this.#waiting.length === 0) shelf?.removeItem(KEY);
      else if (this.#owner !== null) {
        const commands = this.#waiting.map(({ mid, name, body, at }) => ({ mid, name, body, at }));
        shelf?.setItem(KEY, JSON.stringify({ owner: this.#owner, commands }));
      }
    } catch {
      // Full or forbidden: the command is still sent, it only does not survive a reload.
    }
    this.#parts.onChange();
  }
}

function isKept(value: unknown): value is Kept {
  if (typeof value !== "object" || value === null) return false;
  const { mid, name, at } = value as Record<string, unknown>;
  return typeof mid === "string" && typeof name === "string" && typeof at === "number";
}

function errorOf(error: unknown): CommandError {
  if (error instanceof CommandError) return error;
  const message = error instanceof Error ? error.message : "Something went wrong. Try again.";
  return new CommandError("unexpected", message, false);
}
