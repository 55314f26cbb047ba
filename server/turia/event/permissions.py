"""Permissions, scopes, and the one function that says whether somebody may do something. Pure. Fails closed.

A grant gives a person a role in a scope (the event, a room, a session) for a time. A role is a set of permissions:
built in (:mod:`turia.event.roles`) or made by an organiser. A scope holds everything below it: event, room, session.
Grants are nothing without a registration that may enter: who was declined or withdrew has lost them.
"""

from __future__ import annotations

from collections.abc import Iterator

from turia.event import grants, people, roles
from turia.event.entries import EVENT, SYSTEM
from turia.event.grants import Grant, Grants
from turia.event.programme import Session
from turia.event.roles import Permission
from turia.event.scopes import EVENT_SCOPE, Scope
from turia.event.state import State

__all__ = ["EVENT_SCOPE", "Grant", "Grants", "Permission", "Scope", "covers", "in_force", "permits"]


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
        permission in roles.permissions_of(state, grant.role) and covers(state, grant, permission, scope, event_at)
        for grant in in_force(state, person, event_at, guest=guest)
    )


def in_force(state: State, person: str, event_at: int, *, guest: bool = False) -> Iterator[Grant]:
    """Grants of a person that hold now, given or from the programme; none for people who may not enter."""
    if people.standing_role(state, person, guest=guest) == "attendee":
        yield from (grant for grant in grants.all_of(state, person) if grant.in_force(event_at))


def covers(state: State, grant: Grant, permission: Permission, scope: Scope, event_at: int) -> bool:
    """Whether what a grant gives reaches into a scope.

    Whoever works in a session works in its room while the session's people are in (its time and the lead); and rooms of
    the staff are open to whoever works anywhere.
    """
    if grant.scope.holds(scope) or permission is Permission.STAFF_ENTER:
        return True
    if not grant.scope.session or scope.session or not scope.room:
        return False
    session = state.get(EVENT, Session, grant.scope.session)
    if session is None or session.cancelled or session.room != scope.room:
        return False
    since, until = grants.window(state, grant.scope.session, session)
    return since <= event_at and (not until or event_at < until)
