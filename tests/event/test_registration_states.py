"""The table of states, and that nothing that people do in any order leaves it or breaks capacity."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.event.rig import Event, address, chosen

from turia.errors import Refused
from turia.event.admission_rules import policies_of
from turia.event.commands import Actor
from turia.event.people import MAY_ENTER, Registration, Status
from turia.event.register import Register
from turia.event.registration_states import MOVES, STATUS_TITLES, Act, after, can
from turia.event.settings import RegistrationMode
from turia.event.state import State

NAMES = ("Ana", "Ben", "Cid", "Dora", "Eve", "Finn")
STEPS = st.lists(
    st.tuples(
        st.sampled_from(
            [
                "register",
                "prove",
                "approve",
                "over",
                "decline",
                "withdraw",
                "check in",
                "erase",
                "capacity",
                "mode",
                "many",
            ]
        ),
        st.sampled_from(range(len(NAMES))),
    ),
    max_size=40,
)


def test_every_status_has_its_moves_and_its_words() -> None:
    assert MOVES.keys() == set(Status) == STATUS_TITLES.keys()
    reached = {to for moves in MOVES.values() for to in moves.values()}
    assert reached == set(Status), "every status can be reached, and only statuses are"


@pytest.mark.parametrize("status", Status)
@pytest.mark.parametrize("act", Act)
def test_what_the_table_lacks_is_refused(status: Status, act: Act) -> None:
    if can(status, act):
        assert after(status, act) is MOVES[status][act]
    else:
        with pytest.raises(Refused) as refused:
            after(status, act)
        assert refused.value.code == "wrong_status"


def test_only_those_who_withdrew_can_register_again_and_nobody_enters_unproved() -> None:
    assert [status for status in Status if can(status, Act.REGISTER_AGAIN)] == [Status.WITHDRAWN]
    assert {status for status in Status if can(status, Act.CHECK_IN)} == MAY_ENTER - {Status.CHECKED_IN}


@settings(max_examples=150, deadline=None)
@given(STEPS, st.integers(0, 4), st.sampled_from([RegistrationMode.OPEN, RegistrationMode.APPROVAL]))
def test_any_order_of_what_people_do(steps: list[tuple[str, int]], capacity: int, mode: RegistrationMode) -> None:
    event = Event(capacity=capacity, registration=mode)
    before = {person: each.status for person, each in event.people().items()}
    waited: list[str] = []
    for step, who in steps:
        taken = event.state.view(Register).taken()
        try:
            take(event, step, who)
        except Refused:
            continue
        finally:
            event.now += 1
        now = {person: each.status for person, each in event.people().items()}
        check_moves(before, now)
        check_places(event, step, taken)
        waited = check_order(event, waited, now)
        before = now
    check_view(event)


def take(event: Event, step: str, who: int) -> None:  # noqa: C901 - a case for each step
    name = NAMES[who]
    mine = event.state.view(Register).by_address(address(name))
    match step:
        case "register":
            event.register(name)
        case "prove":
            event.do("people.prove_address", person=mine or "none", email=address(name))
        case "approve" | "over":
            event.do("people.approve", event.organiser, people=chosen(mine or "none"), over_capacity=step == "over")
        case "many":
            event.do("people.approve", event.organiser, people=chosen(*event.people()) or chosen("none"))
        case "decline":
            event.do("people.decline", event.organiser, people=chosen(mine or "none"))
        case "withdraw":
            event.do("people.withdraw", Actor(mine or "none"))
        case "check in":
            event.do("people.consent", Actor(mine or "none"), document="conduct", version=1)
            event.do("people.check_in", Actor(mine or "none"))
        case "erase":
            event.do("people.erase", event.organiser, person=mine or "none")
        case "capacity":
            event.policies(capacity=who, registration=policies_of(event.state).registration)
        case "mode":
            modes = [RegistrationMode.OPEN, RegistrationMode.APPROVAL]
            event.policies(capacity=policies_of(event.state).capacity, registration=modes[who % 2])


def reachable(start: Status) -> set[Status]:
    """Where one command can lead: proving an address approves and confirms in one go."""
    found = {start}
    for _ in range(3):
        found |= {to for status in found for to in MOVES[status].values()}
    return found


def check_moves(before: dict[str, Status], now: dict[str, Status]) -> None:
    for person, status in now.items():
        assert status in reachable(before.get(person, Status.SUBMITTED)), (before.get(person), status)


def check_places(event: Event, step: str, taken_before: int) -> None:
    """A full event takes nobody more (but by an organiser's word); and nobody waits while there is a place."""
    register = event.state.view(Register)
    capacity = policies_of(event.state).capacity
    if capacity and register.taken() > capacity:
        assert step in ("over", "capacity") or register.taken() <= taken_before
    if not capacity or register.taken() < capacity:
        assert not register.waiting()


def check_order(event: Event, waited: list[str], now: dict[str, Status]) -> list[str]:
    """Whoever still waits, waits in the same order; and those who were let in came before those who were not."""
    waiting = event.state.view(Register).waiting()
    assert [person for person in waiting if person in waited] == [person for person in waited if person in waiting]
    queues = [event[person].queue for person in waiting]
    assert len(set(queues)) == len(queues)
    assert all(event[person].queue == 0 for person, status in now.items() if status is not Status.WAITING)
    return waiting


def check_view(event: Event) -> None:
    """The index says what a scan says."""
    fresh = State()
    fresh.apply(event.log)
    register, again = event.state.view(Register), fresh.view(Register)
    assert register.everybody == again.everybody
    assert register.waiting() == again.waiting()
    assert +register.counts == +again.counts
    scanned = [each for each in register.everybody.values() if isinstance(each, Registration)]
    assert register.taken() == sum(each.status in MAY_ENTER for each in scanned)
    for person, each in register.everybody.items():
        assert register.by_address(each.email.upper()) == person
