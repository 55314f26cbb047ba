/** A session's transcript as a file: page after page from the server, then into the browser's downloads. */

import type { VenueBackbone } from "../../net/backbone";

export type TranscriptFormat = "vtt" | "text";

const ENDINGS = { vtt: "vtt", text: "txt" } as const;
const TYPES = { vtt: "text/vtt", text: "text/plain" } as const;
/** More pages than any session has: a server that never ends must not fill the memory. */
const MOST_PAGES = 100;

/** The whole transcript; "" where nothing was written. Rejects with a CommandError. */
export async function wholeTranscript(
  backbone: Pick<VenueBackbone, "ask">,
  session: string,
  format: TranscriptFormat,
): Promise<string> {
  let [text, first] = ["", 0];
  for (let page = 0; page < MOST_PAGES; page++) {
    const answer = await backbone.ask("captions.transcript", { session, format, first });
    if (answer.lines === 0) return "";
    text += answer.text;
    if (answer.next === 0) break;
    first = answer.next;
  }
  return text;
}

export function fileName(title: string, format: TranscriptFormat): string {
  const plain = title.replace(/[^\p{L}\p{N}]+/gu, "-").replace(/^-+|-+$/g, "");
  return `${plain.slice(0, 60) || "captions"}.${ENDINGS[format]}`;
}

export function download(name: string, text: string, format: TranscriptFormat): void {
  const address = URL.createObjectURL(new Blob([text], { type: `${TYPES[format]};charset=utf-8` }));
  const link = document.createElement("a");
  [link.href, link.download] = [address, name];
  link.click();
  setTimeout(() => URL.revokeObjectURL(address), 10_000);
}
