/** How much of the bar of actions there is space for: one row, at every width. */
export type BarRoom = "all" | "some" | "few";

/** Widths in rem that a bar needs, its words at their longest: large text counts as a small screen. */
interface Needs {
  readonly all: number;
  readonly some: number;
  /** Seven buttons for fingers. */
  readonly seven: number;
}

/** Of the view in 3D, with the space beside it. */
export const PICTURE_BAR: Needs = { all: 69, some: 54, seven: 24.25 };
/** Of the flat view, which goes from edge to edge. */
export const FLAT_BAR: Needs = { all: 69, some: 52, seven: 22 };

/** The stick for walking, and as much on the other side: the bar stands in the middle. */
const STICK_REM = 17.5;

/** Whether one of the seven has to make way. */
export const isTight = (widthRem: number, { seven }: Needs = PICTURE_BAR): boolean => widthRem < seven;

interface Options extends Partial<Needs> {
  readonly stickBeside?: boolean;
}

/** "some": the panels of the event stay in the bar, the rest is under More; "few": seven buttons, as on a phone. */
export function barRoom(widthRem: number, { stickBeside = false, ...needs }: Options = {}): BarRoom {
  const { all, some } = { ...PICTURE_BAR, ...needs };
  const free = stickBeside ? widthRem - STICK_REM : widthRem;
  if (free >= all) return "all";
  return free >= some ? "some" : "few";
}
