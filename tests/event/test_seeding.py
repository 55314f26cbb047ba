"""The first entries of an event, and the demo's day that begins again."""

from __future__ import annotations

import pytest

from turia.errors import Refused
from turia.event.commands import NOBODY, THE_SYSTEM, Moment, decide
from turia.event.entries import EVENT, Entry, put, room_stream
from turia.event.programme import DoorPolicy, Programme, Room, Session, Speaker
from turia.event.rooms import Door, Phase, SessionRun
from turia.event.seeding import Seed, SetTheDayBack
from turia.event.settings import EventClock, Info
from turia.event.state import State

HOUR = 3_600_000
MOMENT = Moment(1_000_000, 1_000_000, lambda: "new")


def seed(**more: object) -> Seed:
    session = Session("Opening", 10 * HOUR, 11 * HOUR, room="hall", speakers=("ana",))
    given: dict[str, object] = {
        "info": Info("An event"),
        "rooms": {"hall": Room("Hall")},
        "speakers": {"ana": Speaker("Ana")},
        "sessions": {"opening": session},
    }
    return Seed(**(given | more))  # type: ignore[arg-type]


def do(state: State, name: str, command: object) -> None:
    for change in decide(state, name, command, THE_SYSTEM, MOMENT).changes:  # type: ignore[arg-type]
        put_in(state, change.stream, change.kind, change.key, change.value)


def put_in(state: State, stream: str, kind: str, key: str, value: object) -> None:
    state.apply([Entry(stream, state.top(stream) + 1, 0, "system", kind, key, value)])  # type: ignore[arg-type]


def test_everything_is_there_afterwards() -> None:
    state = State()
    do(state, "event.seed", seed(source="event.toml"))
    assert state.get(EVENT, Info, "info") == Info("An event")
    assert state.get(EVENT, Programme, "programme") == Programme(draft=True, version=1, source="event.toml")
    assert list(state.all(EVENT, Session)) == ["opening"]
    assert state.get(EVENT, EventClock, "clock") == EventClock(0)


def test_the_clock_shows_what_the_demo_wants() -> None:
    state = State()
    do(state, "event.seed", seed(now=10 * HOUR))
    clock = state.get(EVENT, EventClock, "clock")
    assert clock is not None
    assert MOMENT.at + clock.shift_ms == 10 * HOUR


def test_an_event_is_not_seeded_twice() -> None:
    state = State()
    do(state, "event.seed", seed())
    with pytest.raises(Refused, match="has begun to be set up already"):
        do(state, "event.seed", seed())


def test_only_the_server_itself_seeds() -> None:
    with pytest.raises(Refused) as refused:
        decide(State(), "event.seed", seed(), NOBODY, MOMENT)
    assert refused.value.code == "not_allowed"


@pytest.mark.parametrize(
    ("session", "code"),
    [
        (Session("Talk", HOUR, HOUR), "bad_time"),
        (Session("Talk", 0, 40 * 24 * HOUR), "bad_time"),
        (Session("Talk", -HOUR, HOUR), "bad_time"),
        (Session(" ", 20_000 * HOUR, 20_001 * HOUR), "no_title"),
        (Session("Talk", 20_000 * HOUR, 20_001 * HOUR, room="nowhere"), "unknown_room"),
        (Session("Talk", 20_000 * HOUR, 20_001 * HOUR, track="none"), "unknown_track"),
        (Session("Talk", 20_000 * HOUR, 20_001 * HOUR, speakers=("ben",)), "unknown_speaker"),
        (Session("Talk", 20_000 * HOUR, 20_001 * HOUR, speakers=("ana", "ana")), "speaker_twice"),
    ],
)
def test_what_cannot_be_is_refused(session: Session, code: str) -> None:
    with pytest.raises(Refused) as refused:
        do(State(), "event.seed", seed(sessions={"talk": session}))
    assert refused.value.code == code


def test_a_day_that_begins_again_forgets_how_its_sessions_ran() -> None:
    state = State()
    do(state, "event.seed", seed())
    stream = room_stream("hall")
    for change in (
        put(stream, "opening", SessionRun(Phase.ENDED, 11 * HOUR)),
        put(stream, "hall", Door(DoorPolicy.LOCKED, session="opening")),
    ):
        put_in(state, change.stream, change.kind, change.key, change.value)
    do(state, "event.set_the_day_back", SetTheDayBack(10 * HOUR))
    assert state.all(stream, SessionRun) == {}
    assert state.all(stream, Door) == {}
    clock = state.get(EVENT, EventClock, "clock")
    assert clock is not None
    assert MOMENT.at + clock.shift_ms == 10 * HOUR
