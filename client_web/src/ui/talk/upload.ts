/** Handing in slides and notes. */

import { CommandError } from "../../net/command_error";
import { newMid } from "../../net/mid";

export const MOST_DECK_BYTES = 50_000_000;
const TRIES = 3;
const FIRST_MS = 1_000;
const LOST = "The file did not arrive. Check your connection, then try again.";

/** Why a file is not even sent, "" when it is. */
export function fileFault(file: Pick<File, "name" | "size">): string {
  if (!/\.pdf$/i.test(file.name)) return "Slides must be a PDF. Export them as PDF from your program.";
  if (file.size === 0) return "This file is empty. Choose another one.";
  if (file.size > MOST_DECK_BYTES) return "A file may have 50 MB. Make its pictures smaller when you export it.";
  return "";
}

/** As every answer of the venue that is a refusal. */
interface Refusal {
  readonly code?: string;
  readonly error?: string;
  readonly retry?: boolean;
}

function refusalOf(text: string): CommandError {
  let said: Refusal = {};
  try {
    said = JSON.parse(text) as Refusal;
  } catch {
    // A proxy's page, not an answer of the venue.
  }
  return new CommandError(said.code ?? "upload_failed", said.error ?? LOST, said.retry ?? said.code === undefined);
}

/** Of files whose fate is not known: sent again, they keep their id, and are handed in once. */
const underWay = new Map<string, string>();

export interface SendParts {
  readonly request: () => XMLHttpRequest;
  readonly wait: (ms: number) => Promise<void>;
}

const PARTS: SendParts = {
  request: () => new XMLHttpRequest(),
  wait: (ms) => new Promise((resolve) => setTimeout(resolve, ms)),
};

/**
 * The id of the new deck; tries again by itself, and whoever presses again goes on with the same upload. `progress`: 0
 * to 1 of the bytes. Rejects with a CommandError.
 */
export async function sendDeck(
  session: string,
  title: string,
  file: File,
  progress: (part: number) => void,
  parts: SendParts = PARTS,
): Promise<string> {
  const same = JSON.stringify([session, file.name, file.size, file.lastModified]);
  const mid = underWay.get(same) ?? newMid();
  underWay.set(same, mid);
  for (let tries = 1; ; tries++) {
    try {
      const deck = await sendOnce({ session, title, mid }, file, progress, parts.request());
      underWay.delete(same);
      return deck;
    } catch (error) {
      const again = error instanceof CommandError && error.retry;
      if (!again) underWay.delete(same);
      if (!again || tries === TRIES) throw error;
      await parts.wait(FIRST_MS * 2 ** (tries - 1));
    }
  }
}

function sendOnce(
  fields: Readonly<Record<string, string>>,
  file: File,
  progress: (part: number) => void,
  asked: XMLHttpRequest,
): Promise<string> {
  const form = new FormData();
  for (const [name, value] of Object.entries(fields)) form.append(name, value);
  // Last: what stands before it says whether it is taken at all.
  form.append("file", file, file.name);
  return new Promise((resolve, reject) => {
    asked.open("POST", "/api/decks");
    asked.upload.onprogress = ({ loaded, total }) => progress(total > 0 ? loaded / total : 0);
    asked.onerror = asked.onabort = () => reject(new CommandError("upload_failed", LOST, true));
    asked.onload = () => {
      if (asked.status !== 200) reject(refusalOf(asked.responseText));
      else resolve((JSON.parse(asked.responseText) as { deck: string }).deck);
    };
    asked.send(form);
  });
}

/** How many pages have notes now. Rejects with a CommandError. */
export async function sendNotes(deck: string, file: File): Promise<number> {
  let answer: Response;
  try {
    answer = await fetch(`/api/decks/${encodeURIComponent(deck)}/notes`, { method: "POST", body: file });
  } catch {
    throw new CommandError("upload_failed", LOST, true);
  }
  if (!answer.ok) throw refusalOf(await answer.text());
  return ((await answer.json()) as { pages: number[] }).pages.length;
}
