/** Which page a key or a clicker leads to. Pure. */

export type Turn = { readonly page: number } | "black" | null;

/** `typing`: the key goes to a field. Clickers send Page Up and Page Down, some B and the point. */
export function turnOf(key: string, page: number, pages: number, typing: boolean): Turn {
  if (typing) return null;
  const to = (wanted: number): Turn => ({ page: Math.max(1, Math.min(Math.max(1, pages), wanted)) });
  switch (key) {
    case "ArrowRight":
    case "ArrowDown":
    case "PageDown":
      return to(page + 1);
    case "ArrowLeft":
    case "ArrowUp":
    case "PageUp":
      return to(page - 1);
    case "Home":
      return to(1);
    case "End":
      return to(pages);
    case "b":
    case "B":
    case ".":
      return "black";
    default:
      return null;
  }
}
