import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { brotliCompressSync, constants, gzipSync } from "node:zlib";
import { svelte } from "@sveltejs/vite-plugin-svelte";
import type { Plugin } from "vite";
import { defineConfig } from "vitest/config";

const COMPRESSIBLE = /\.(js|css|html|svg|json|map)$/;

/** Writes FILE.gz and FILE.br beside each text file of the build: the server only picks one by Accept-Encoding. */
function precompress(): Plugin {
  let folder = "";
  return {
    name: "turia-precompress",
    apply: "build",
    configResolved(config) {
      folder = resolve(config.root, config.build.outDir);
    },
    closeBundle() {
      for (const name of readdirSync(folder, { recursive: true, encoding: "utf8" })) {
        if (!COMPRESSIBLE.test(name)) continue;
        const path = join(folder, name);
        const content = readFileSync(path);
        writeFileSync(`${path}.gz`, gzipSync(content, { level: 9 }));
        const size = { [constants.BROTLI_PARAM_SIZE_HINT]: content.length };
        writeFileSync(`${path}.br`, brotliCompressSync(content, { params: size }));
      }
    },
  };
}

interface Graph {
  getModuleInfo(id: string): { importedIds: readonly string[]; dynamicallyImportedIds: readonly string[] } | null;
}

/** Everything that is loaded with a module; `later`: also what it may load later. */
function reached(graph: Graph, from: string, later: boolean): Set<string> {
  const seen = new Set([from]);
  for (const id of seen) {
    const info = graph.getModuleInfo(id);
    for (const next of [...(info?.importedIds ?? []), ...(later ? (info?.dynamicallyImportedIds ?? []) : [])])
      seen.add(next);
  }
  return seen;
}

const graphs = new WeakMap<Graph, Set<string>>();

/**
 * One chunk for what the 3D entry loads at once and the pages use too: left to itself the bundler makes one of each
 * module, and the entry would wait for twenty requests instead of four.
 */
function shared(id: string, graph: Graph): string | null {
  let both = graphs.get(graph);
  if (both === undefined) {
    const entry = reached(graph, join(import.meta.dirname, "src/app/main.ts"), false);
    const pages = reached(graph, join(import.meta.dirname, "src/pages/start.ts"), true);
    both = new Set([...entry].filter((each) => pages.has(each)));
    graphs.set(graph, both);
  }
  return both.has(id) ? "shared" : null;
}

const SERVER = process.env["TURIA_URL"] ?? "http://127.0.0.1:8000";

export default defineConfig(({ mode }) => ({
  plugins: [svelte(), precompress()],
  // Components mount in tests too: take Svelte's browser build there.
  resolve: mode === "test" ? { conditions: ["browser"] } : {},
  build: {
    outDir: "dist",
    emptyOutDir: true,
    target: "es2022",
    chunkSizeWarningLimit: 800,
    // Nothing is inlined as data URLs: the content security policy stays simple.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    // Two documents: the 3D entry loads nothing of the pages, and the pages nothing of the 3D.
    rolldownOptions: {
      input: { index: "index.html", pages: "pages.html" },
      output: {
        codeSplitting: { groups: [{ name: shared, debugName: "shared", includeDependenciesRecursively: false }] },
      },
    },
  },
  server: {
    proxy: {
      "/api": SERVER,
      "/venue": SERVER,
      "/socket.io": { target: SERVER, ws: true },
      "/media.io": { target: SERVER, ws: true },
    },
  },
  test: {
    include: ["src/**/*.test.ts", "test/**/*.test.ts"],
    environment: "node",
    maxWorkers: 1,
  },
}));
