/** The signed badge of a person as a word: on name plates and in lists alike. */

const WORDS: Readonly<Record<string, string>> = {
  speaker: "Speaker",
  staff: "Staff",
  moderator: "Moderator",
  chair: "Chair",
  steward: "Steward",
};

/** In sentence case; "" without a badge. */
export function badgeText(badge: string): string {
  return WORDS[badge] ?? (badge === "" ? "" : badge.charAt(0).toUpperCase() + badge.slice(1));
}
