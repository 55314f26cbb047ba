"""The table of moves, and the commands that make them."""

from __future__ import annotations

import itertools

import pytest

from turia.errors import Refused
from turia.event import sessions
from turia.event.entries import person_stream, room_staff_stream, room_stream
from turia.event.people import Notice
from turia.event.programme import DoorPolicy
from turia.event.rooms import Admission, Door, Phase, SessionRun, Waiting
from turia.event.scopes import Scope
from turia.event.sessions import MOVES, RUNNING
from turia.testing.stage import TEN, Stage

COMMANDS = {
    "session.open": "open",
    "session.go_live": "go_live",
    "session.pause": "pause",
    "session.resume": "resume",
    "session.end": "end",
    "session.reopen": "reopen",
}


@pytest.fixture
def stage() -> Stage:
    stage = Stage()
    stage.room("hall")
    stage.session("talk", "hall", 0, 60)
    stage.session("next", "hall", 60, 120)
    stage.person("chair", "chair", Scope("hall"))
    stage.person("ana")
    return stage


def phase(stage: Stage, key: str = "talk") -> Phase:
    return sessions.phase_of(stage.state, key)


def bring_to(stage: Stage, to: Phase) -> None:
    ways: dict[Phase, list[str]] = {
        Phase.PLANNED: [],
        Phase.OPEN: ["open"],
        Phase.LIVE: ["open", "go_live"],
        Phase.PAUSED: ["go_live", "pause"],
        Phase.ENDED: ["go_live", "end"],
    }
    if to is Phase.CANCELLED:
        stage.session("talk", "hall", 0, 60, cancelled=True)
        stage.follow()
        return
    for way in ways[to]:
        stage.do(f"session.{way}", "chair", session="talk")


@pytest.mark.parametrize(("command", "before"), list(itertools.product(COMMANDS, Phase)))
def test_a_command_moves_as_the_table_says_or_changes_nothing(stage: Stage, command: str, before: Phase) -> None:
    bring_to(stage, before)
    assert phase(stage) is before
    move = MOVES[COMMANDS[command]]
    assert "chair" in move.by
    top = len(stage.entries)
    if before in move.before:
        assert stage.do(command, "chair", session="talk").phase is move.after
        assert phase(stage) is move.after
        return
    if before is move.after:
        assert stage.do(command, "chair", session="talk").phase is before
    else:
        with pytest.raises(Refused) as refused:
            stage.do(command, "chair", session="talk")
        assert refused.value.code == "not_now"
    assert len(stage.entries) == top


def test_every_phase_can_be_reached_and_left() -> None:
    assert {move.after for move in MOVES.values()} == set(Phase)
    assert {phase for move in MOVES.values() for phase in move.before} == set(Phase)
    assert all(move.by and move.text for move in MOVES.values())


@pytest.mark.parametrize("command", COMMANDS)
def test_only_who_runs_it_may(stage: Stage, command: str) -> None:
    for person in ("ana", stage.person("elsewhere", "chair", Scope("cellar"))):
        with pytest.raises(Refused) as refused:
            stage.do(command, person, session="talk")
        assert refused.value.code == "not_allowed"


def test_a_chair_of_one_session_runs_that_one_only(stage: Stage) -> None:
    stage.person("ben", "chair", Scope("hall", "talk"))
    stage.do("session.open", "ben", session="talk")
    with pytest.raises(Refused, match=r"session\.run"):
        stage.do("session.open", "ben", session="next")


def test_one_session_has_the_room_at_a_time(stage: Stage) -> None:
    stage.do("session.go_live", "chair", session="talk")
    for command in ("session.open", "session.go_live"):
        with pytest.raises(Refused) as refused:
            stage.do(command, "chair", session="next")
        assert refused.value.code == "room_busy"
        assert "Talk" in refused.value.message
    stage.do("session.go_live", "chair", session="next", end_former=True)
    assert (phase(stage), phase(stage, "next")) == (Phase.ENDED, Phase.LIVE)
    with pytest.raises(Refused, match="still on"):
        stage.do("session.reopen", "chair", session="talk")


def test_who_cannot_begin_ends_nobody_else(stage: Stage) -> None:
    stage.do("session.go_live", "chair", session="talk")
    stage.session("next", "hall", 60, 120, cancelled=True)
    with pytest.raises(Refused, match="cancelled"):
        stage.do("session.go_live", "chair", session="next", end_former=True)
    assert phase(stage) is Phase.LIVE


def test_live_at_is_the_first_time(stage: Stage) -> None:
    stage.do("session.go_live", "chair", session="talk")
    stage.minutes(5)
    stage.do("session.pause", "chair", session="talk")
    stage.minutes(5)
    stage.do("session.resume", "chair", session="talk")
    run = stage.state.get(room_stream("hall"), SessionRun, "talk")
    assert run is not None
    assert (run.live_at, run.since, run.start) == (TEN, stage.event_at, TEN)


def test_the_end_clears_what_was_for_the_session(stage: Stage) -> None:
    stage.do("session.go_live", "chair", session="talk")
    stage.do("room.set_door", "chair", room="hall", policy="waiting_room")
    for person in ("ana", stage.person("ben"), stage.person("cem")):
        stage.do("room.ask_in", person, room="hall")
    stage.do("room.admit", "chair", room="hall", person="ben")
    stage.do("room.decline", "chair", room="hall", person="cem")
    stage.do("session.end", "chair", session="talk")
    staff = room_staff_stream("hall")
    assert not stage.state.all(staff, Waiting)
    assert not stage.state.all(staff, Admission)
    assert stage.state.get(room_stream("hall"), Door, "hall") is None
    codes = [notice.code for notice in stage.state.all(person_stream("ana"), Notice).values()]
    assert codes == ["waiting_over"]


def test_a_door_until_taken_back_outlives_the_session(stage: Stage) -> None:
    stage.do("session.go_live", "chair", session="talk")
    stage.do("room.set_door", "chair", room="hall", policy="locked", for_session=False)
    stage.do("session.end", "chair", session="talk")
    assert stage.state.get(room_stream("hall"), Door, "hall") == Door(DoorPolicy.LOCKED)


def test_sessions_without_room_or_gone_are_refused(stage: Stage) -> None:
    stage.person("head", "organiser")
    stage.session("loose", "", 0, 10)
    with pytest.raises(Refused, match="has no room"):
        stage.do("session.open", "head", session="loose")
    with pytest.raises(Refused, match="not in the programme"):
        stage.do("session.open", "head", session="gone")


def test_two_that_press_at_once_are_one(stage: Stage) -> None:
    stage.do("session.go_live", "chair", session="talk")
    top = len(stage.entries)
    assert stage.do("session.go_live", "chair", session="talk").phase in RUNNING
    assert len(stage.entries) == top
