"""Granting and revoking roles. Nobody gives what he does not hold, and the last organiser stays. Pure."""

from __future__ import annotations

from turia.errors import Refused
from turia.event import grants, people, roles
from turia.event.admission_rules import is_lasting_organiser, keep_an_organiser, organisers
from turia.event.commands import Actor, Answer, Command, Decision, Key, Moment, command, decided
from turia.event.entries import EVENT, EVENT_STAFF, delete, put
from turia.event.grants import Grant, Grants
from turia.event.people import MAY_ENTER
from turia.event.permissions import covers
from turia.event.programme import Room, Session
from turia.event.quoting import quoted
from turia.event.register import registration_of
from turia.event.roles import Permission
from turia.event.scopes import EVENT_SCOPE, Scope
from turia.event.state import State

#: What people are without any grant; nothing to be granted.
STANDING = frozenset({"nobody", "signed_in", "attendee"})


class GrantRole(Command, frozen=True, kw_only=True):
    """``since``, ``until``: milliseconds UTC of the event's clock; 0: now, and without end."""

    person: Key
    role: Key
    scope: Scope = EVENT_SCOPE
    since: int = 0
    until: int = 0


class RevokeRole(Command, frozen=True):
    """``grant``: its key."""

    grant: Key


class Granted(Answer, frozen=True):
    """``grant``: the key of the grant, also if the person had it already."""

    grant: str


def _scope_of(_state: State, given: GrantRole) -> Scope:
    return given.scope


def _scope_of_grant(state: State, given: RevokeRole) -> Scope:
    known = state.get(EVENT_STAFF, Grant, given.grant)
    return known.scope if known else EVENT_SCOPE


@command("roles.grant", permission=Permission.ROLES_GRANT, scope=_scope_of, answer=Granted)
def grant_role(state: State, given: GrantRole, by: Actor, moment: Moment) -> Decision:
    """Give somebody a role in the event, a room or a session, for a time."""
    there = registration_of(state, given.person)
    if there is None:
        raise Refused("unknown_person", "Nobody is registered under this id. Roles need a registration.")
    if there.status not in MAY_ENTER:
        raise Refused(
            "not_admitted", f"{there.name} is not approved: roles count for people who may enter. Approve him first."
        )
    check_grantable(state, given.role, given.scope, given.since, given.until)
    check_holds(state, by, given.role, given.scope, given.since, given.until, moment)
    wanted = Grant(given.person, given.role, given.scope, given.since, given.until)
    for key, known in state.view(Grants).keyed(given.person).items():
        if known == wanted:
            return decided(answer=Granted(key))
    key = moment.new_id()
    return decided(put(EVENT_STAFF, key, wanted), answer=Granted(key))


@command("roles.revoke", permission=Permission.ROLES_GRANT, scope=_scope_of_grant)
def revoke_role(state: State, given: RevokeRole, by: Actor, moment: Moment) -> Decision:
    """Take a role away; at once, wherever the person is."""
    known = state.get(EVENT_STAFF, Grant, given.grant)
    if known is None:
        raise Refused("unknown_grant", "This role was taken away already.")
    check_holds(state, by, known.role, known.scope, known.since, known.until, moment)
    if is_lasting_organiser(known) and known.person in organisers(state):
        others = [
            other
            for key, other in state.view(Grants).keyed(known.person).items()
            if key != given.grant and is_lasting_organiser(other)
        ]
        if not others:
            keep_an_organiser(state, {known.person})
    return decided(delete(EVENT_STAFF, Grant, given.grant))


def check_grantable(state: State, role: str, scope: Scope, since: int, until: int) -> None:
    """Raises Refused if there is no such role, room or session, or the time is empty."""
    if role in STANDING:
        raise Refused("role_standing", f"“{role}” is no role to be given: everybody has it by his registration.")
    if role not in roles.BUILT_IN and state.get(EVENT_STAFF, roles.Role, role) is None:
        raise Refused("unknown_role", f"There is no role {quoted(role[:40])}. Choose one from the list.")
    if scope.room and state.get(EVENT, Room, scope.room) is None:
        raise Refused("unknown_room", f"There is no room {quoted(scope.room[:40])} in the programme.")
    session = state.get(EVENT, Session, scope.session) if scope.session else None
    if scope.session and session is None:
        raise Refused("unknown_session", f"There is no session {quoted(scope.session[:40])} in the programme.")
    if session is not None and scope.room and session.room != scope.room:
        raise Refused("wrong_room", "This session is in another room. Leave the room out, or choose the right one.")
    if since < 0 or until < 0 or (until and until <= since):
        raise Refused("time_empty", "The role ends before it begins. Set its end after its beginning.")


def check_holds(state: State, by: Actor, role: str, scope: Scope, since: int, until: int, moment: Moment) -> None:
    """Raises Refused (``not_held``) unless ``by`` holds all that the role allows, there and for all of that time."""
    if by.system:
        return
    begins = max(since, moment.event_at)
    lacking = sorted(
        permission
        for permission in roles.permissions_of(state, role)
        if not _holds_throughout(state, by, Permission(permission), scope, begins, until)
    )
    if lacking:
        raise Refused(
            "not_held",
            f"You cannot give or take away what you do not hold there for all of that time: {', '.join(lacking)}.",
        )


def _holds_throughout(state: State, by: Actor, permission: Permission, scope: Scope, begins: int, until: int) -> bool:
    standing = people.standing_role(state, by.person, guest=by.guest)
    if permission in roles.BUILT_IN[standing]:
        return True
    return standing == "attendee" and any(
        permission in roles.permissions_of(state, held.role)
        and covers(state, held, permission, scope, begins)
        and held.in_force(begins)
        and (not held.until or (until and until <= held.until))
        for held in grants.all_of(state, by.person)
    )
