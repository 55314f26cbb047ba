/** How much of the bar of actions there is space for. */
export type BarRoom = "all" | "some" | "few";

/** Widths in rem: large text counts as a small screen. */
const ALL_REM = 62;
const SOME_REM = 48;

/** "some": the panels of the event stay in the bar, the rest is under More; "few": six buttons, as on a phone. */
export function barRoom(widthRem: number): BarRoom {
  if (widthRem >= ALL_REM) return "all";
  return widthRem >= SOME_REM ? "some" : "few";
}
