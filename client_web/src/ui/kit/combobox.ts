/** Finding one of many options by what people type: without accents, by the beginnings of words first. */

export interface Option<T extends string = string> {
  readonly value: T;
  readonly label: string;
  /** Other words that find it: codes, former names. */
  readonly words?: string;
  /** A second line. */
  readonly note?: string;
}

/** Lower case, without accents and punctuation: "Côte d'Ivoire" is found by "cote d ivoire". */
export function plain(text: string): string {
  return text
    .normalize("NFD")
    .replace(/\p{M}/gu, "")
    .toLowerCase()
    .replace(/[^\p{L}\p{N}]+/gu, " ")
    .trim();
}

function rank(option: Option, wanted: string): number {
  const label = plain(option.label);
  if (label.startsWith(wanted)) return 0;
  if (` ${label}`.includes(` ${wanted}`)) return 1;
  const words = plain(option.words ?? "");
  if (` ${words}`.includes(` ${wanted}`)) return 2;
  return label.includes(wanted) ? 3 : -1;
}

/** The options that fit, best first and otherwise in their order; all for an empty text. */
export function found<T extends string>(options: readonly Option<T>[], text: string): readonly Option<T>[] {
  const wanted = plain(text);
  if (wanted === "") return options;
  return options
    .map((option, at) => ({ option, at, rank: rank(option, wanted) }))
    .filter((each) => each.rank >= 0)
    .sort((a, b) => a.rank - b.rank || a.at - b.at)
    .map((each) => each.option);
}
