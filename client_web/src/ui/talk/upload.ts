/** Handing in slides and notes. */

import { CommandError } from "../../net/command_error";

export const MOST_DECK_BYTES = 50_000_000;
const LOST = "The file did not arrive. Check your connection, then try again.";

/** Why a file is not even sent, "" when it is. */
export function fileFault(file: Pick<File, "name" | "size">): string {
  if (!/\.pdf$/i.test(file.name)) return "Slides must be a PDF. Export them as PDF from your program.";
  if (file.size === 0) return "This file is empty. Choose another one.";
  if (file.size > MOST_DECK_BYTES) return "A file may have 50 MB. Make its pictures smaller when you export it.";
  return "";
}

interface Refusal {
  readonly code?: string;
  readonly message?: string;
}

function refusalOf(text: string): CommandError {
  let said: Refusal = {};
  try {
    const parsed = JSON.parse(text) as Refusal & { readonly error?: Refusal };
    said = parsed.error ?? parsed;
  } catch {
    // A proxy's page, not an answer of the venue.
  }
  return new CommandError(said.code ?? "upload_failed", said.message ?? LOST, false);
}

/** The id of the new deck. `progress`: 0 to 1 of the bytes. Rejects with a CommandError. */
export function sendDeck(
  session: string,
  title: string,
  file: File,
  progress: (part: number) => void,
  request: () => XMLHttpRequest = () => new XMLHttpRequest(),
): Promise<string> {
  const form = new FormData();
  form.append("session", session);
  form.append("title", title);
  // Last: what stands before it says whether it is taken at all.
  form.append("file", file, file.name);
  return new Promise((resolve, reject) => {
    const asked = request();
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
