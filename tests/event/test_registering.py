"""Registering: the answer tells nobody whether an address is known; states, places, addresses."""

from __future__ import annotations

import pytest
from tests.event.rig import Event, chosen, form

from turia.event.admission_rules import policies_of
from turia.event.commands import NOBODY, Actor, Answer
from turia.event.entries import EVENT, delete, person_stream, put
from turia.event.grants import Grant
from turia.event.mail import Template
from turia.event.people import Consent, Status
from turia.event.programme import Speaker
from turia.event.registering import LETTER_EVERY_MS
from turia.event.settings import Document, RegistrationMode
from turia.testing.backbone import picture


def test_a_fresh_registration_waits_for_its_address_to_be_proved() -> None:
    event = Event()
    ana = event.register("Ana", affiliation=" City   of Valencia ", audience="city_administration", look=(1, 2))
    there = event[ana]
    assert (there.status, there.affiliation, there.look) == (Status.SUBMITTED, "City of Valencia", (1, 2))
    assert (there.submitted_at, there.source) == (event.now, "form")
    assert event.letters(ana) == [Template.CONFIRM]
    assert event.state.get(person_stream(ana), Consent, "privacy.1") == Consent("privacy", 1)


def test_open_registration_confirms_whoever_proves_his_address() -> None:
    event = Event()
    ana = event.register("Ana")
    answer = event.do("people.prove_address", person=ana, email="ANA@example.org")
    assert answer.status is Status.CONFIRMED
    assert event.letters(ana) == [Template.CONFIRM, Template.APPROVED]
    before = picture(event.state)
    assert event.do("people.prove_address", person=ana, email="ana@example.org").status is Status.CONFIRMED
    assert picture(event.state) == before, "a link works twice, and the second time changes nothing"


def test_with_approval_people_wait_for_a_decision_and_confirm_by_coming_back() -> None:
    event = Event(registration=RegistrationMode.APPROVAL)
    ana = event.enrol("Ana")
    assert event[ana].status is Status.ACKNOWLEDGED
    event.do("people.approve", event.organiser, people=chosen(ana))
    assert event[ana].status is Status.APPROVED
    event.do("people.prove_address", person=ana, email="ana@example.org")
    assert event[ana].status is Status.CONFIRMED


@pytest.mark.parametrize(
    ("mode", "code"),
    [(RegistrationMode.CLOSED, "registration_closed"), (RegistrationMode.INVITATION, "invitation_needed")],
)
def test_closed_registration_is_closed_to_everybody_alike(mode: RegistrationMode, code: str) -> None:
    event = Event()
    event.register("Ana")
    event.policies(registration=mode)
    assert event.refuses("people.register", NOBODY, **form("Ana")).code == code
    assert event.refuses("people.register", NOBODY, **form("Ben")).code == code


def test_who_proves_his_address_after_registration_closed_waits_for_a_decision() -> None:
    event = Event()
    ana = event.register("Ana")
    event.policies(registration=RegistrationMode.CLOSED)
    assert event.do("people.prove_address", person=ana, email="ana@example.org").status is Status.ACKNOWLEDGED


@pytest.mark.parametrize("proved", [False, True])
def test_a_known_address_is_neither_revealed_nor_changed(proved: bool) -> None:
    event = Event()
    ana = event.enrol("Ana") if proved else event.register("Ana")
    event.now += LETTER_EVERY_MS
    before, there = len(event.log), event[ana]
    answer = event.do("people.register", NOBODY, **form("Eve", email="Ana@Example.org", country="FR"))
    assert answer == Answer() == event.do("people.register", NOBODY, **form("Ben"))
    assert event[ana] == there
    assert [entry.kind for entry in event.log[before:][:1]] == ["mail"]
    assert event.letters(ana)[-1] is (Template.SIGN_IN if proved else Template.CONFIRM)


def test_nobody_is_flooded_with_the_same_letter() -> None:
    event = Event()
    ana = event.enrol("Ana")
    for _ in range(5):
        event.do("people.send_link", NOBODY, email="ana@example.org")
        event.do("people.register", NOBODY, **form("Ana"))
    assert event.letters(ana).count(Template.SIGN_IN) == 1
    event.now += LETTER_EVERY_MS
    event.do("people.send_link", NOBODY, email="ana@example.org")
    assert event.letters(ana).count(Template.SIGN_IN) == 2


def test_a_link_for_an_unknown_address_is_answered_the_same() -> None:
    event = Event()
    before = len(event.log)
    assert event.do("people.send_link", NOBODY, email="nobody@example.org") == Answer()
    assert len(event.log) == before
    assert event.refuses("people.send_link", NOBODY, email="no address").code == "address_bad"


