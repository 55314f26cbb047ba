/** What the built-in roles are called; those that organisers made have their own titles. */

const TITLES: Readonly<Record<string, string>> = {
  attendee: "Attendee",
  speaker: "Speaker",
  chair: "Chair",
  moderator: "Moderator",
  steward: "Steward",
  captioner: "Captioner",
  interpreter: "Interpreter",
  organiser: "Organiser",
};

export const roleTitle = (role: string): string => TITLES[role] ?? role;
