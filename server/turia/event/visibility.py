"""Who may read which stream: asked when subscribing, at each resume, and when somebody's rights change. Pure."""

from __future__ import annotations

from turia.event.commands import Actor
from turia.event.entries import EVENT, EVENT_MAIL, EVENT_STAFF
from turia.event.permissions import EVENT_SCOPE, Permission, Scope, permits
from turia.event.state import State

_STAFF_SUFFIX = "/staff"


def may_read(state: State, by: Actor, stream: str, event_at: int) -> bool:
    """Whether somebody may read a stream at this time of the event's clock; False for streams that cannot exist."""

    def holds(permission: Permission, scope: Scope = EVENT_SCOPE) -> bool:
        return permits(state, by.person, permission, scope, event_at, guest=by.guest)

    if stream == EVENT:
        return True
    if stream == EVENT_STAFF:
        return holds(Permission.ROLES_GRANT) or holds(Permission.PEOPLE_MANAGE)
    if stream == EVENT_MAIL:
        return holds(Permission.PEOPLE_MANAGE)
    area, _, name = stream.partition("/")
    if area == "person":
        return bool(by.person) and name == by.person
    if area != "room" or not name:
        return False
    if name.endswith(_STAFF_SUFFIX):
        room = name.removesuffix(_STAFF_SUFFIX)
        return bool(room) and holds(Permission.ROOM_STAFF, Scope(room=room))
    return holds(Permission.EVENT_ENTER)
