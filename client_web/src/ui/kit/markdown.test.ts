import { describe, expect, it } from "vitest";
import { type Inline, parse, safeLink } from "./markdown";

function show(part: Inline): string {
  switch (part.kind) {
    case "text":
      return part.text;
    case "code":
      return `{${part.text}}`;
    case "link":
      return `[${part.href}|${part.parts.map(show).join("")}]`;
    default:
      return `<${part.kind} ${part.parts.map(show).join("")}>`;
  }
}
const line = (text: string): string => {
  const [first] = parse(text);
  return first?.kind === "paragraph" ? first.lines[0]!.map(show).join("") : `not a paragraph: ${first?.kind}`;
};

describe("blocks", () => {
  it("knows paragraphs, their lines, headings and lists, also without empty lines between", () => {
    const parts = parse("# One\nA\nB\n\n- x\n- y\n1. z\nafter");
    expect(parts.map((part) => part.kind)).toEqual(["heading", "paragraph", "list", "list", "paragraph"]);
    expect(parts[1]).toMatchObject({ lines: [[{ text: "A" }], [{ text: "B" }]] });
    expect(parts[2]).toMatchObject({ ordered: false, items: [[{ text: "x" }], [{ text: "y" }]] });
    expect(parts[3]).toMatchObject({ ordered: true });
  });
  it("makes nothing of nothing", () => {
    expect(parse("")).toEqual([]);
    expect(parse(" \n\n\t\n")).toEqual([]);
  });
});

describe("inside a line", () => {
  it("knows strong, emphasis, code and links", () => {
    expect(line("a **b *c*** d")).toContain("strong");
    expect(line("**bold** and *em* and `x < y`")).toBe("<strong bold> and <em em> and {x < y}");
    expect(line("see [the **page**](/event).")).toBe("see [/event|the <strong page>].");
    expect(line("write to mailto:a@b.example, or see https://b.example/x?y=1.")).toBe(
      "write to [mailto:a@b.example|a@b.example], or see [https://b.example/x?y=1|https://b.example/x?y=1].",
    );
  });
  it("leaves stars and underscores in words alone", () => {
    expect(line("2 * 3 * 4 and snake_case_name")).toBe("2 * 3 * 4 and snake_case_name");
  });
  it.each([
    "javascript:alert(1)",
    "JAVASCRIPT:x",
    "data:text/html,x",
    "//evil.example",
    "/\\evil.example",
    "vbscript:x",
    "",
  ])("makes no link of %j", (href) => {
    expect(safeLink(href)).toBeNull();
    expect(line(`[x](${href || "()"})`)).not.toContain("|");
  });
  it("keeps markup of HTML as text", () => {
    expect(line('<img src=x onerror="alert(1)"> <b>x</b>')).toBe('<img src=x onerror="alert(1)"> <b>x</b>');
  });
});

it("reads hostile texts in time", () => {
  const start = performance.now();
  for (const text of [
    "*".repeat(20_000),
    "[".repeat(20_000),
    "**a ".repeat(5_000),
    "`".repeat(9_999),
    "_a".repeat(10_000),
  ])
    parse(text);
  expect(performance.now() - start).toBeLessThan(3_000);
});
