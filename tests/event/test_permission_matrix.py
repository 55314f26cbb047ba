"""Every command and query x role x scope x time, against permission_matrix.toml. A new one without an entry fails."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import msgspec
import pytest
from tests.event.samples import sample

from turia.errors import Refused
from turia.event.all_commands import COMMANDS, QUERIES
from turia.event.commands import NOBODY, THE_SYSTEM, Actor, Answer, ask, check, decide
from turia.event.entries import EVENT, EVENT_STAFF, person_stream, put
from turia.event.grants import Grant
from turia.event.people import Guest, Registration, Status
from turia.event.permissions import Scope
from turia.event.programme import Room, Session
from turia.event.roles import BUILT_IN, Role
from turia.event.settings import Info, Policies
from turia.event.state import State
from turia.testing.backbone import NOW, moment, state_of

MINUTE = 60_000
#: The window of every grant, and when the sessions are on.
SINCE, UNTIL = NOW, NOW + 60 * MINUTE
TIMES = {
    "before": SINCE - 1,
    "at its beginning": SINCE,
    "in": NOW + 30 * MINUTE,
    "at its end": UNTIL,
    "after": UNTIL + 1,
}
IN_FORCE = {"at its beginning", "in"}
SCOPES = {
    "event": Scope(),
    "this room": Scope(room="plenary"),
    "another room": Scope(room="lab"),
    "this session": Scope(session="s1"),
    "this session in its room": Scope("plenary", "s1"),
    "another session": Scope(session="s2"),
    "a session in no room": Scope(session="gone"),
}
#: Which scopes of a grant reach what is asked ``where``.
REACH = {
    "event": {"event"},
    "room": {"event", "this room", "this session", "this session in its room"},
    "session": {"event", "this room", "this session", "this session in its room"},
}
GRANTED = [role for role in BUILT_IN if role not in {"nobody", "signed_in", "attendee"}]


class Expected(msgspec.Struct, forbid_unknown_fields=True):
    who: list[str]
    where: str


TABLE = msgspec.convert(
    tomllib.loads((Path(__file__).parent / "permission_matrix.toml").read_text(encoding="utf-8")), dict[str, Expected]
)
ALL = {**COMMANDS, **QUERIES}


def registered(status: Status, name: str = "Ana") -> Registration:
    return Registration(status, name, f"{name.lower()}@example.org", "individual", "ES")


@cache
def state_with(role: str, scope: Scope, status: Status = Status.CONFIRMED) -> State:
    """Ana has the role in the scope, for the window."""
    return state_of(
        put(EVENT, "info", Info("Day")),
        put(EVENT, "policies", Policies(doors_open_min=0, grace_min=0)),
        put(EVENT, "plenary", Room("Plenary")),
        put(EVENT, "lab", Room("Lab")),
        put(EVENT, "s1", Session("Opening", SINCE, UNTIL, room="plenary")),
        put(EVENT, "s2", Session("Workshop", SINCE, UNTIL, room="lab")),
        put(person_stream("ana"), "ana", registered(status)),
        put(person_stream("somebody"), "somebody", registered(Status.CONFIRMED, "Somebody")),
        put(person_stream("guest"), "guest", Guest("Gil")),
        put(EVENT_STAFF, "grant-1", Grant("somebody", "steward", Scope("plenary", "s1"))),
        put(EVENT_STAFF, "all", Role("All", tuple(sorted(BUILT_IN["organiser"])))),
        put(EVENT_STAFF, "grant-2", Grant("ana", role, scope, SINCE, UNTIL)),
    )


@cache
def payload(name: str) -> Any:
    return sample(ALL[name].payload)


def refusal(state: State, name: str, by: Actor, at: int) -> str:
    """The code with which asking is refused, "" if it is allowed."""
    try:
        check(state, ALL[name], payload(name), by, moment(event_at=at))
    except Refused as refused:
        return refused.code
    return ""


def allowed(state: State, name: str, by: Actor, at: int) -> bool:
    return not refusal(state, name, by, at)


def test_the_table_has_every_command_and_query_and_nothing_else() -> None:
    assert not ALL.keys() - TABLE.keys(), "add these to tests/event/permission_matrix.toml, and think about who may"
    assert not TABLE.keys() - ALL.keys(), "these are in tests/event/permission_matrix.toml, but do not exist any more"
    for expected in TABLE.values():
        assert expected.where in REACH
        assert set(expected.who) <= BUILT_IN.keys()


@pytest.mark.parametrize("name", sorted(ALL))
def test_what_people_may_without_any_grant(name: str) -> None:
    who = set(TABLE[name].who)
    state = state_with("none", Scope())
    for at in TIMES.values():
        assert allowed(state, name, NOBODY, at) == ("nobody" in who)
        assert allowed(state, name, Actor("stranger"), at) == ("nobody" in who)
        assert allowed(state, name, Actor("ana"), at) == bool({"nobody", "signed_in", "attendee"} & who)
        assert allowed(state, name, Actor("guest", guest=True), at) == bool({"nobody", "signed_in", "attendee"} & who)
        assert allowed(state, name, Actor("guest"), at) == ("nobody" in who), "guests are let in by the settings alone"
        assert allowed(state, name, THE_SYSTEM, at)


@pytest.mark.parametrize("name", sorted(ALL))
@pytest.mark.parametrize(
    "status", [Status.SUBMITTED, Status.ACKNOWLEDGED, Status.WAITING, Status.DECLINED, Status.WITHDRAWN]
)
def test_t24_grants_of_people_who_may_not_enter_are_nothing(name: str, status: Status) -> None:
    for role in (*GRANTED, "all"):
        state = state_with(role, Scope(), status)
        expected = bool({"nobody", "signed_in"} & set(TABLE[name].who))
        assert allowed(state, name, Actor("ana"), TIMES["in"]) == expected, role


@pytest.mark.parametrize("name", sorted(ALL))
def test_t24_every_role_in_every_scope_at_every_time(name: str) -> None:
    expected = TABLE[name]
    everybody = bool({"nobody", "signed_in", "attendee"} & set(expected.who))
    for role in GRANTED:
        for scope_name, scope in SCOPES.items():
            state = state_with(role, scope)
            for time, at in TIMES.items():
                granted = role in expected.who and scope_name in REACH[expected.where] and time in IN_FORCE
                assert allowed(state, name, Actor("ana"), at) == (everybody or granted), (role, scope_name, time)


@pytest.mark.parametrize("name", sorted(ALL))
def test_a_role_that_organisers_made_or_that_does_not_exist(name: str) -> None:
    who = set(TABLE[name].who)
    assert allowed(state_with("all", Scope()), name, Actor("ana"), TIMES["in"]) == bool(who)
    everybody = bool({"nobody", "signed_in", "attendee"} & who)
    assert allowed(state_with("no such role", Scope()), name, Actor("ana"), TIMES["in"]) == everybody


def actors() -> Iterator[tuple[State, Actor]]:
    yield state_with("none", Scope()), NOBODY
    yield state_with("none", Scope()), Actor("stranger")
    yield state_with("none", Scope()), Actor("guest", guest=True)
    yield state_with("none", Scope()), THE_SYSTEM
    yield state_with("none", Scope(), Status.DECLINED), Actor("ana")
    for role in (*GRANTED, "all"):
        yield state_with(role, Scope()), Actor("ana")
    yield State(), Actor("ana")
    yield State(), THE_SYSTEM


@pytest.mark.parametrize("name", sorted(ALL))
def test_the_refusal_says_whether_signing_in_helps(name: str) -> None:
    who = TABLE[name].who
    state, at = state_with("none", Scope()), TIMES["in"]
    if "nobody" not in who:
        assert refusal(state, name, NOBODY, at) == ("not_signed_in" if who else "not_allowed")
        assert refusal(state, name, Actor("stranger"), at) == "not_allowed"


def run(state: State, name: str, by: Actor) -> Answer | Refused:
    try:
        if name in COMMANDS:
            return decide(state, name, payload(name), by, moment()).answer
        return ask(state, name, payload(name), by, moment())
    except Refused as refused:
        return refused


@pytest.mark.parametrize("name", sorted(ALL))
def test_whoever_asks_gets_an_answer_or_a_sentence(name: str) -> None:
    """Also from an empty event, and with things that do not exist: never another exception, never another type."""
    for state, by in actors():
        got = run(state, name, by)
        if isinstance(got, Refused):
            assert got.code
            assert got.message.endswith((".", "?")), got.message
        else:
            said = msgspec.json.encode(got)
            assert msgspec.json.encode(msgspec.json.decode(said, type=ALL[name].answer)) == said
