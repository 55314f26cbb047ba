"""How a session moves between its phases, as one table; and what is on in a room. Pure.

Of the sessions of a room at most one *runs* (is open, live or paused). Commands of people are in
:mod:`turia.event.session_commands`; what the timetable does by itself is in :mod:`turia.event.timetable`.
"""

from __future__ import annotations

from typing import Final

import msgspec

from turia.errors import Refused
from turia.event.commands import Moment
from turia.event.entries import EVENT, Change, Value, delete, person_stream, put, room_staff_stream, room_stream
from turia.event.people import Notice
from turia.event.programme import Session
from turia.event.rooms import Admission, Door, Phase, SessionRun, Waiting
from turia.event.settings import EventClock
from turia.event.state import State
from turia.event.talk_ends import brought_along, ended, forgotten


class Move(msgspec.Struct, frozen=True):
    """One row. ``by``: who does it: ``chair`` (permission session.run), ``timetable``, ``programme`` (its editors)."""

    name: str
    before: frozenset[Phase]
    after: Phase
    by: tuple[str, ...]
    text: str


#: Phases in which a session has its room.
RUNNING: Final = frozenset({Phase.OPEN, Phase.LIVE, Phase.PAUSED})

#: The table: docs/sessions.md is made from it, and nothing else moves a session.
MOVES: Final[dict[str, Move]] = {
    move.name: move
    for move in (
        Move(
            "open",
            frozenset({Phase.PLANNED}),
            Phase.OPEN,
            ("chair", "timetable"),
            "Doors follow the session’s policy from here on.",
        ),
        Move(
            "go_live",
            frozenset({Phase.PLANNED, Phase.OPEN}),
            Phase.LIVE,
            ("chair", "timetable"),
            "It begins.",
        ),
        Move("pause", frozenset({Phase.LIVE}), Phase.PAUSED, ("chair",), "A break; doors stay as they are."),
        Move("resume", frozenset({Phase.PAUSED}), Phase.LIVE, ("chair",), "It goes on."),
        Move(
            "end",
            RUNNING,
            Phase.ENDED,
            ("chair", "timetable"),
            "Doors are those of the idle room again; the waiting list, admissions and what was set for it are cleared.",
        ),
        Move("reopen", frozenset({Phase.ENDED}), Phase.OPEN, ("chair",), "Ended by mistake, or there is more to say."),
        Move(
            "pass",
            frozenset({Phase.PLANNED}),
            Phase.ENDED,
            ("timetable",),
            "Its time went by without it: the venue was down, or the session before it took its time.",
        ),
        Move(
            "cancel",
            frozenset({Phase.PLANNED, *RUNNING, Phase.ENDED}),
            Phase.CANCELLED,
            ("programme",),
            "Marked as cancelled in the programme.",
        ),
        Move("restore", frozenset({Phase.CANCELLED}), Phase.PLANNED, ("programme",), "Not cancelled any more."),
        Move(
            "reset",
            frozenset({*RUNNING, Phase.ENDED}),
            Phase.PLANNED,
            ("timetable",),
            "It was moved to a later time, gives way to one that begins before it, the doors open later by the rules, "
            "or the event’s clock was set back.",
        ),
    )
}

_IS: Final = {
    Phase.PLANNED: "has not been opened yet",
    Phase.OPEN: "is open, but has not begun",
    Phase.LIVE: "is live",
    Phase.PAUSED: "is paused",
    Phase.ENDED: "has ended",
    Phase.CANCELLED: "is cancelled: restore it in the programme first",
}


class Agenda:
    """View: the sessions of each room in the order of their start."""

    def __init__(self) -> None:
        self._of: dict[str, dict[str, Session]] = {}
        self._sorted: dict[str, list[tuple[str, Session]]] = {}

    def changed(self, stream: str, key: str, old: Value | None, new: Value | None) -> None:
        """See :class:`turia.event.state.View`."""
        if stream != EVENT:
            return
        if isinstance(old, Session):
            self._of[old.room].pop(key, None)
            self._sorted.pop(old.room, None)
        if isinstance(new, Session):
            self._of.setdefault(new.room, {})[key] = new
            self._sorted.pop(new.room, None)

    def of(self, room: str) -> list[tuple[str, Session]]:
        """(key, session) of a room by start, cancelled ones too; not to be changed."""
        found = self._sorted.get(room)
        if found is None:
            found = sorted(self._of.get(room, {}).items(), key=lambda each: (each[1].start, each[0]))
            self._sorted[room] = found
        return found

    def rooms(self) -> list[str]:
        """Rooms that have or had sessions; "" for sessions without one."""
        return list(self._of)


