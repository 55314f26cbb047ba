/**
 * The small part of Markdown that organisers' texts may use, as a tree: paragraphs, headings, lists, strong, emphasis,
 * code and links. A tree, not HTML: whatever looks like markup stays text, so nothing that people write can run.
 */

export type Inline =
  | { readonly kind: "text"; readonly text: string }
  | { readonly kind: "code"; readonly text: string }
  | { readonly kind: "strong"; readonly parts: readonly Inline[] }
  | { readonly kind: "em"; readonly parts: readonly Inline[] }
  | { readonly kind: "link"; readonly href: string; readonly parts: readonly Inline[] };

export type Part =
  | { readonly kind: "paragraph"; readonly lines: readonly (readonly Inline[])[] }
  | { readonly kind: "heading"; readonly parts: readonly Inline[] }
  | { readonly kind: "list"; readonly ordered: boolean; readonly items: readonly (readonly Inline[])[] };

const BULLET = /^\s{0,3}[-*+]\s+(.*)$/;
const NUMBER = /^\s{0,3}\d{1,3}[.)]\s+(.*)$/;
const HEADING = /^#{1,6}\s+(.*?)\s*#*$/;

export function parse(text: string): readonly Part[] {
  const parts: Part[] = [];
  for (const block of text.replace(/\r\n?/g, "\n").split(/\n[ \t]*\n+/)) readBlock(block, parts);
  return parts;
}

/** Lines of one kind that follow each other belong together: lists need no empty line before them. */
function readBlock(block: string, parts: Part[]): void {
  let lines: string[] = [];
  const flush = (): void => {
    if (lines.length > 0) parts.push({ kind: "paragraph", lines: lines.map((line) => inline(line)) });
    lines = [];
  };
  let list: { kind: "list"; ordered: boolean; items: (readonly Inline[])[] } | null = null;
  for (const line of block.split("\n")) {
    if (line.trim() === "") continue;
    const heading = HEADING.exec(line);
    const item = BULLET.exec(line) ?? NUMBER.exec(line);
    if (heading === null && item === null) {
      list = null;
      lines.push(line.trim());
      continue;
    }
    flush();
    if (heading !== null) {
      list = null;
      parts.push({ kind: "heading", parts: inline(heading[1]!) });
      continue;
    }
    const ordered = !BULLET.test(line);
    if (list === null || list.ordered !== ordered) parts.push((list = { kind: "list", ordered, items: [] }));
    list.items.push(inline(item![1]!));
  }
  flush();
}

const INLINE =
  /`([^`\n]+)`|\[([^\]\n]{1,300})\]\(([^()\s]{1,2000})\)|\*\*(?=\S)([^\n]+?)\*\*|(?<![\w*])[*_](?=\S)([^*_\n]+?)[*_](?![\w*])|<?((?:https?:\/\/|mailto:)[^\s<>()]+[^\s<>().,;:!?'"”])>?/g;

/** One line. `inLink`: a link holds no other link. */
function inline(text: string, inLink = false): readonly Inline[] {
  const out: Inline[] = [];
  let from = 0;
  for (const found of text.matchAll(INLINE)) {
    const made = read(found, inLink);
    if (made === null) continue;
    if (found.index > from) out.push({ kind: "text", text: text.slice(from, found.index) });
    out.push(made);
    from = found.index + found[0].length;
  }
  if (from < text.length) out.push({ kind: "text", text: text.slice(from) });
  return out;
}

function read(found: RegExpMatchArray, inLink: boolean): Inline | null {
  const [, code, words, target, strong, em, bare] = found;
  if (code !== undefined) return { kind: "code", text: code };
  if (strong !== undefined) return { kind: "strong", parts: inline(strong, inLink) };
  if (em !== undefined) return { kind: "em", parts: inline(em, inLink) };
  const href = safeLink(target ?? bare ?? "");
  if (href === null || inLink) return null;
  return {
    kind: "link",
    href,
    parts: words !== undefined ? inline(words, true) : [{ kind: "text", text: (bare ?? "").replace(/^mailto:/i, "") }],
  };
}

/** The address if a click on it is safe: web, mail, phone, or a page of this site; else null. */
export function safeLink(href: string): string | null {
  if (/^(https?:\/\/[^\s/]|mailto:[^\s]+@|tel:[+\d])/i.test(href)) return href;
  if (/^[/#](?![/\\])/.test(href) || href === "/") return href;
  return null;
}
