/** Who goes on air when, as the button says it; the server decides. Pure. */

export interface AirRule {
  readonly may: boolean;
  /** Why not yet, "" when one may. */
  readonly why: string;
}

export function airRule(at: {
  readonly phase: string;
  readonly rule: "timetable" | "chair";
  readonly called: boolean;
  readonly directs: boolean;
}): AirRule {
  if (at.phase === "paused") return { may: false, why: "The session is paused. You can go on air when it goes on." };
  if (at.phase !== "live")
    return {
      may: false,
      why:
        at.phase === "open"
          ? "The doors are open, the session is not live yet. Try everything out meanwhile: nobody sees it."
          : "The session is not on yet. Try everything out meanwhile: nobody sees it.",
    };
  if (at.rule === "chair" && !at.called && !at.directs)
    return { may: false, why: "The chair calls speakers on stage. Be ready: you are told when it is your turn." };
  return { may: true, why: "" };
}
