"""What somebody may do, for pages and panels that show only what is of use. Deciding is done elsewhere. Pure."""

from __future__ import annotations

import msgspec

from turia.event import grants, roles
from turia.event.commands import Actor, Answer, Moment, Query, query
from turia.event.grants import Grant
from turia.event.permissions import permits
from turia.event.roles import Permission
from turia.event.scopes import EVENT_SCOPE, Scope
from turia.event.state import State


class WhatMayI(Query, frozen=True):
    """What may I do here?"""


class Held(msgspec.Struct, frozen=True):
    """A role that is held now, and what it permits in its scope."""

    role: str
    scope: Scope
    until: int
    permissions: tuple[str, ...]


class Standing(Answer, frozen=True):
    """``permissions``: in the whole event, now; ``held``: roles in force, also those of a room or session."""

    permissions: tuple[Permission, ...]
    held: tuple[Held, ...]


@query("people.standing", permission=Permission.SELF, answer=Standing)
def standing(state: State, given: WhatMayI, by: Actor, moment: Moment) -> Standing:
    """What I may do now, in the whole event and in the rooms and sessions where I have a role."""
    del given
    at = moment.event_at

    def may(permission: Permission) -> bool:
        return permits(state, by.person, permission, EVENT_SCOPE, at, guest=by.guest)

    return Standing(
        tuple(sorted(each for each in Permission if may(each))),
        tuple(_held(state, each) for each in grants.all_of(state, by.person) if each.in_force(at)),
    )


def _held(state: State, grant: Grant) -> Held:
    return Held(grant.role, grant.scope, grant.until, tuple(sorted(roles.permissions_of(state, grant.role))))
