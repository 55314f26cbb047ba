"""The first organiser."""

from __future__ import annotations

from tests.event.rig import Event

from turia.event.admission_rules import organisers
from turia.event.commands import THE_SYSTEM, decide
from turia.event.entries import EVENT_STAFF, delete
from turia.event.founding import FoundOrganiser
from turia.event.grants import Grant
from turia.event.people import Status
from turia.testing.backbone import entries_of, moment, state_of


def test_an_empty_event_gets_its_first_organiser() -> None:
    state = state_of()
    decision = decide(
        state, "people.found_organiser", FoundOrganiser(name="Ana", email="ana@example.org"), THE_SYSTEM, moment()
    )
    state.apply(entries_of(*decision.changes, state=state))
    assert organisers(state) == {decision.answer.person}  # type: ignore[attr-defined]


def test_there_is_one_first_organiser() -> None:
    event = Event()
    fields = {"name": "Eve", "email": "eve@example.org", "privacy": 1}
    assert event.refuses("people.found_organiser", **fields).code == "has_organiser"
    eve = event.do("people.found_organiser", **fields, again=True).person
    assert organisers(event.state) == {"olga", eve}
    assert (event[eve].status, event[eve].source) == (Status.CONFIRMED, "first_start")
    assert event.do("people.found_organiser", **fields, again=True).person == eve
    assert len(event.state.all(EVENT_STAFF, Grant)) == 2


def test_somebody_registered_becomes_organiser_even_in_a_full_event() -> None:
    event = Event(capacity=1)
    ana = event.enrol("Ana")
    event.put(delete(EVENT_STAFF, Grant, "first"))
    assert event[ana].status is Status.WAITING
    fields = {"name": "Other name", "email": "ANA@example.org"}
    assert event.do("people.found_organiser", **fields).person == ana
    assert (event[ana].status, event[ana].name) == (Status.CONFIRMED, "Ana")


def test_an_old_privacy_text_is_not_agreed_to() -> None:
    fields = {"name": "Eve", "email": "eve@example.org", "again": True}
    assert Event().refuses("people.found_organiser", **fields, privacy=2).code == "consent_stale"