def test_who_withdrew_registers_again_under_the_same_id_and_proves_again() -> None:
    event = Event()
    ana = event.enrol("Ana")
    event.do("people.withdraw", Actor(ana))
    assert event[ana].status is Status.WITHDRAWN
    assert event.register("Ana Maria", email="ana@example.org") == ana
    assert (event[ana].status, event[ana].name) == (Status.SUBMITTED, "Ana Maria")
    event.do("people.prove_address", person=ana, email="ana@example.org")
    assert event[ana].status is Status.CONFIRMED


def test_a_declined_registration_is_not_made_anew_by_the_form() -> None:
    event = Event(registration=RegistrationMode.APPROVAL)
    ana = event.enrol("Ana")
    event.do("people.decline", event.organiser, people=chosen(ana), note="Not this time.")
    event.register("Ana")
    assert (event[ana].status, event[ana].note) == (Status.DECLINED, "Not this time.")


@pytest.mark.parametrize(("version", "code"), [(0, "consent_needed"), (2, "consent_stale"), (-1, "consent_stale")])
def test_the_present_privacy_text_must_be_agreed_to(version: int, code: str) -> None:
    assert Event().refuses("people.register", NOBODY, **form(privacy=version)).code == code


def test_an_event_without_privacy_text_asks_for_no_agreement() -> None:
    event = Event()
    event.put(delete(EVENT, Document, "privacy"))
    assert event.register("Ana", privacy=0)
    assert event.refuses("people.register", NOBODY, **form("Ben", privacy=1)).code == "unknown_document"


def test_an_old_address_opens_nothing() -> None:
    event = Event()
    ana = event.enrol("Ana")
    assert event.refuses("people.prove_address", person=ana, email="other@example.org").code == "address_old"
    assert event.refuses("people.prove_address", person="gone", email="ana@example.org").code == "unknown_person"


def test_t3_namesakes_of_speakers_and_staff_are_held_for_the_staff() -> None:
    event = Event()
    event.put(put(EVENT, "sp1", Speaker("Zoë Example")))
    for name in ("Zoe Example", "ZOË EXAMPLE", "Olga", "★ Olga ★"):
        person = event.enrol(name, email=f"{len(event.log)}@example.org")
        assert (event[person].status, event[person].held) == (Status.ACKNOWLEDGED, "name"), name
    event.do("people.approve", event.organiser, people=chosen(person))
    assert (event[person].status, event[person].held) == (Status.APPROVED, "")


def test_t3_names_that_only_look_like_those_of_staff_are_refused() -> None:
    event = Event()
    event.put(put(EVENT, "sp1", Speaker("Ian Morris")))
    for name in ("lan Morris", "Ιan Morris", "Ian Мorris", "Ian Mоrris", "Ian Morrіs", "Olgа", "0lga", "Ian Rnorris"):
        refused = event.refuses("people.register", NOBODY, **form(name, email="x@example.org"))
        assert refused.code == "name_confusable", name
    assert event.enrol("Maria Ian", email="maria@example.org")


def test_what_a_lookalike_is_told_does_not_depend_on_whether_its_address_is_known() -> None:
    event = Event()
    assert event.refuses("people.register", NOBODY, **form("0lga", email="olga@example.org")).code == "name_confusable"


def test_names_of_attendees_are_not_protected() -> None:
    event = Event()
    event.enrol("Ana")
    other = event.enrol("Ana", email="other.ana@example.org")
    assert event[other].status is Status.CONFIRMED
    event.put(put("event/staff", "g", Grant(other, "steward")))
    assert event[event.enrol("Ana", email="third@example.org")].held == "name"


def test_a_full_event_puts_people_on_the_list_and_moves_them_up() -> None:
    event = Event(capacity=2)
    ana, ben, eve = event.enrol("Ana"), event.enrol("Ben"), event.enrol("Eve")
    assert [event[each].status for each in (ana, ben, eve)] == ["confirmed", "waiting", "waiting"]
    assert event.letters(ben)[-1] is Template.WAITING
    assert [event.ask("people.me", Actor(each)).place for each in (ana, ben, eve)] == [0, 1, 2]
    event.do("people.withdraw", Actor(ana))
    assert [event[each].status for each in (ana, ben, eve)] == ["withdrawn", "approved", "waiting"]
    assert event.letters(ben)[-1] is Template.APPROVED
    event.do("people.withdraw", Actor(eve))
    assert event.statuses() == {"Ana": "withdrawn", "Ben": "approved", "Eve": "withdrawn"}
    assert policies_of(event.state).capacity == 2


def test_more_places_go_to_those_who_wait_in_order() -> None:
    event = Event(capacity=1)
    people = [event.enrol(name) for name in ("Ana", "Ben", "Eve", "Zoe")]
    event.policies(capacity=3)
    assert [event[each].status for each in people] == ["approved", "approved", "waiting", "waiting"]
    event.policies(capacity=0)
    assert {event[each].status for each in people} == {Status.APPROVED}
    event.policies(capacity=1)
    assert {event[each].status for each in people} == {Status.APPROVED}, "fewer places put nobody out"
