"""What somebody may do now, for the menus of clients; and the roles of a person, for the staff. Pure."""

from __future__ import annotations

import msgspec

from turia.event import grants, people, permissions, roles
from turia.event.commands import Actor, Answer, Key, Moment, Query, query
from turia.event.entries import EVENT_STAFF
from turia.event.grants import Grant, Grants
from turia.event.role_texts import ROLE_TITLES
from turia.event.roles import Permission, Role
from turia.event.scopes import EVENT_SCOPE, Scope
from turia.event.state import State


class AskMyPermissions(Query, frozen=True):
    """What may I do now?"""


class Allowed(msgspec.Struct, frozen=True):
    """A permission and where it holds: one scope that is empty means everywhere."""

    permission: str
    scopes: tuple[Scope, ...]


class HeldRole(msgspec.Struct, frozen=True):
    """A role of somebody. ``grant``: key of the grant, "" if it comes from the programme; times: ms of the event's
    clock."""

    grant: str
    role: str
    title: str
    scope: Scope
    since: int
    until: int
    in_force: bool


class MyPermissions(Answer, frozen=True):
    """``roles``: names of those in force. ``changes_at``: when a role of mine begins or ends next, ms of the event's
    clock, 0: never; ask again then, and when my registration or the programme changes. ``held``: my roles that are not
    over, in force or not."""

    permissions: tuple[Allowed, ...]
    roles: tuple[str, ...]
    changes_at: int = 0
    held: tuple[HeldRole, ...] = ()


class RolesOf(Query, frozen=True):
    """The roles of one person."""

    person: Key


class HeldRoles(Answer, frozen=True):
    """All roles of a person, in force or not. ``counts``: whether they count at all (he may enter)."""

    person: str
    roles: tuple[HeldRole, ...]
    counts: bool


@query("my.permissions", permission=Permission.ANYBODY, answer=MyPermissions)
def my_permissions(state: State, given: AskMyPermissions, by: Actor, moment: Moment) -> MyPermissions:
    """Everything that I may do now, and where."""
    del given
    standing = people.standing_role(state, by.person, guest=by.guest)
    held: dict[str, list[Scope]] = {each: [EVENT_SCOPE] for each in roles.BUILT_IN[standing]}
    mine = list(permissions.in_force(state, by.person, moment.event_at, guest=by.guest))
    for grant in mine:
        for each in roles.permissions_of(state, grant.role):
            scopes = held.setdefault(each, [])
            if not any(known.holds(grant.scope) for known in scopes):
                scopes[:] = [known for known in scopes if not grant.scope.holds(known)] + [grant.scope]
    return MyPermissions(
        tuple(Allowed(each, tuple(scopes)) for each, scopes in sorted(held.items())),
        tuple(sorted({standing, *(grant.role for grant in mine)})),
        _changes_at(state, by, moment.event_at),
        tuple(each for each in _all_held(state, by.person, moment) if not 0 < each.until <= moment.event_at),
    )


@query("people.roles", permission=Permission.ROLES_GRANT, answer=HeldRoles)
def roles_of_person(state: State, given: RolesOf, by: Actor, moment: Moment) -> HeldRoles:
    """The roles of a person: given ones, and those that follow the programme."""
    del by
    counts = people.standing_role(state, given.person) == "attendee"
    return HeldRoles(given.person, _all_held(state, given.person, moment), counts)


def role_title(state: State, role: str) -> str:
    """What a role is called."""
    own = state.get(EVENT_STAFF, Role, role)
    return own.title if own else ROLE_TITLES.get(role, role)


def _all_held(state: State, person: str, moment: Moment) -> tuple[HeldRole, ...]:
    given_ones = list(state.view(Grants).keyed(person).items())
    derived = [("", grant) for grant in grants.from_programme(state, person)]
    counts = people.standing_role(state, person) == "attendee"
    return tuple(_held(state, key, grant, moment, counts) for key, grant in given_ones + derived)


def _held(state: State, key: str, grant: Grant, moment: Moment, counts: bool) -> HeldRole:
    return HeldRole(
        key,
        grant.role,
        role_title(state, grant.role),
        grant.scope,
        grant.since,
        grant.until,
        counts and grant.in_force(moment.event_at),
    )


def _changes_at(state: State, by: Actor, event_at: int) -> int:
    times = {time for grant in grants.all_of(state, by.person) for time in (grant.since, grant.until)}
    return min((time for time in times if time > event_at), default=0)
