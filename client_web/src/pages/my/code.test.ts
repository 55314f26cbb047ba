import { expect, it } from "vitest";
import { tidyCode, tokenOf } from "./code";

it("takes codes as people type them", () => {
  expect(tidyCode(" ab3d-ef 9h ")).toBe("AB3DEF9H");
  expect(tidyCode("–—!")).toBe("");
});

it("takes a token from the fragment and nothing else", () => {
  expect(tokenOf("#abcDEF0123456789_-x")).toBe("abcDEF0123456789_-x");
  for (const hash of ["", "#", "#main", "#<script>alert(1)</script>", `#${"x".repeat(600)}`])
    expect(tokenOf(hash)).toBe("");
});
