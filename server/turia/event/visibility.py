"""Who may read which stream: asked when subscribing, at each resume, and when somebody's rights change. Pure."""

from __future__ import annotations

from turia.event.commands import Actor
from turia.event.doors import door_of, own_door, passage, session_lets_in
from turia.event.entries import EVENT, EVENT_MAIL, EVENT_STAFF
from turia.event.grants import Appearances
from turia.event.permissions import EVENT_SCOPE, Permission, Scope, in_force, permits
from turia.event.programme import DoorPolicy, Session
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
    if session := session_of_talk(stream):
        return may_follow(state, by, session, event_at)
    if area != "room" or not name:
        return False
    if name.endswith(_STAFF_SUFFIX):
        room = name.removesuffix(_STAFF_SUFFIX)
        return bool(room) and holds(Permission.ROOM_STAFF, Scope(room=room))
    return not name.endswith(_TALK_SUFFIX) and holds(Permission.EVENT_ENTER)


def may_follow(state: State, by: Actor, session: str, event_at: int) -> bool:
    """Whether what is said and shown in a session is for somebody: he works in it, at any time. Else, as long as it
    runs, that is the room's question: he is in it, or its door lets him in. Before and after, the door counts that the
    session itself has in the programme, and its list."""
    if not permits(state, by.person, Permission.EVENT_ENTER, EVENT_SCOPE, event_at, guest=by.guest):
        return False
    there = state.get(EVENT, Session, session)
    room = "" if there is None else there.room
    if _works_in(state, by, session, room, event_at):
        return True
    if not room:
        return False
    if phase_of(state, session) in RUNNING:
        return by.inside == room or passage(state, room, by.person, event_at).enters
    return session_lets_in(state, session, room, by.person)


def is_for_all(state: State, session: str) -> bool:
    """Whether everybody in the venue may follow a session now."""
    there = state.get(EVENT, Session, session)
    if there is None:
        return False
    if phase_of(state, session) in RUNNING:
        return door_of(state, there.room).policy is DoorPolicy.OPEN
    return own_door(state, there) is DoorPolicy.OPEN


def session_of_talk(stream: str) -> str:
    """The session whose talk a stream is; "" for other streams."""
    area, _, name = stream.partition("/")
    return name.removesuffix(_TALK_SUFFIX) if area == "session" and name.endswith(_TALK_SUFFIX) else ""


def _works_in(state: State, by: Actor, session: str, room: str, event_at: int) -> bool:
    """Whether somebody has a role in this session or its room, or speaks in it or chairs it, who prepares long before.
    Who works in another session of the room does not work in this one."""
    if by.system or any(session == each for _, each in state.view(Appearances).of(by.person)):
        return True
    scopes = [grant.scope for grant in in_force(state, by.person, event_at, guest=by.guest)]
    if any(scope.session == session if scope.session else room and scope.room == room for scope in scopes):
        return True
    return bool(scopes) and any(
        permits(state, by.person, each, Scope(room, session), event_at, guest=by.guest) for each in _WORK
    )
