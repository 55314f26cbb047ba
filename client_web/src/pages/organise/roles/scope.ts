/** Where and when a role holds, in words. Pure. */

import type { Room, Scope, Session } from "../../../net/event.gen";
import { clockTime, shortDay } from "../../../ui/kit/zone";

type Things = { readonly rooms: ReadonlyMap<string, Room>; readonly sessions: ReadonlyMap<string, Session> };

export function scopeWords(scope: Scope, { rooms, sessions }: Things): string {
  if (scope.session) return `session “${sessions.get(scope.session)?.title ?? "that is gone"}”`;
  if (scope.room) return rooms.get(scope.room)?.title ?? "a room that is gone";
  return "whole event";
}

/** "always", "from …", "until …", "from … until …"; milliseconds UTC, 0 is open. */
export function windowWords(since: number, until: number, zone: string): string {
  const time = (at: number): string => `${shortDay(at, zone)}, ${clockTime(at, zone)}`;
  if (since === 0 && until === 0) return "always";
  return [since > 0 ? `from ${time(since)}` : "", until > 0 ? `until ${time(until)}` : ""].filter(Boolean).join(" ");
}

/** A scope as one value of a select, and back: "", "room/plenary", "session/opening". */
export function scopeKey({ room, session }: Scope): string {
  return session ? `session/${session}` : room ? `room/${room}` : "";
}

export function scopeOf(key: string, sessions: ReadonlyMap<string, Session>): Scope {
  const [kind, ...rest] = key.split("/");
  const name = rest.join("/");
  if (kind === "room") return { room: name, session: "" };
  if (kind === "session") return { room: sessions.get(name)?.room ?? "", session: name };
  return { room: "", session: "" };
}
