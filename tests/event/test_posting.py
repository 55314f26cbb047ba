"""What becomes of letters, decided: marks, another attempt by hand, reminders once each."""

from __future__ import annotations

import pytest

from turia.errors import Refused
from turia.event.commands import THE_SYSTEM, Moment
from turia.event.entries import EVENT_MAIL, Entry, Value, person_stream
from turia.event.mail import Mail, Posted, Template
from turia.event.people import Registration, Status
from turia.event.posting import REMIND_AT_ONCE, MarkLetter, Remind, SendAgain, mark, remind, send_again, unreminded
from turia.event.state import State

MOMENT = Moment(1_000, 1_000, iter("abcdefghijklmnopqrstuvwxyz" * 20).__next__)


def state_of(*things: tuple[str, str, Value]) -> State:
    state = State()
    for stream, key, value in things:
        state.apply([Entry(stream, state.top(stream) + 1, 1, "system", value.kind, key, value)])
    return state


def registered(key: str, status: Status = Status.APPROVED) -> tuple[str, str, Value]:
    return person_stream(key), key, Registration(status, key, f"{key}@example.org", "individual")


def test_a_letter_is_marked_and_its_error_kept_short() -> None:
    state = state_of((EVENT_MAIL, "k", Mail("ana", Template.CONFIRM)))
    given = MarkLetter(letter="k", posted=Posted.FAILED, attempts=3, error="x" * 5_000)
    (change,) = mark(state, given, THE_SYSTEM, MOMENT).changes
    assert change.value == Mail("ana", Template.CONFIRM, posted=Posted.FAILED, attempts=3, error="x" * 300)


def test_marking_what_is_so_or_what_is_gone_changes_nothing() -> None:
    state = state_of((EVENT_MAIL, "k", Mail("ana", Template.CONFIRM, posted=Posted.SENT, attempts=1)))
    assert mark(state, MarkLetter(letter="k", posted=Posted.SENT, attempts=1), THE_SYSTEM, MOMENT).changes == ()
    assert mark(state, MarkLetter(letter="gone", posted=Posted.SENT), THE_SYSTEM, MOMENT).changes == ()


def test_only_what_failed_is_sent_again() -> None:
    failed = Mail("ana", Template.CONFIRM, posted=Posted.FAILED, attempts=8, error="no such mailbox")
    (change,) = send_again(state_of((EVENT_MAIL, "k", failed)), SendAgain("k"), THE_SYSTEM, MOMENT).changes
    assert change.value == Mail("ana", Template.CONFIRM)
    for posted in (Posted.QUEUED, Posted.SENT, Posted.FILED):
        state = state_of((EVENT_MAIL, "k", Mail("ana", Template.CONFIRM, posted=posted)))
        with pytest.raises(Refused) as caught:
            send_again(state, SendAgain("k"), THE_SYSTEM, MOMENT)
        assert caught.value.code == "not_failed"
    with pytest.raises(Refused) as caught:
        send_again(State(), SendAgain("k"), THE_SYSTEM, MOMENT)
    assert caught.value.code == "unknown_letter"


@pytest.mark.parametrize("status", list(Status))
def test_reminders_go_to_those_who_may_enter(status: Status) -> None:
    wanted = status in {Status.APPROVED, Status.CONFIRMED, Status.CHECKED_IN}
    assert unreminded(state_of(registered("ana", status)), 5) == (["ana"] if wanted else [])


def test_nobody_is_reminded_twice_whatever_became_of_the_letter() -> None:
    for posted in Posted:
        letter = Mail("ana", Template.REMINDER, posted=posted)
        state = state_of(registered("ana"), registered("ben"), (EVENT_MAIL, "k", letter))
        (change,) = remind(state, Remind(), THE_SYSTEM, MOMENT).changes
        assert change.value == Mail("ben", Template.REMINDER)


def test_reminding_takes_so_many_at_a_time() -> None:
    state = state_of(*(registered(f"p{n}") for n in range(REMIND_AT_ONCE + 3)))
    assert len(remind(state, Remind(), THE_SYSTEM, MOMENT).changes) == REMIND_AT_ONCE
