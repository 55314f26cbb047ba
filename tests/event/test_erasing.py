"""Deleting a person: nothing of him stands in the state or in the log, and everybody else's entries stay."""

from __future__ import annotations

import msgspec
import pytest
from tests.event.rig import HALL, busy_event

from turia.errors import Refused
from turia.event.commands import Actor
from turia.event.entries import EVENT, EVENT_STAFF, person_stream
from turia.event.erasing import Erasure
from turia.event.people import Status
from turia.event.programme import Session, Speaker


def test_everything_of_the_person_leaves_the_state() -> None:
    event, ana = busy_event()
    ben = event.enrol("Ben")
    assert event[ben].status is Status.WAITING
    event.do("people.erase_mine", Actor(ana), sure=True)
    standing = msgspec.json.encode(
        [item.value for things in event.state._items.values() for item in things.values()]
    ).decode()
    assert "Secret" not in standing
    assert "Hidden" not in standing
    assert "ana@example.org" not in standing
    assert event.state.get(EVENT, Session, "s1") == Session("Opening", 1, 2, room="hall", chairs=("olga",))
    assert event.state.get(EVENT, Speaker, "sp") == Speaker("Keynote speaker")
    assert event[ben].status is Status.APPROVED, "the place goes to who waits"
    assert event.refuses("people.me", Actor(ana)).code == "not_allowed"
    assert event.refuses("people.erase_mine", Actor(ana), sure=True).code == "not_allowed"
    assert event.enrol("Ana Secret", email="ana@example.org") != ana, "who comes back is somebody new"


def test_the_log_keeps_the_act_without_the_data() -> None:
    event, ana = busy_event()
    event.do("people.erase", event.organiser, person=ana, reason="Asked by letter")
    (erasure,) = event.state.all(EVENT_STAFF, Erasure).values()
    assert (erasure.person, erasure.own, erasure.reason, erasure.done) == (ana, False, "Asked by letter", False)
    assert (person_stream(ana), "", "") in erasure.things
    assert (HALL, "waiting", ana) in erasure.things
    kinds = {kind for _, kind, _ in erasure.things}
    assert {"mail", "invitation"} <= kinds


def test_one_says_that_one_is_sure() -> None:
    event, ana = busy_event()
    assert event.refuses("people.erase_mine", Actor(ana), sure=False).code == "not_sure"
    assert event.refuses("people.erase", event.organiser, person="nobody").code == "unknown_person"


def test_a_steward_or_moderator_cannot_erase_anybody() -> None:
    event, ana = busy_event()
    ben = event.do("people.add", event.organiser, **{**_form("Ben"), "over_capacity": True}).person
    event.grant(ben, "moderator")
    with pytest.raises(Refused):
        event.do("people.erase", Actor(ben), person=ana)


def _form(name: str) -> dict[str, object]:
    return {"name": name, "email": f"{name.lower()}@example.org", "category": "individual", "country": "ES"} | {
        "contribute": True
    }
