"""What somebody is told that he may do is what he may do."""

from __future__ import annotations

from turia.event.commands import Actor, Moment, ask
from turia.event.entries import EVENT_STAFF, Entry, Value, person_stream
from turia.event.grants import Grant
from turia.event.people import Registration, Status
from turia.event.roles import BUILT_IN, Permission, Role
from turia.event.scopes import Scope
from turia.event.standing import Standing, WhatMayI
from turia.event.state import State

ANA = Actor("ana")


def _state(*things: tuple[str, str, Value]) -> State:
    state = State()
    for stream, key, value in things:
        state.apply([Entry(stream, state.top(stream) + 1, 0, "system", value.kind, key, value)])
    return state


def _ask(state: State, at: int = 500, by: Actor = ANA) -> Standing:
    answer = ask(state, "people.standing", WhatMayI(), by, Moment(at, at, lambda: "id"))
    assert isinstance(answer, Standing)
    return answer


def _registered(status: Status = Status.APPROVED) -> tuple[str, str, Value]:
    return person_stream("ana"), "ana", Registration(status, "Ana", "ana@example.org", "individual")


def test_without_a_role_it_is_what_the_registration_gives() -> None:
    assert _ask(_state(_registered())).permissions == tuple(sorted(BUILT_IN["attendee"]))
    assert Permission.EVENT_ENTER not in _ask(_state(_registered(Status.WAITING))).permissions
    assert Permission.EVENT_ENTER in _ask(_state(), by=Actor("ana", guest=True)).permissions


def test_a_role_counts_in_its_time_and_never_gives_what_is_the_servers() -> None:
    grant = Grant("ana", "organiser", since=100, until=1_000)
    state = _state(_registered(), (EVENT_STAFF, "g", grant))
    assert set(_ask(state).permissions) == set(Permission) - {Permission.NOBODY}
    assert Permission.PEOPLE_MANAGE not in _ask(state, 50).permissions
    assert (_ask(state, 1_000).permissions, _ask(state, 1_000).held) == (_ask(state, 50).permissions, ())


def test_a_role_in_a_room_is_told_with_its_scope_and_is_none_in_the_event() -> None:
    own = Role("Door keeper", ("room.admit",))
    grant = Grant("ana", "keeper", Scope(room="plenary"))
    answer = _ask(_state(_registered(), (EVENT_STAFF, "keeper", own), (EVENT_STAFF, "g", grant)))
    assert Permission.ROOM_ADMIT not in answer.permissions
    [held] = answer.held
    assert (held.role, held.scope.room, held.permissions) == ("keeper", "plenary", ("room.admit",))