class Runs:
    """View: runs by room, and those of them that run now."""

    def __init__(self) -> None:
        self.of_room: dict[str, dict[str, SessionRun]] = {}
        #: By session: the rooms it is noted in (two only while it moves).
        self.rooms_of: dict[str, dict[str, SessionRun]] = {}
        self.running: dict[str, dict[str, SessionRun]] = {}

    def changed(self, stream: str, key: str, old: Value | None, new: Value | None) -> None:
        """See :class:`turia.event.state.View`."""
        if not isinstance(old, SessionRun) and not isinstance(new, SessionRun):
            return
        room = stream.removeprefix("room/")
        runs, running = self.of_room.setdefault(room, {}), self.running.setdefault(room, {})
        rooms = self.rooms_of.setdefault(key, {})
        for index in (runs, running):
            index.pop(key, None)
        rooms.pop(room, None)
        if isinstance(new, SessionRun):
            runs[key] = rooms[room] = new
            if new.phase in RUNNING:
                running[key] = new


def session_of(state: State, key: str) -> Session:
    """The session; raises Refused when there is none, or when it has no room to run in."""
    session = state.get(EVENT, Session, key)
    if session is None:
        raise Refused("unknown_session", "This session is not in the programme any more.")
    if not session.room:
        raise Refused("no_room", f"“{session.title}” has no room. Give it one in the programme first.")
    return session


def phase_of(state: State, key: str) -> Phase:
    """Where a session stands; planned if there is none."""
    session = state.get(EVENT, Session, key)
    if session is None:
        return Phase.PLANNED
    if session.cancelled:
        return Phase.CANCELLED
    run = state.get(room_stream(session.room), SessionRun, key)
    return Phase.PLANNED if run is None or run.phase is Phase.CANCELLED else run.phase


def current(state: State, room: str) -> tuple[str, Session] | None:
    """The session that runs in a room, if any: (key, session)."""
    for key in state.view(Runs).running.get(room, ()):
        session = state.get(EVENT, Session, key)
        if session is not None and session.room == room and not session.cancelled:
            return key, session
    return None


def check_move(session: Session, phase: Phase, name: str) -> Phase:
    """The phase that a move leads to; raises Refused(``not_now``) with why it cannot be made."""
    move = MOVES[name]
    if phase not in move.before:
        raise Refused("not_now", f"“{session.title}” {_IS[phase]}.")
    return move.after


def moved(
    state: State, key: str, session: Session, after: Phase, moment: Moment, *, by_timetable: bool = False
) -> list[Change]:
    """What changes when a session comes to a phase, its room's list and doors included."""
    stream = room_stream(session.room)
    run = state.get(stream, SessionRun, key)
    if after is Phase.PLANNED:
        changes = [] if run is None else [delete(stream, SessionRun, key), *forgotten(state, key)]
    else:
        live_at = run.live_at if run else 0
        if after is Phase.LIVE and not live_at:
            live_at = moment.event_at
        clock = state.get(EVENT, EventClock, "clock")
        shift = clock.shift_ms if clock else 0
        changes = [put(stream, key, SessionRun(after, moment.event_at, live_at, session.start, shift, by_timetable))]
    if after in RUNNING:
        changes += brought_along(state, session.room, key)
    if run is not None and run.phase in RUNNING and after not in RUNNING:
        changes += cleared(state, session.room, key, moment, f"“{session.title}” is over: you need not wait any more.")
    elif after in (Phase.ENDED, Phase.CANCELLED):
        changes += ended(state, session.room, key, moment)
    return changes


def cleared(state: State, room: str, key: str, moment: Moment, sentence: str) -> list[Change]:
    """What goes when a session stops running: its door, its admissions, everybody who waits for it, who is told, and
    whoever is on air in it."""
    changes = ended(state, room, key, moment)
    door = state.get(room_stream(room), Door, room)
    if door is not None and door.session == key:
        changes.append(delete(room_stream(room), Door, room))
    staff = room_staff_stream(room)
    for person, admission in state.all(staff, Admission).items():
        if admission.session == key:
            changes.append(delete(staff, Admission, person))
    for person, waiting in state.all(staff, Waiting).items():
        if waiting.session == key:
            notice = Notice("waiting_over", sentence, session=key, room=room)
            changes += [delete(staff, Waiting, person), put(person_stream(person), moment.new_id(), notice)]
    return changes
