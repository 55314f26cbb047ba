"""What commands about talks share: their session as it runs, who is who, and what people are told. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Protocol

from turia.errors import Refused
from turia.event import sessions
from turia.event.commands import Command, Key, Moment
from turia.event.doors import is_guest
from turia.event.entries import EVENT, Change, Value, delete, person_stream, put, room_stream
from turia.event.people import Guest, Notice, Registration
from turia.event.permissions import permits
from turia.event.programme import Room, Session
from turia.event.roles import Permission
from turia.event.rooms import Phase
from turia.event.scopes import Scope
from turia.event.sessions import RUNNING
from turia.event.state import State


class OfSession(Command, frozen=True):
    """``session``: its key."""

    session: Key


class AboutSession(Protocol):
    """What is about one session."""

    @property
    def session(self) -> str:
        """Its key."""


def of_session(state: State, given: AboutSession) -> Scope:
    """A session in its room."""
    session = state.get(EVENT, Session, given.session)
    return Scope("" if session is None else session.room, given.session)


def running(state: State, key: str) -> Session:
    """The session; raises Refused (``not_running``) unless it is open, live or paused."""
    session = sessions.session_of(state, key)
    if sessions.phase_of(state, key) not in RUNNING:
        raise Refused("not_running", f"“{session.title}” is not on. Open it first.")
    return session


def live(state: State, key: str) -> Session:
    """The session; raises Refused (``not_live``) unless it is live."""
    session = sessions.session_of(state, key)
    phase = sessions.phase_of(state, key)
    if phase is not Phase.LIVE:
        when = "the chair goes on" if phase is Phase.PAUSED else "it is live"
        raise Refused("not_live", f"“{session.title}” is not live. Wait until {when}.")
    return session


def name_of(state: State, person: str) -> str:
    """What somebody is called; "" for nobody we know."""
    registration = state.get(person_stream(person), Registration, person) if person else None
    if registration is not None:
        return registration.name
    guest = state.get(person_stream(person), Guest, person) if person else None
    return guest.name if guest else ""


def somebody(state: State, person: str) -> str:
    """The same; raises Refused (``unknown_person``) for nobody we know."""
    name = name_of(state, person)
    if not name:
        raise Refused("unknown_person", "There is no such person any more. Choose somebody from the list.")
    return name


def holds(state: State, person: str, permission: Permission, scope: Scope, moment: Moment) -> bool:
    """Whether somebody, who need not be the one who acts, has a permission there now."""
    return permits(state, person, permission, scope, moment.event_at, guest=is_guest(state, person))


def forgotten(state: State, kind: type[Value], room: str, people: Iterable[str]) -> list[Change]:
    """Takes what these people have of a kind in a room, as far as they have it."""
    known = state.items(room_stream(room), kind) if state.get(EVENT, Room, room) else {}
    return [delete(room_stream(room), kind, person) for person in dict.fromkeys(people) if person in known]


def told(person: str, moment: Moment, code: str, text: str, scope: Scope) -> Change:
    """A notice about a session to one person."""
    return put(person_stream(person), moment.new_id(), Notice(code, text, scope.session, scope.room))
