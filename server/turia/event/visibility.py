"""Who may read which stream: asked when subscribing, at each resume, and when somebody's rights change. Pure."""

from __future__ import annotations

from turia.event.commands import Actor
from turia.event.doors import passage, session_lets_in
from turia.event.entries import EVENT, EVENT_MAIL, EVENT_STAFF
from turia.event.permissions import EVENT_SCOPE, Permission, Scope, in_force, permits
from turia.event.programme import Session
from turia.event.sessions import RUNNING, phase_of
from turia.event.state import State

_STAFF_SUFFIX = "/staff"
_TALK_SUFFIX = "/talk"
#: Who has one of these in a room works there, and need not come in for it.
_WORK = (
    Permission.PROGRAMME_EDIT,
    Permission.SESSION_RUN,
    Permission.ROOM_STAFF,
    Permission.CAPTIONS_WRITE,
    Permission.INTERPRET_SIGN,
)


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
    if name.endswith(_TALK_SUFFIX):
        return may_follow(state, by, name.removesuffix(_TALK_SUFFIX), event_at)
    return holds(Permission.EVENT_ENTER)


def may_follow(state: State, by: Actor, room: str, event_at: int) -> bool:
    """Whether what is said and shown in a room is for somebody: he is in it, its door lets him in, or he works there;
    speakers, too, at any time, who prepare their slides."""
    if not room or not permits(state, by.person, Permission.EVENT_ENTER, EVENT_SCOPE, event_at, guest=by.guest):
        return False
    return by.inside == room or passage(state, room, by.person, event_at).enters or _works_in(state, by, room, event_at)


def may_look_up(state: State, by: Actor, session: str, room: str, event_at: int) -> bool:
    """Whether what was said and shown in a session, in this room, is for somebody: as long as it runs that is the
    room's question; before and after, the door counts that the session itself has in the programme."""
    if phase_of(state, session) in RUNNING:
        return may_follow(state, by, room, event_at)
    if not permits(state, by.person, Permission.EVENT_ENTER, EVENT_SCOPE, event_at, guest=by.guest):
        return False
    return session_lets_in(state, session, room, by.person) or _works_in(state, by, room, event_at)


def _works_in(state: State, by: Actor, room: str, event_at: int) -> bool:
    if by.system:
        return True

    def there(session: str) -> bool:
        found = state.get(EVENT, Session, session)
        return found is not None and found.room == room

    scopes = [grant.scope for grant in in_force(state, by.person, event_at, guest=by.guest)]
    if any(there(scope.session) if scope.session else scope.room == room for scope in scopes):
        return True
    return bool(scopes) and any(
        permits(state, by.person, each, Scope(room), event_at, guest=by.guest) for each in _WORK
    )
