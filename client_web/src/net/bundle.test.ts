import { expect, it } from "vitest";
import { loadBundle } from "./bundle";
import type { VenueFile } from "./http";

const CONTENT: Record<string, Uint8Array<ArrayBuffer>> = {
  "/v/venue.glb": new Uint8Array(1000).fill(7),
  "/v/venue.json": new TextEncoder().encode('{"id":"small"}'),
  "/v/walk.npz": new Uint8Array(50),
};

const files = (more: Record<string, VenueFile> = {}): Record<string, VenueFile> => ({
  "venue.glb": { url: "/v/venue.glb", bytes: 1000 },
  "venue.json": { url: "/v/venue.json", bytes: 14 },
  "walk.npz": { url: "/v/walk.npz", bytes: 50 },
  ...more,
});

const serve = async (url: unknown): Promise<Response> => {
  const content = CONTENT[String(url)];
  return content === undefined ? new Response("", { status: 404 }) : new Response(content);
};

it("loads the three files and counts bytes", async () => {
  const seen: [number, number][] = [];
  const bundle = await loadBundle(files(), (loaded, total) => seen.push([loaded, total]), serve as typeof fetch);
  expect(bundle.glb.byteLength).toBe(1000);
  expect(bundle.walk.byteLength).toBe(50);
  expect(bundle.venue).toEqual({ id: "small" });
  expect(seen.at(-1)).toEqual([1064, 1064]);
  for (let i = 1; i < seen.length; i++) expect(seen[i]![0]).toBeGreaterThanOrEqual(seen[i - 1]![0]);
});

it("says reload when the building was changed meanwhile, without trying again", async () => {
  const gone = files({ "walk.npz": { url: "/v/gone", bytes: 50 } });
  await expect(loadBundle(gone, () => undefined, serve as typeof fetch)).rejects.toMatchObject({
    message: "The venue was updated. Reload the page.",
    retry: false,
  });
});

it("tries again, then gives up with a sentence", async () => {
  let calls = 0;
  const flaky = async (url: unknown): Promise<Response> => {
    if (String(url) === "/v/walk.npz" && ++calls < 3) throw new TypeError("network");
    return serve(url);
  };
  expect((await loadBundle(files(), () => undefined, flaky as typeof fetch)).walk.byteLength).toBe(50);
  expect(calls).toBe(3);
  const cut = files({ "venue.glb": { url: "/v/venue.glb", bytes: 2000 } });
  await expect(loadBundle(cut, () => undefined, serve as typeof fetch)).rejects.toMatchObject({ code: "bundle" });
});

it("refuses more bytes than announced, missing files and damaged descriptions", async () => {
  const long = files({ "venue.glb": { url: "/v/venue.glb", bytes: 10 } });
  await expect(loadBundle(long, () => undefined, serve as typeof fetch)).rejects.toMatchObject({ code: "bundle" });
  const { "venue.glb": _gone, ...rest } = files();
  await expect(loadBundle(rest, () => undefined, serve as typeof fetch)).rejects.toMatchObject({ code: "bundle" });
  const bent = files({ "venue.json": { url: "/v/walk.npz", bytes: 50 } });
  await expect(loadBundle(bent, () => undefined, serve as typeof fetch)).rejects.toMatchObject({ code: "bundle" });
});
