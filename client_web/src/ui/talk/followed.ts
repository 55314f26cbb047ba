/** Which session’s slides and captions a room shows. Pure. */

import type { SessionRun } from "../../net/event.gen";

export interface Followed {
  /** Key of the session, "" for none. */
  readonly session: string;
  /** Whether it is on; else it was the last one here. */
  readonly runs: boolean;
}

const RUNNING: ReadonlySet<SessionRun["phase"]> = new Set(["open", "live", "paused"]);
const NONE: Followed = { session: "", runs: false };

/** The session that is on, else the one that was live last: people read there what they have just heard. `runs`: of the room. */
export function followed(runs: ReadonlyMap<string, SessionRun>): Followed {
  let last = NONE;
  let since = -Infinity;
  for (const [session, run] of runs) {
    if (RUNNING.has(run.phase)) return { session, runs: true };
    if (run.phase === "ended" && run.live_at > 0 && run.since > since) {
      last = { session, runs: false };
      since = run.since;
    }
  }
  return last;
}
