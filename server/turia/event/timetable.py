"""What the timetable does by itself: opens, starts and ends sessions, and follows the programme and the clock. Pure.

Three instants of a session act if it goes ``by_timetable``: doors open (Policies.doors_open_min before the start), its
start, and its end with grace (Policies.grace_min). An instant acts only on what was decided *before* it: whoever
pauses, ends early or reopens late is not overruled. Sessions of one room run one after the other; the next one takes
the room at its start from one whose own time is over, and waits for any other. After each of them lies a turnover, in
which the idle room's door holds: the timetable does not open the next one in it, but begins it in time.

Whatever happened meanwhile (a restart, the clock shifted to and fro), :func:`due` says what must happen now so that
everything is as it should be; there is nothing to catch up with step by step.
"""

from __future__ import annotations

from typing import Final

import msgspec

from turia.event import sessions
from turia.event.commands import Actor, Answer, Command, Decision, Moment, command, decided
from turia.event.entries import EVENT, Change, delete, put, room_stream
from turia.event.programme import Session
from turia.event.roles import Permission
from turia.event.rooms import Phase, SessionRun
from turia.event.sessions import RUNNING, Agenda, Runs
from turia.event.settings import EventClock, Policies
from turia.event.state import State
from turia.event.talk_ends import brought_along

_MINUTE_MS: Final = 60_000
#: After a session that was on, doors of the next one stay shut so long: people are led out and speakers change.
TURNOVER_MS: Final = 5 * _MINUTE_MS
#: Moves of one decision at most; the shell asks again until nothing is due.
MOST: Final = 500


class Due(msgspec.Struct, frozen=True):
    """What must happen: ``session`` comes to ``phase``, in ``room``; ``left``: the room its run is still noted in."""

    session: str
    room: str
    phase: Phase
    left: str = ""


class _Stand(msgspec.Struct, eq=False):
    """A session of a room while its room is worked out."""

    key: str
    session: Session
    #: As noted, and as it is to be.
    was: Phase
    phase: Phase
    since: int | None
    left: str = ""


class FollowTimetable(Command, frozen=True):
    """Do what is due."""


class Followed(Answer, frozen=True):
    """How many sessions moved."""

    moves: int


@command("session.follow_timetable", permission=Permission.NOBODY, answer=Followed)
def follow_timetable(state: State, given: FollowTimetable, by: Actor, moment: Moment) -> Decision:
    """Open, start and end sessions as the timetable and the programme say."""
    del given, by
    changes: list[Change] = []
    found = due(state, moment.event_at)[:MOST]
    for each in found:
        changes += _changes(state, each, moment)
    return decided(*changes, answer=Followed(len(found)))


def due(state: State, event_at: int) -> list[Due]:
    """What must happen now (ms UTC of the event's clock): what leaves a room before what takes it."""
    agenda, runs = state.view(Agenda), state.view(Runs)
    found: list[Due] = []
    for room in agenda.rooms():
        if room:
            found += _of_room(state, room, event_at)
    for room, noted in runs.of_room.items():
        for key in noted:
            session = state.get(EVENT, Session, key)
            if session is None or (session.room != room and not _carried(found, key)):
                found.append(Due(key, room, Phase.PLANNED, left=room))
    return sorted(found, key=lambda each: each.phase in RUNNING)


def _carried(found: list[Due], key: str) -> bool:
    return any(each.session == key and each.left for each in found)


def _of_room(state: State, room: str, event_at: int) -> list[Due]:
    policies = state.get(EVENT, Policies, "policies") or Policies()
    stands = [_stand(state, key, session) for key, session in state.view(Agenda).of(room)]
    for stand in stands:
        _correct(state, stand, policies, event_at)
    running = [stand for stand in stands if stand.phase in RUNNING]
    for stand in stands:
        if stand.phase is Phase.PLANNED or stand.phase in RUNNING:
            other = next((each for each in running if each is not stand and each.phase in RUNNING), None)
            opens = max(_opens(stand, policies), _free_from(state, stands, event_at))
            _advance(stand, other, opens, policies, event_at)
            if stand.phase in RUNNING and stand not in running:
                running.append(stand)
    return [
        Due(stand.key, room, stand.phase, stand.left) for stand in stands if stand.phase is not stand.was or stand.left
    ]


def _stand(state: State, key: str, session: Session) -> _Stand:
    run = state.get(room_stream(session.room), SessionRun, key)
    left = ""
    if run is None:
        for room, noted in state.view(Runs).rooms_of.get(key, {}).items():
            run, left = noted, room
    phase = Phase.PLANNED if run is None else run.phase
    return _Stand(key, session, phase, phase, None if run is None else run.since, left)


