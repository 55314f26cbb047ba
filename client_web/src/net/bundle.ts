/** Loads the files of the building, with progress in bytes. Their addresses hold the content's id: browsers keep them. */

import type { VenueFile } from "./http";
import { ApiError, type Fetch } from "./http";

/** The building drawn, its description, and where one can walk. */
export type BundleFile = "venue.glb" | "venue.json" | "walk.npz";

export type OnBytes = (loaded: number, total: number) => void;

/** Nothing for this long: the download is given up and tried again. */
const STALL_MS = 15_000;
const TRIES = 3;

const BROKEN = "The building could not be loaded. Check your connection and try again.";

/** Some files of the building. Rejects with an ApiError. */
export async function loadFiles<Name extends BundleFile>(
  files: Readonly<Record<string, VenueFile>>,
  names: readonly Name[],
  onBytes: OnBytes,
  fetcher: Fetch = (input, init) => fetch(input, init),
): Promise<Readonly<Record<Name, ArrayBuffer>>> {
  const loaded: Record<string, number> = {};
  const total = names.reduce((sum, name) => sum + (files[name]?.bytes ?? 0), 0);
  const contents = await Promise.all(
    names.map(async (name) => {
      const file = files[name];
      if (file === undefined) throw new ApiError("bundle", "The venue has no building to show yet.", 0, true);
      const content = await loadFile(file, fetcher, (bytes) => {
        loaded[name] = bytes;
        onBytes(
          Object.values(loaded).reduce((a, b) => a + b, 0),
          total,
        );
      });
      return [name, content] as const;
    }),
  );
  return Object.fromEntries(contents) as Record<Name, ArrayBuffer>;
}

/** The content of venue.json. */
export function parseVenue(json: ArrayBuffer): unknown {
  try {
    return JSON.parse(new TextDecoder().decode(json));
  } catch {
    throw new ApiError("bundle", "The description of the building is damaged. Reload the page.", 0, true);
  }
}

async function loadFile(file: VenueFile, fetcher: Fetch, onBytes: (bytes: number) => void): Promise<ArrayBuffer> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await download(file, fetcher, onBytes);
    } catch (error) {
      if (attempt === TRIES || (error instanceof ApiError && !error.retry)) throw error;
    }
  }
}

async function download(file: VenueFile, fetcher: Fetch, onBytes: (bytes: number) => void): Promise<ArrayBuffer> {
  const abort = new AbortController();
  let stall = setTimeout(() => abort.abort(), STALL_MS);
  try {
    const answer = await fetcher(file.url, { credentials: "same-origin", signal: abort.signal });
    if (answer.status === 404) throw new ApiError("bundle", "The venue was updated. Reload the page.", 404, false);
    if (!answer.ok || answer.body === null) throw new ApiError("bundle", BROKEN, answer.status, true);
    const out = new Collector(file.bytes);
    const reader = answer.body.getReader();
    for (;;) {
      const { done, value } = await reader.read();
      if (done) break;
      clearTimeout(stall);
      stall = setTimeout(() => abort.abort(), STALL_MS);
      out.add(value);
      onBytes(out.length);
    }
    if (out.length !== file.bytes) throw new ApiError("bundle", BROKEN, answer.status, true);
    return out.buffer();
  } catch (error) {
    throw error instanceof ApiError ? error : new ApiError("bundle", BROKEN, 0, true);
  } finally {
    clearTimeout(stall);
  }
}

/** Bytes into a buffer of the announced size (Content-Length counts compressed bytes: it says nothing here). */
class Collector {
  length = 0;
  readonly #bytes: Uint8Array<ArrayBuffer>;

  constructor(size: number) {
    this.#bytes = new Uint8Array(size);
  }

  add(chunk: Uint8Array): void {
    if (this.length + chunk.byteLength > this.#bytes.byteLength) throw new ApiError("bundle", BROKEN, 0, true);
    this.#bytes.set(chunk, this.length);
    this.length += chunk.byteLength;
  }

  buffer(): ArrayBuffer {
    return this.#bytes.buffer;
  }
}
