import { expect, it } from "vitest";
import { type BundleFile, loadFiles, parseVenue } from "./bundle";
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

const ALL: readonly BundleFile[] = ["venue.glb", "venue.json", "walk.npz"];

it("loads the files that are asked for and counts bytes", async () => {
  const seen: [number, number][] = [];
  const bundle = await loadFiles(files(), ALL, (loaded, total) => seen.push([loaded, total]), serve as typeof fetch);
  expect(bundle["venue.glb"].byteLength).toBe(1000);
  expect(bundle["walk.npz"].byteLength).toBe(50);
  expect(parseVenue(bundle["venue.json"])).toEqual({ id: "small" });
  expect(seen.at(-1)).toEqual([1064, 1064]);
  for (let i = 1; i < seen.length; i++) expect(seen[i]![0]).toBeGreaterThanOrEqual(seen[i - 1]![0]);
});

it("says reload when the building was changed meanwhile, without trying again", async () => {
  const gone = files({ "walk.npz": { url: "/v/gone", bytes: 50 } });
  await expect(loadFiles(gone, ALL, () => undefined, serve as typeof fetch)).rejects.toMatchObject({
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
  expect((await loadFiles(files(), ALL, () => undefined, flaky as typeof fetch))["walk.npz"].byteLength).toBe(50);
  expect(calls).toBe(3);
  const cut = files({ "venue.glb": { url: "/v/venue.glb", bytes: 2000 } });
  await expect(loadFiles(cut, ALL, () => undefined, serve as typeof fetch)).rejects.toMatchObject({ code: "bundle" });
});

it("refuses more bytes than announced, missing files and damaged descriptions", async () => {
  const long = files({ "venue.glb": { url: "/v/venue.glb", bytes: 10 } });
  await expect(loadFiles(long, ALL, () => undefined, serve as typeof fetch)).rejects.toMatchObject({ code: "bundle" });
  const { "venue.glb": _gone, ...rest } = files();
  await expect(loadFiles(rest, ALL, () => undefined, serve as typeof fetch)).rejects.toMatchObject({ code: "bundle" });
  expect(() => parseVenue(new Uint8Array(50).buffer)).toThrow("damaged");
});

it("leaves what the flat view does not need", async () => {
  const seen: [number, number][] = [];
  const bundle = await loadFiles(
    files(),
    ["venue.json", "walk.npz"],
    (loaded, total) => seen.push([loaded, total]),
    serve as typeof fetch,
  );
  expect(Object.keys(bundle)).toEqual(["venue.json", "walk.npz"]);
  expect(seen.at(-1)).toEqual([64, 64]);
});
