/** What must not be: who may import what, kept true. */

import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";

const SRC = join(import.meta.dirname, "../src");

interface Source {
  readonly name: string;
  readonly text: string;
  readonly imports: readonly string[];
}

const sources: Source[] = readdirSync(SRC, { recursive: true, encoding: "utf8" })
  .filter((name) => /\.(ts|svelte)$/.test(name) && !/\.test\.ts$/.test(name))
  .map((name) => {
    const text = readFileSync(join(SRC, name), "utf8");
    const imports = [...text.matchAll(/(?:from|import)\s*\(?\s*"([^"]+)"/g)].map((match) => match[1]!);
    return { name, text, imports };
  });

const inside = (folder: string): Source[] => sources.filter(({ name }) => name.startsWith(`${folder}/`));
/** Modules that only others of their kind, or an import() when they are needed, may load. */
const LATER = /(^|\/)(render|media)($|\/)|net\/(line|socket|media_line)$/;
const users = (module: RegExp): string[] =>
  sources.filter(({ imports }) => imports.some((path) => module.test(path))).map(({ name }) => name);

describe("architecture of the client", () => {
  it("sees the sources", () => {
    expect(inside("core").length).toBeGreaterThan(20);
    expect(users(/^\.\/clock$|core\/clock$/).length).toBeGreaterThan(3);
  });

  it("keeps core pure: its own files, the protocol and the shape of the backbone only, no browser page, no clock, no chance", () => {
    for (const { name, text, imports } of inside("core")) {
      const foreign = imports.filter(
        (path) =>
          !/^\.{1,2}\/[a-z_]+$/.test(path) &&
          !/^\.\.\/(\.\.\/)?net\/((protocol|event|media)\.gen|backbone|command_error)$/.test(path),
      );
      expect({ name, foreign }).toEqual({ name, foreign: [] });
      const impure = text.match(
        /\b(window|document|navigator|performance|Date\.now|Math\.random|setTimeout|fetch)\b\.?\(?/g,
      );
      const code = (impure ?? []).filter((word) => /[.(]$/.test(word));
      expect({ name, code }).toEqual({ name, code: [] });
    }
  });

  it("lets one file know socket.io, and only the renderer know three.js", () => {
    expect(users(/^socket\.io/).sort()).toEqual(["net/line.ts"]);
    expect(users(/^three/).every((name) => name.startsWith("render/"))).toBe(true);
  });

  it("loads the renderer, socket.io and what sound and pictures need later than the entry page", () => {
    const later = /^(render|media)\/|^net\/(line|socket|media_line)\.ts$/;
    const eager = sources.filter(({ name }) => !later.test(name) || name === "media/access.ts");
    for (const { name, text } of eager) {
      const values = [...text.matchAll(/^import (?!type )[^;]*?from "([^"]+)"/gm)].map((match) => match[1]!);
      const heavy = values.filter((path) => LATER.test(path) && !path.endsWith("media/access"));
      expect({ name, heavy }).toEqual({ name, heavy: [] });
    }
  });

  it("names no outside host", () => {
    for (const { name, text } of sources) {
      const hosts = (text.match(/\b(?:https?|wss?):\/\/[a-z0-9.-]+/gi) ?? []).filter(
        (url) => !/www\.w3\.org/.test(url),
      );
      expect({ name, hosts }).toEqual({ name, hosts: [] });
    }
  });
});
