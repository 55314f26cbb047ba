"""Roles that organisers make: named sets of permissions. The built-in ones cannot be changed. Pure."""

from __future__ import annotations

from typing import Annotated

import msgspec
from msgspec import Meta

from turia.errors import Refused
from turia.event import names, permissions
from turia.event.commands import Actor, Answer, Command, Decision, Key, Moment, Query, Text, command, decided, query
from turia.event.entries import EVENT_STAFF, delete, put
from turia.event.granting import STANDING
from turia.event.grants import Grants
from turia.event.quoting import quoted
from turia.event.role_texts import PERMISSION_TEXTS, ROLE_TITLES
from turia.event.roles import BUILT_IN, Permission, Role
from turia.event.scopes import EVENT_SCOPE
from turia.event.stale import check_offset, check_seen
from turia.event.state import State

_MAX_TITLE_CHARS = 60
_MAX_NOTE_CHARS = 500
#: What everybody has, or nobody; never part of a role that is made.
_NOT_IN_ROLES = frozenset({Permission.ANYBODY, Permission.NOBODY, Permission.SELF})


class DefineRole(Command, frozen=True, kw_only=True):
    """``role``: its id, "" makes a new one; ``seen``: offset of the role that was edited, 0 for a new one."""

    role: Annotated[str, Meta(max_length=64, pattern=r"^[A-Za-z0-9_.:-]*$")] = ""
    title: Text
    permissions: tuple[str, ...]
    note: Text = ""
    seen: int = 0


class DeleteRole(Command, frozen=True):
    """``seen``: offset of the role."""

    role: Key
    seen: int


class Defined(Answer, frozen=True):
    """The role's id."""

    role: str


class ListRoles(Query, frozen=True):
    """Which roles are there?"""


class KnownRole(msgspec.Struct, frozen=True):
    """A role; ``seen`` 0: built in. ``holders``: people who were given it (not those who have it by the programme)."""

    role: str
    title: str
    permissions: tuple[str, ...]
    note: str = ""
    seen: int = 0
    holders: int = 0


class NamedPermission(msgspec.Struct, frozen=True):
    """A permission and what it allows."""

    permission: str
    text: str


class KnownRoles(Answer, frozen=True):
    """All roles that can be given, and the permissions that a role can have."""

    roles: tuple[KnownRole, ...]
    permissions: tuple[NamedPermission, ...]


@query("roles.list", permission=Permission.ROLES_GRANT, answer=KnownRoles)
def list_roles(state: State, given: ListRoles, by: Actor, moment: Moment) -> KnownRoles:
    """All roles that can be given, and what each allows."""
    del given, by, moment
    holders = _holders(state)
    known = [
        KnownRole(role, ROLE_TITLES[role], tuple(sorted(held)), holders=len(holders.get(role, ())))
        for role, held in BUILT_IN.items()
        if role not in STANDING
    ]
    for key, item in state.items(EVENT_STAFF, Role).items():
        own = item.value
        if isinstance(own, Role):
            holding = len(holders.get(key, ()))
            known.append(KnownRole(key, own.title, own.permissions, own.note, item.offset, holding))
    return KnownRoles(
        tuple(known),
        tuple(NamedPermission(each, text) for each, text in PERMISSION_TEXTS.items() if each not in _NOT_IN_ROLES),
    )


@command("roles.define", permission=Permission.ROLES_DEFINE, answer=Defined)
def define_role(state: State, given: DefineRole, by: Actor, moment: Moment) -> Decision:
    """Make a role or change one; whoever has it has the new permissions at once."""
    if given.role in BUILT_IN:
        raise Refused("role_built_in", "This role is built in. Make a role of your own with other permissions.")
    title = names.line(given.title, "title", _MAX_TITLE_CHARS)
    if not title:
        raise Refused("title_empty", "Give the role a name.")
    if title.casefold() in _titles(state, but=given.role):
        raise Refused("title_taken", f"There is a role called {quoted(title)} already. Give this one another name.")
    unknown = sorted({*given.permissions} - ({*Permission} - _NOT_IN_ROLES))
    if unknown:
        raise Refused("unknown_permission", f"These are no permissions that a role can have: {', '.join(unknown)}.")
    allowed = tuple(sorted({*given.permissions, Permission.EVENT_ENTER}))
    wanted = Role(title, allowed, names.text(given.note, "note", _MAX_NOTE_CHARS))
    before = state.get(EVENT_STAFF, Role, given.role) if given.role else None
    if given.role and before is None:
        raise Refused("unknown_role", "There is no such role any more.")
    if before is not None:
        check_seen(state, EVENT_STAFF, given.role, wanted, given.seen)
        _check_holds(state, by, before.permissions, moment)
    _check_holds(state, by, allowed, moment)
    if wanted == before:
        return decided(answer=Defined(given.role))
    key = given.role or f"role-{moment.new_id()}"
    return decided(put(EVENT_STAFF, key, wanted), answer=Defined(key))


@command("roles.delete", permission=Permission.ROLES_DEFINE)
def delete_role(state: State, given: DeleteRole, by: Actor, moment: Moment) -> Decision:
    """Delete a role that nobody has any more."""
    own = state.get(EVENT_STAFF, Role, given.role)
    if own is None:
        raise Refused("unknown_role", "There is no such role any more; built-in ones cannot be deleted.")
    check_offset(state, EVENT_STAFF, Role, given.role, given.seen)
    _check_holds(state, by, own.permissions, moment)
    holding = len(_holders(state).get(given.role, ()))
    if holding:
        raise Refused("role_in_use", f"{holding} people have this role. Take it away from them first.")
    return decided(delete(EVENT_STAFF, Role, given.role))


def _check_holds(state: State, by: Actor, wanted: tuple[str, ...], moment: Moment) -> None:
    lacking = sorted(
        each
        for each in wanted
        if not permissions.permits(state, by.person, Permission(each), EVENT_SCOPE, moment.event_at, guest=by.guest)
    )
    if lacking:
        raise Refused("not_held", f"You cannot put into a role what you do not hold yourself: {', '.join(lacking)}.")


def _titles(state: State, but: str) -> set[str]:
    own = {each.title.casefold() for key, each in state.all(EVENT_STAFF, Role).items() if key != but}
    return own | {title.casefold() for title in ROLE_TITLES.values()} | set(BUILT_IN)


def _holders(state: State) -> dict[str, set[str]]:
    view = state.view(Grants)
    found: dict[str, set[str]] = {}
    for person in view.people():
        for grant in view.of(person):
            found.setdefault(grant.role, set()).add(person)
    return found
