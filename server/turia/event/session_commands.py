"""Opening, starting, pausing and ending a session: commands of those who run it. The moves are the table's."""

from __future__ import annotations

from turia.errors import Refused
from turia.event import sessions
from turia.event.commands import Actor, Answer, Command, Decision, Key, Moment, command, decided
from turia.event.entries import EVENT, Change
from turia.event.programme import Session
from turia.event.roles import Permission
from turia.event.rooms import Phase
from turia.event.scopes import Scope
from turia.event.sessions import RUNNING
from turia.event.state import State


class RunSession(Command, frozen=True):
    """``session``: its key."""

    session: Key


class TakeRoom(Command, frozen=True):
    """``end_former``: end what else runs in the room; without it that is refused with ``room_busy``."""

    session: Key
    end_former: bool = False


class SessionMoved(Answer, frozen=True):
    """Where the session stands now."""

    session: str
    phase: Phase


def of_session(state: State, given: RunSession | TakeRoom) -> Scope:
    """A session in its room."""
    session = state.get(EVENT, Session, given.session)
    return Scope("" if session is None else session.room, given.session)


@command("session.open", permission=Permission.SESSION_RUN, scope=of_session, answer=SessionMoved)
def open_session(state: State, given: TakeRoom, by: Actor, moment: Moment) -> Decision:
    """Open the doors for a session before it begins."""
    del by
    return _take_room(state, given, "open", moment)


@command("session.go_live", permission=Permission.SESSION_RUN, scope=of_session, answer=SessionMoved)
def go_live(state: State, given: TakeRoom, by: Actor, moment: Moment) -> Decision:
    """Begin a session."""
    del by
    return _take_room(state, given, "go_live", moment)


@command("session.pause", permission=Permission.SESSION_RUN, scope=of_session, answer=SessionMoved)
def pause(state: State, given: RunSession, by: Actor, moment: Moment) -> Decision:
    """Take a break."""
    del by
    return _move(state, given.session, "pause", moment)


@command("session.resume", permission=Permission.SESSION_RUN, scope=of_session, answer=SessionMoved)
def resume(state: State, given: RunSession, by: Actor, moment: Moment) -> Decision:
    """Go on after a break."""
    del by
    return _move(state, given.session, "resume", moment)


@command("session.end", permission=Permission.SESSION_RUN, scope=of_session, answer=SessionMoved)
def end(state: State, given: RunSession, by: Actor, moment: Moment) -> Decision:
    """End a session; the room's doors follow."""
    del by
    return _move(state, given.session, "end", moment)


@command("session.reopen", permission=Permission.SESSION_RUN, scope=of_session, answer=SessionMoved)
def reopen(state: State, given: TakeRoom, by: Actor, moment: Moment) -> Decision:
    """Open a session again that has ended. The timetable leaves it alone from then on if its time is over."""
    del by
    return _take_room(state, given, "reopen", moment)


def _take_room(state: State, given: TakeRoom, name: str, moment: Moment) -> Decision:
    session = sessions.session_of(state, given.session)
    former = sessions.current(state, session.room)
    before: list[Change] = []
    if former is not None and former[0] != given.session:
        sessions.check_move(session, sessions.phase_of(state, given.session), name)
        if not given.end_former:
            raise Refused("room_busy", f"“{former[1].title}” is still on in this room. End it first.")
        before = sessions.moved(state, *former, Phase.ENDED, moment)
    return _move(state, given.session, name, moment, before)


def _move(state: State, key: str, name: str, moment: Moment, before: list[Change] | None = None) -> Decision:
    """Doing again what was done already (two chairs press at once) is fine and changes nothing."""
    session = sessions.session_of(state, key)
    phase = sessions.phase_of(state, key)
    after = sessions.MOVES[name].after
    if phase is after and after in RUNNING | {Phase.ENDED}:
        return decided(answer=SessionMoved(key, phase))
    sessions.check_move(session, phase, name)
    return decided(
        *(before or ()), *sessions.moved(state, key, session, after, moment), answer=SessionMoved(key, after)
    )
