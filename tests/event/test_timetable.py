"""What the timetable does by itself, however the clock and the programme move."""

from __future__ import annotations

import contextlib

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from turia.errors import Refused
from turia.event import sessions
from turia.event.entries import EVENT, Change, delete, room_stream
from turia.event.programme import Session
from turia.event.rooms import Phase, SessionRun
from turia.event.sessions import MOVES, RUNNING
from turia.event.settings import Policies
from turia.event.timetable import due
from turia.testing.stage import MINUTE, TEN, Stage

PLANNED, OPEN, LIVE, PAUSED, ENDED, CANCELLED = Phase


@pytest.fixture
def stage() -> Stage:
    """Doors open 15 minutes before, grace of 5; two sessions in a row from 10:00 and one at 13:00; it is 9:00."""
    stage = Stage(TEN - 60 * MINUTE)
    stage.set(EVENT, "policies", Policies(doors_open_min=15, grace_min=5))
    stage.room("hall")
    stage.session("first", "hall", 0, 60)
    stage.session("second", "hall", 60, 120)
    stage.session("late", "hall", 180, 240)
    stage.person("chair", "chair")
    return stage


def phases(stage: Stage) -> list[Phase]:
    return [sessions.phase_of(stage.state, key) for key in ("first", "second", "late")]


def at(stage: Stage, minutes: float) -> list[Phase]:
    stage.at = TEN + int(minutes * MINUTE)
    stage.follow()
    return phases(stage)


def test_a_day_goes_by(stage: Stage) -> None:
    assert at(stage, -15.01) == [PLANNED, PLANNED, PLANNED]
    assert at(stage, -15) == [OPEN, PLANNED, PLANNED]
    assert at(stage, -0.01) == [OPEN, PLANNED, PLANNED]
    assert at(stage, 0) == [LIVE, PLANNED, PLANNED]
    assert at(stage, 59.99) == [LIVE, PLANNED, PLANNED], "the next one waits for the room"
    assert at(stage, 60) == [ENDED, LIVE, PLANNED], "and takes it at its start"
    assert at(stage, 124.99) == [ENDED, LIVE, PLANNED], "with grace where nobody comes next"
    assert at(stage, 125) == [ENDED, ENDED, PLANNED]
    assert at(stage, 165) == [ENDED, ENDED, OPEN]
    assert not due(stage.state, stage.event_at)


@pytest.mark.parametrize("minutes", [-20, -10, 10, 62, 100, 126, 170, 300])
def test_one_step_leads_where_many_lead(stage: Stage, minutes: int) -> None:
    """A restart or a shifted clock: what was missed need not be caught up with."""
    for step in range(-60, minutes):
        at(stage, step)
    many = at(stage, minutes)
    fresh = Stage(TEN + minutes * MINUTE)
    fresh.put(*(entry_to_change for entry_to_change in _programme(stage)))
    fresh.follow()
    assert phases(fresh) == many


def test_what_nobody_saw_is_not_begun_in_its_grace(stage: Stage) -> None:
    assert at(stage, 123) == [ENDED, ENDED, PLANNED]


def _programme(stage: Stage) -> list:  # type: ignore[type-arg]

    return [
        Change(e.stream, e.kind, e.key, e.value) for e in stage.entries if e.kind in ("session", "room", "policies")
    ]


def test_a_clock_set_back_undoes_what_has_not_happened(stage: Stage) -> None:
    """A rehearsal at night: the clock is put forward, the day is played, the clock is put back."""
    stage.shift(30 + 60)
    stage.follow()
    assert phases(stage) == [LIVE, PLANNED, PLANNED]
    stage.do("session.pause", "chair", session="first")
    stage.shift(300)
    stage.follow()
    assert phases(stage) == [ENDED, ENDED, ENDED]
    stage.shift(60 + 90)
    stage.follow()
    assert phases(stage) == [ENDED, LIVE, PLANNED], "paused at 10:30 and ended since, as far as 11:30 knows"
    stage.shift(0)
    stage.follow()
    assert phases(stage) == [PLANNED, PLANNED, PLANNED]
    assert not stage.state.all(room_stream("hall"), SessionRun)


