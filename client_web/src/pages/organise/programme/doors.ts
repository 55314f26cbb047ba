/** What doors can be set to, in words. */

export const DOORS = [
  { value: "open", label: "Open to everybody" },
  { value: "members", label: "People with a role there" },
  { value: "invitation", label: "Invited people" },
  { value: "waiting_room", label: "One by one, from a waiting room" },
  { value: "locked", label: "Locked: who is inside may stay" },
  { value: "closed", label: "Closed: only staff" },
] as const;
