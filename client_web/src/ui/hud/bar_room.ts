/** How much of the bar of actions there is space for. */
export type BarRoom = "all" | "some" | "few";

/** Widths in rem: large text counts as a small screen. */
const ALL_REM = 62;
const SOME_REM = 48;
/** Seven buttons for fingers need this much. */
const SEVEN_REM = 24.25;

/** The stick for walking, and as much on the other side: the bar stands in the middle. */
const STICK_REM = 17.5;

/** Whether one of the seven has to make way. */
export const isTight = (widthRem: number): boolean => widthRem < SEVEN_REM;

/** "some": the panels of the event stay in the bar, the rest is under More; "few": seven buttons, as on a phone. */
export function barRoom(widthRem: number, stickBeside = false): BarRoom {
  const free = stickBeside ? widthRem - STICK_REM : widthRem;
  if (free >= ALL_REM) return "all";
  return free >= SOME_REM ? "some" : "few";
}