def test_a_wall_clock_that_jumps_back_undoes_nothing(stage: Stage) -> None:
    at(stage, 0)
    stage.do("session.pause", "chair", session="first")
    assert at(stage, -30) == [PAUSED, PLANNED, PLANNED]


def test_what_the_chair_decided_later_stands(stage: Stage) -> None:
    at(stage, 10)
    stage.do("session.end", "chair", session="first")
    assert at(stage, 11) == [ENDED, PLANNED, PLANNED], "ended early stays ended"
    stage.do("session.reopen", "chair", session="first")
    assert at(stage, 12) == [OPEN, PLANNED, PLANNED], "reopened: it is not started for him"
    assert at(stage, 60) == [ENDED, LIVE, PLANNED], "but its time is over for the next one"


def test_reopened_after_its_time_it_is_the_chairs(stage: Stage) -> None:
    at(stage, 125)
    stage.do("session.reopen", "chair", session="second")
    assert at(stage, 166) == [ENDED, OPEN, PLANNED], "the next one waits"
    assert at(stage, 190) == [ENDED, OPEN, PLANNED]
    stage.do("session.end", "chair", session="second")
    assert at(stage, 190) == [ENDED, ENDED, LIVE]


def test_after_an_early_end_the_room_turns_over_before_the_next_one_opens(stage: Stage) -> None:
    at(stage, 48)
    stage.do("session.end", "chair", session="first")
    assert at(stage, 48) == [ENDED, PLANNED, PLANNED], "the lead time of the next one has begun, the turnover has too"
    assert at(stage, 52.99) == [ENDED, PLANNED, PLANNED]
    assert at(stage, 53) == [ENDED, OPEN, PLANNED]
    assert not due(stage.state, stage.event_at)


def test_the_turnover_puts_off_no_start_and_holds_no_chair(stage: Stage) -> None:
    at(stage, 58)
    stage.do("session.end", "chair", session="first")
    stage.do("session.open", "chair", session="second")
    assert at(stage, 58) == [ENDED, OPEN, PLANNED]
    stage.do("session.end", "chair", session="second")
    stage.do("session.reopen", "chair", session="first")
    stage.do("session.end", "chair", session="first")
    stage.session("late", "hall", 60, 90)
    assert at(stage, 59) == [ENDED, ENDED, PLANNED]
    assert at(stage, 60) == [ENDED, ENDED, LIVE], "it begins in time"


def test_the_timetable_leaves_a_turnover_too(stage: Stage) -> None:
    stage.session("late", "hall", 132, 180)
    assert at(stage, 70)[1:] == [LIVE, PLANNED]
    assert at(stage, 125)[1:] == [ENDED, PLANNED]
    assert at(stage, 129.99)[1:] == [ENDED, PLANNED]
    assert at(stage, 130)[1:] == [ENDED, OPEN]


def test_who_never_was_on_leaves_no_turnover(stage: Stage) -> None:
    stage.session("late", "hall", 130, 180)
    assert at(stage, 122) == [ENDED, ENDED, OPEN], "the venue was down meanwhile"


def test_doors_that_open_later_by_new_rules_close_what_the_timetable_opened(stage: Stage) -> None:
    assert at(stage, -15) == [OPEN, PLANNED, PLANNED]
    stage.set(EVENT, "policies", Policies(doors_open_min=10, grace_min=5))
    assert at(stage, -14) == [PLANNED, PLANNED, PLANNED]
    assert not due(stage.state, stage.event_at)
    assert at(stage, -10) == [OPEN, PLANNED, PLANNED]


def test_doors_that_open_later_by_new_rules_leave_what_a_chair_opened(stage: Stage) -> None:
    stage.do("session.open", "chair", session="first")
    stage.set(EVENT, "policies", Policies(doors_open_min=1, grace_min=5))
    assert at(stage, -14) == [OPEN, PLANNED, PLANNED]


