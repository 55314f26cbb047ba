/** Checks of the entry form. Lengths are those of the server (protocol/limits.py). */

import type { Look } from "../../core/types";
import { LOOK_CHOICES, LOOK_FIELDS, LOOK_LABELS, lookFromSeed, normaliseLook, type LookField } from "../../core/look";
import { MAX_AFFILIATION_CHARS, MAX_NAME_CHARS } from "../../net/protocol.gen";

/** Characters as people count them (code points), the way the server counts. */
export const lengthOf = (text: string): number => [...text].length;

/** One line, no doubled or leading blanks, no control characters. */
export const tidy = (text: string): string => text.replace(/[\p{Cc}\p{Zl}\p{Zp}\s]+/gu, " ").trim();

export function nameProblem(name: string): string | undefined {
  const clean = tidy(name);
  if (clean === "") return "Enter your name: others see it above your avatar.";
  if (!/[\p{L}\p{N}]/u.test(clean)) return "Use at least one letter or digit in your name.";
  if (lengthOf(clean) > MAX_NAME_CHARS)
    return `Use at most ${MAX_NAME_CHARS} characters; this name has ${lengthOf(clean)}.`;
  return undefined;
}

export function affiliationProblem(affiliation: string): string | undefined {
  const length = lengthOf(tidy(affiliation));
  if (length <= MAX_AFFILIATION_CHARS) return undefined;
  return `Use at most ${MAX_AFFILIATION_CHARS} characters; this one has ${length}.`;
}

export const toLook = (indices: readonly number[]): Look => normaliseLook(indices) as unknown as Look;

export const randomLook = (): Look => toLook(lookFromSeed(crypto.getRandomValues(new Uint32Array(1))[0] ?? 1));

/** The word of one choice: "Curls". */
export function lookWord(look: readonly number[], field: LookField): string {
  const index = normaliseLook(look)[LOOK_FIELDS.indexOf(field)] ?? 0;
  return LOOK_CHOICES[field][index]?.label ?? "";
}

/** The whole look in words, for people who do not see the preview. */
export const describeLook = (look: readonly number[]): string =>
  LOOK_FIELDS.map((field) => `${LOOK_LABELS[field]}: ${lookWord(look, field)}`).join(", ");
