"""The lists of rooms and sessions: who may come in by invitation."""

from __future__ import annotations

from turia.errors import Refused
from turia.event.commands import Actor, Answer, Command, Decision, Key, Moment, command, decided
from turia.event.door_commands import room_of, scope_of_room
from turia.event.entries import EVENT, Change, delete, person_stream, put, room_staff_stream
from turia.event.people import Notice
from turia.event.programme import Session
from turia.event.roles import Permission
from turia.event.rooms import Invitee
from turia.event.state import State


class Invite(Command, frozen=True):
    """``session``: only for this session of the room; "" for the room itself."""

    room: Key
    person: Key
    session: str = ""


class Uninvite(Command, frozen=True):
    """The same, taken back."""

    room: Key
    person: Key
    session: str = ""


class OnList(Answer, frozen=True):
    """Whether the person is on the list now."""

    invited: bool


@command("room.invite", permission=Permission.ROOM_ADMIT, scope=scope_of_room, answer=OnList)
def invite(state: State, given: Invite, by: Actor, moment: Moment) -> Decision:
    """Put somebody on the list of a room or of one of its sessions, and tell him."""
    del by
    title = _title(state, given)
    if not state.kinds(person_stream(given.person)):
        raise Refused("unknown_person", "There is no such person.")
    stream, key = room_staff_stream(given.room), _key(given)
    invitee = Invitee(given.person, given.session)
    if state.get(stream, Invitee, key) == invitee:
        return decided(answer=OnList(True))
    notice = Notice("invited", f"You are invited to “{title}”.", given.session, given.room)
    changes: list[Change] = [
        put(stream, key, invitee),
        put(person_stream(given.person), moment.new_id(), notice),
    ]
    return decided(*changes, answer=OnList(True))


@command("room.uninvite", permission=Permission.ROOM_ADMIT, scope=scope_of_room, answer=OnList)
def uninvite(state: State, given: Uninvite, by: Actor, moment: Moment) -> Decision:
    """Take somebody off the list. Whoever is inside stays."""
    del by, moment
    stream, key = room_staff_stream(given.room), _key(given)
    if state.get(stream, Invitee, key) is None:
        return decided(answer=OnList(False))
    return decided(delete(stream, Invitee, key), answer=OnList(False))


def _key(given: Invite | Uninvite) -> str:
    return f"{given.session or given.room}.{given.person}"


def _title(state: State, given: Invite) -> str:
    room = room_of(state, given.room)
    if not given.session:
        return room.title
    session = state.get(EVENT, Session, given.session)
    if session is None or session.room != given.room:
        raise Refused("unknown_session", "This session is not in this room. Look at the programme again.")
    return session.title