def _correct(state: State, stand: _Stand, policies: Policies, event_at: int) -> None:
    """What the programme and the clock say about what was noted."""
    session = stand.session
    if session.cancelled:
        stand.phase = Phase.CANCELLED
        return
    if stand.phase is Phase.CANCELLED:
        _reset(stand)
    run = state.get(room_stream(stand.left or session.room), SessionRun, stand.key)
    if run is None or stand.phase is Phase.PLANNED:
        return
    clock = state.get(EVENT, EventClock, "clock")
    if run.since > event_at and (clock.shift_ms if clock else 0) < run.shift_ms:
        _reset(stand)  # decided at a time that is still to come: the clock was set back
    elif stand.phase in (Phase.OPEN, Phase.ENDED) and run.start < session.start and event_at < _opens(stand, policies):
        _reset(stand)
    elif stand.phase is Phase.OPEN and run.by_timetable and event_at < _opens(stand, policies):
        _reset(stand)  # the rules say now that doors open later


def _reset(stand: _Stand) -> None:
    stand.phase, stand.since = Phase.PLANNED, None


def _opens(stand: _Stand, policies: Policies) -> int:
    return stand.session.start - policies.doors_open_min * _MINUTE_MS


def _free_from(state: State, stands: list[_Stand], event_at: int) -> int:
    """When the turnover of the room is over (event clock, ms)."""
    ends = (_ended_at(state, stand, event_at) for stand in stands if stand.phase is Phase.ENDED)
    return max(ends, default=-TURNOVER_MS) + TURNOVER_MS


def _ended_at(state: State, stand: _Stand, event_at: int) -> int:
    """When a session that was on has ended; 0 for one whose time went by without it."""
    if stand.was in RUNNING:
        return event_at
    run = state.get(room_stream(stand.left or stand.session.room), SessionRun, stand.key)
    return run.since if run is not None and (run.live_at or not run.by_timetable) else 0


def _advance(stand: _Stand, other: _Stand | None, opens: int, policies: Policies, event_at: int) -> None:
    """Let the instants act that are over. ``other`` runs in the room; its doors may open from ``opens`` on."""
    if stand.phase in RUNNING and other is not None and _comes_second(stand, other):
        _reset(stand)
    if stand.session.by_timetable:
        _act(stand, other, opens, policies, event_at)


def _act(stand: _Stand, other: _Stand | None, opens: int, policies: Policies, event_at: int) -> None:
    session = stand.session
    over = session.end + policies.grace_min * _MINUTE_MS
    if stand.phase in RUNNING:
        if event_at >= over and _before(stand, over):
            stand.phase = Phase.ENDED
            return
    elif event_at >= session.end:
        stand.phase = Phase.ENDED
        return
    if stand.phase in (Phase.PLANNED, Phase.OPEN) and event_at >= session.start and _before(stand, session.start):
        if other is None or _gives_way(other, session, event_at):
            stand.phase = Phase.LIVE
    elif stand.phase is Phase.PLANNED and event_at >= opens and other is None:
        stand.phase = Phase.OPEN


def _comes_second(stand: _Stand, other: _Stand) -> bool:
    """Which of two that run at once loses the room: the one that was moved into it, else the later one."""
    if bool(stand.left) != bool(other.left):
        return bool(stand.left)
    return (stand.session.start, stand.key) > (other.session.start, other.key)


def _before(stand: _Stand, instant: int) -> bool:
    return stand.since is None or stand.since < instant


def _gives_way(other: _Stand, session: Session, event_at: int) -> bool:
    """Whether who has the room leaves it to a session that is to begin: its time is over, or it has not begun yet and
    comes later."""
    if not other.session.by_timetable:
        return False
    if other.phase is Phase.OPEN and other.session.start > session.start:
        _reset(other)
        return True
    if event_at >= other.session.end and _before(other, other.session.end):
        other.phase = Phase.ENDED
        return True
    return False


def _changes(state: State, each: Due, moment: Moment) -> list[Change]:
    if each.left:
        return _carry(state, each, moment)
    session = sessions.session_of(state, each.session)
    return sessions.moved(state, each.session, session, each.phase, moment, by_timetable=True)


def _carry(state: State, each: Due, moment: Moment) -> list[Change]:
    """The session left a room, or the programme: its run goes along, its list and doors do not."""
    old = state.get(room_stream(each.left), SessionRun, each.session)
    changes: list[Change] = [delete(room_stream(each.left), SessionRun, each.session)]
    if old is not None and old.phase in RUNNING:
        sentence = "The session is not in this room any more: you need not wait here."
        changes += sessions.cleared(state, each.left, each.session, moment, sentence)
    session = state.get(EVENT, Session, each.session)
    if old is None or session is None or each.phase is Phase.PLANNED:
        return changes
    if each.phase is old.phase:
        kept = msgspec.structs.replace(old, start=session.start)
        along = brought_along(state, session.room, each.session) if each.phase in RUNNING else []
        return [*changes, put(room_stream(session.room), each.session, kept), *along]
    return [*changes, *sessions.moved(state, each.session, session, each.phase, moment, by_timetable=True)]
