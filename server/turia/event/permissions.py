"""Permissions, scopes, and the one function that says whether somebody may do something. Pure. Fails closed.

A grant gives a person a role in a scope (the event, a room, a session) for a time. A role is a set of permissions:
built in (:mod:`turia.event.roles`) or made by an organiser. A scope holds everything below it: event, room, session.
"""

from __future__ import annotations

from typing import ClassVar, Final

import msgspec

from turia.event import people, roles
from turia.event.entries import EVENT_STAFF, SYSTEM, Value
from turia.event.roles import Permission
from turia.event.state import State

__all__ = ["EVENT_SCOPE", "Grant", "Permission", "Scope", "permits"]


class Scope(msgspec.Struct, frozen=True, omit_defaults=True):
    """Where: the whole event (both empty), a room, or a session in a room."""

    room: str = ""
    session: str = ""

    def holds(self, other: Scope) -> bool:
        """Whether ``other`` lies in this scope."""
        if self.session:
            return self.session == other.session
        return not self.room or self.room == other.room


EVENT_SCOPE: Final = Scope()


class Grant(Value, frozen=True):
    """A role for a person. Stream EVENT_STAFF, key: any id. ``since``, ``until``: milliseconds UTC on the event's
    clock; 0 is open."""

    kind: ClassVar[str] = "grant"
    person: str
    role: str
    scope: Scope = EVENT_SCOPE
    since: int = 0
    until: int = 0

    def in_force(self, event_at: int) -> bool:
        """Whether it holds at this time."""
        return self.since <= event_at and (not self.until or event_at < self.until)


class Grants:
    """View: the grants of each person."""

    def __init__(self) -> None:
        self._of: dict[str, dict[str, Grant]] = {}

    def changed(self, stream: str, key: str, old: Value | None, new: Value | None) -> None:
        """See :class:`turia.event.state.View`."""
        if stream != EVENT_STAFF:
            return
        if isinstance(old, Grant):
            self._of.get(old.person, {}).pop(key, None)
        if isinstance(new, Grant):
            self._of.setdefault(new.person, {})[key] = new

    def of(self, person: str) -> list[Grant]:
        """All grants of a person, in force or not."""
        return list(self._of.get(person, {}).values())


def permits(
    state: State, person: str, permission: Permission, scope: Scope, event_at: int, *, guest: bool = False
) -> bool:
    """Whether the person has the permission in the scope at this time (milliseconds UTC of the event's clock).

    ``guest``: somebody who entered without registration; he has what an attendee has.
    """
    if person == SYSTEM or permission is Permission.ANYBODY:
        return True
    if permission is Permission.NOBODY or not person:
        return False
    if permission in roles.BUILT_IN[people.standing_role(state, person, guest=guest)]:
        return True
    return any(
        permission in roles.permissions_of(state, grant.role)
        for grant in state.view(Grants).of(person)
        if grant.in_force(event_at) and grant.scope.holds(scope)
    )
