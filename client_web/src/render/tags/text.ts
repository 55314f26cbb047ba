/** Words of a name tag: cleaned and cut so that they fit, whatever the script. Pure. */

/** Controls and marks that turn the direction of text round: they could make a name read as somebody else's. */
// eslint-disable-next-line no-control-regex
const UNSAFE = /[\u0000-\u001f\u007f-\u009f\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff]/g;
const RTL = /[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufeff]/;
const LETTER = /\p{L}/u;

export function cleanText(text: string): string {
  return text.replace(UNSAFE, "").replace(/\s+/g, " ").trim();
}

/** Direction of the first letter: what the name as a whole is read in. */
export function directionOf(text: string): "ltr" | "rtl" {
  for (const char of text) if (LETTER.test(char)) return RTL.test(char) ? "rtl" : "ltr";
  return "ltr";
}

const segmenter = typeof Intl !== "undefined" && "Segmenter" in Intl ? new Intl.Segmenter() : null;

/** What a reader takes for one character: a letter with its marks, a whole emoji. */
export function graphemes(text: string): string[] {
  return segmenter ? Array.from(segmenter.segment(text), (part) => part.segment) : Array.from(text);
}

/** The longest beginning that fits `width`, with an ellipsis when something was cut. */
export function fitText(text: string, width: number, measure: (text: string) => number): string {
  if (measure(text) <= width) return text;
  const parts = graphemes(text);
  let low = 0;
  let high = parts.length;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if (measure(`${parts.slice(0, middle).join("").trimEnd()}…`) <= width) low = middle;
    else high = middle - 1;
  }
  return `${parts.slice(0, low).join("").trimEnd()}…`;
}