def test_whoever_opens_early_is_not_closed_again(stage: Stage) -> None:
    stage.do("session.open", "chair", session="first")
    assert at(stage, -50) == [OPEN, PLANNED, PLANNED]
    assert at(stage, 0) == [LIVE, PLANNED, PLANNED]


def test_a_session_of_the_chair_waits_for_him(stage: Stage) -> None:
    stage.session("first", "hall", 0, 60, by_timetable=False)
    assert at(stage, 10) == [PLANNED, PLANNED, PLANNED]
    stage.do("session.go_live", "chair", session="first")
    assert at(stage, 90) == [LIVE, PLANNED, PLANNED], "and keeps the room until he ends it"
    stage.do("session.end", "chair", session="first")
    assert at(stage, 90) == [ENDED, LIVE, PLANNED]


def test_one_that_never_got_the_room_is_over_at_its_end(stage: Stage) -> None:
    stage.session("first", "hall", 0, 60, by_timetable=False)
    stage.do("session.go_live", "chair", session="first")
    assert at(stage, 120) == [LIVE, ENDED, PLANNED]


def test_cancelled_and_restored(stage: Stage) -> None:
    at(stage, 10)
    stage.session("first", "hall", 0, 60, cancelled=True)
    assert sessions.current(stage.state, "hall") is None, "at once, before the timetable runs"
    assert at(stage, 10) == [CANCELLED, PLANNED, PLANNED]
    stage.session("first", "hall", 0, 60)
    assert at(stage, 11) == [LIVE, PLANNED, PLANNED]


def test_moved_to_later_it_begins_again(stage: Stage) -> None:
    assert at(stage, -10) == [OPEN, PLANNED, PLANNED]
    stage.session("first", "hall", 250, 300)
    assert at(stage, -10) == [PLANNED, PLANNED, PLANNED]
    stage.session("first", "hall", 0, 60)
    assert at(stage, 130) == [ENDED, ENDED, PLANNED]
    stage.session("first", "hall", 250, 300)
    assert at(stage, 130) == [PLANNED, ENDED, PLANNED]


def test_live_and_moved_to_later_it_goes_on(stage: Stage) -> None:
    at(stage, 0)
    stage.session("first", "hall", 10, 70)
    assert at(stage, 1) == [LIVE, PLANNED, PLANNED]


def test_moved_to_another_room_the_run_goes_along(stage: Stage) -> None:
    stage.room("annex")
    at(stage, 10)
    stage.do("session.pause", "chair", session="first")
    run = stage.state.get(room_stream("hall"), SessionRun, "first")
    stage.session("first", "annex", 0, 60)
    assert sessions.current(stage.state, "hall") is None
    assert at(stage, 11) == [PAUSED, PLANNED, PLANNED]
    assert stage.state.get(room_stream("annex"), SessionRun, "first") == run
    assert not stage.state.all(room_stream("hall"), SessionRun)
    assert at(stage, 65) == [ENDED, LIVE, PLANNED]


def test_moved_into_a_room_where_one_is_on_it_waits(stage: Stage) -> None:
    stage.room("annex")
    stage.session("other", "annex", 0, 30)
    at(stage, 5)
    stage.session("other", "hall", 0, 30)
    assert at(stage, 6) == [LIVE, PLANNED, PLANNED]
    assert sessions.phase_of(stage.state, "other") is PLANNED


def test_taken_out_of_the_programme_it_is_gone(stage: Stage) -> None:
    at(stage, 10)
    stage.put(delete(EVENT, Session, "first"))
    stage.follow()
    assert not stage.state.all(room_stream("hall"), SessionRun)
    at(stage, 61)
    stage.session("second", "", 60, 120)
    stage.follow()
    assert not stage.state.all(room_stream("hall"), SessionRun)


