/** Who writes captions: by a role in the event, the room or the session. Pure. */

import type { Allowed } from "../../net/event.gen";

export function mayWrite(allowed: readonly Allowed[], room: string, session: string): boolean {
  const scopes = allowed.find(({ permission }) => permission === "captions.write")?.scopes ?? [];
  return scopes.some((scope) => (scope.session ? scope.session === session : !scope.room || scope.room === room));
}