def test_one_that_is_only_open_gives_way_to_an_earlier_one(stage: Stage) -> None:
    at(stage, -10)
    stage.session("urgent", "hall", -9, -2)
    assert at(stage, -9) == [PLANNED, PLANNED, PLANNED]
    assert sessions.phase_of(stage.state, "urgent") is LIVE
    assert at(stage, 0) == [LIVE, PLANNED, PLANNED]


def test_people_may_not_speak_for_the_timetable(stage: Stage) -> None:
    stage.person("head", "organiser")
    for person in ("chair", "head"):
        with pytest.raises(Refused):
            stage.do("session.follow_timetable", person)


_STEPS = st.lists(
    st.one_of(
        st.tuples(st.just("time"), st.integers(0, 50)),
        st.tuples(st.just("shift"), st.integers(-300, 300)),
        st.tuples(st.sampled_from(["open", "go_live", "pause", "resume", "end", "reopen"]), st.integers(0, 4)),
        st.tuples(st.sampled_from(["move", "room", "cancel", "restore", "drop", "chairs"]), st.integers(0, 4)),
    ),
    max_size=40,
)


@settings(max_examples=150, deadline=None)
@given(_STEPS, st.integers(0, 30), st.integers(0, 120))
def test_whatever_happens_each_room_has_one_session_and_the_table_is_kept(
    steps: list[tuple[str, int]], grace: int, lead: int
) -> None:
    stage = Stage(TEN - 30 * MINUTE)
    stage.set(EVENT, "policies", Policies(doors_open_min=lead, grace_min=grace))
    stage.room("hall")
    stage.room("annex")
    stage.person("chair", "organiser")
    for number in range(5):
        stage.session(f"s{number}", "annex" if number == 4 else "hall", 45 * number, 45 * number + 60)
    for what, number in steps:
        _step(stage, what, number)
        stage.follow()
        assert not due(stage.state, stage.event_at), "one pass is enough"
        for room in ("hall", "annex"):
            runs = stage.state.all(room_stream(room), SessionRun)
            assert sum(run.phase in RUNNING for run in runs.values()) <= 1
            for key in runs:
                session = stage.state.get(EVENT, Session, key)
                assert session is not None
                assert session.room == room
    _assert_table_kept(stage)


def _step(stage: Stage, what: str, number: int) -> None:
    key = f"s{number}"
    session = stage.state.get(EVENT, Session, key)
    if what == "time":
        stage.minutes(number)
    elif what == "shift":
        stage.shift(number)
    elif what == "drop":
        stage.put(delete(EVENT, Session, key))
    elif what in ("move", "room", "cancel", "restore", "chairs"):
        old = session or Session("New", TEN, TEN + 30 * MINUTE, room="hall")
        start, end = (old.start - TEN) // MINUTE, (old.end - TEN) // MINUTE
        moved = 20 if what == "move" else 0
        other = "annex" if old.room == "hall" else "hall"
        stage.session(
            key,
            other if what == "room" else old.room,
            start + moved,
            end + moved,
            cancelled=what == "cancel" or (old.cancelled and what != "restore"),
            by_timetable=old.by_timetable if what != "chairs" else not old.by_timetable,
        )
    elif session is not None:
        more = {"end_former": True} if number % 2 and what in ("open", "go_live", "reopen") else {}
        with contextlib.suppress(Refused):
            stage.do(f"session.{what}", "chair", session=key, **more)


def _assert_table_kept(stage: Stage) -> None:
    """Every change of a phase is a row of the table."""
    rows = {(before, move.after) for move in MOVES.values() for before in move.before}
    rows |= {(before, last) for before, after in rows if after is PLANNED for first, last in rows if first is PLANNED}
    noted: dict[tuple[str, str], Phase] = {}
    for entry in stage.entries:
        if entry.kind != SessionRun.kind:
            continue
        before = noted.get((entry.stream, entry.key), PLANNED)
        after = entry.value.phase if isinstance(entry.value, SessionRun) else PLANNED
        carried = before is PLANNED and any(phase is after for (_, key), phase in noted.items() if key == entry.key)
        assert before is after or (before, after) in rows or carried, (before, after)
        noted[entry.stream, entry.key] = after
