"""One's own registration: seeing, editing, withdrawing, taking the data along, entering."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest
from tests.event.rig import Event, chosen, edit_form, form

from turia.event.commands import NOBODY, Actor
from turia.event.entries import EVENT, EVENT_STAFF, person_stream, put
from turia.event.grants import Grants
from turia.event.mail import Template
from turia.event.people import Notice, Status
from turia.event.programme import Speaker
from turia.event.settings import Document, RegistrationMode


def edited(event: Event, person: str, **fields: Any) -> dict[str, Any]:
    return edit_form(**{"name": "Ana", "seen": event.seen_person(person), **fields})


def test_what_i_am_told_about_myself() -> None:
    event = Event(registration=RegistrationMode.APPROVAL)
    ana = event.register("Ana")
    told = event.ask("people.me", Actor(ana))
    assert (told.registration, told.seen) == (event[ana], event.seen_person(ana))
    assert not told.may_enter
    assert "Open the link" in told.why
    assert (told.texts, told.texts_to_enter) == ((), ("conduct",))
    event.do("people.prove_address", person=ana, email="ana@example.org")
    event.do("people.approve", event.organiser, people=chosen(ana))
    told = event.ask("people.me", Actor(ana))
    assert (told.may_enter, told.why) == (True, "")


def test_editing_keeps_status_and_what_the_form_does_not_say() -> None:
    event = Event()
    ana = event.enrol("Ana", look=(1, 2, 3))
    event.do("people.edit_mine", Actor(ana), **edited(event, ana, affiliation="University", attendance="on_site"))
    there = event[ana]
    assert (there.affiliation, there.attendance, there.look, there.status) == (
        "University",
        "on_site",
        (1, 2, 3),
        Status.CONFIRMED,
    )
    top = event.state.top(f"person/{ana}")
    event.do("people.edit_mine", Actor(ana), **edited(event, ana, affiliation="University", attendance="on_site"))
    assert event.state.top(f"person/{ana}") == top, "nothing to change, nothing written"


def test_two_tabs_editing_the_same_registration() -> None:
    event = Event()
    ana = event.enrol("Ana")
    seen = event.seen_person(ana)
    event.do("people.edit_mine", Actor(ana), **edit_form("Ana", seen=seen, affiliation="University"))
    refused = event.refuses("people.edit_mine", Actor(ana), **edit_form("Ana", seen=seen, affiliation="City"))
    assert refused.code == "stale"
    assert "affiliation: “University”" in refused.message


def test_a_new_address_counts_once_it_is_proved() -> None:
    event = Event()
    ana = event.enrol("Ana")
    answer = event.do("people.edit_mine", Actor(ana), **edited(event, ana, email="New@example.org"))
    assert answer.prove == "New@example.org"
    assert (event[ana].email, event[ana].new_email) == ("ana@example.org", "New@example.org")
    assert event.letters(ana)[-1] is Template.CONFIRM
    assert event.do("people.prove_address", person=ana, email="ana@example.org").status is Status.CONFIRMED
    assert event[ana].email == "ana@example.org", "the old one still signs in, and changes nothing"
    event.do("people.prove_address", person=ana, email="new@example.org")
    assert (event[ana].email, event[ana].new_email) == ("New@example.org", "")
    assert event.refuses("people.prove_address", person=ana, email="ana@example.org").code == "address_old"


def test_a_new_address_that_is_anothers_is_not_revealed_and_never_counts() -> None:
    event = Event()
    ana, ben = event.enrol("Ana"), event.enrol("Ben")
    answer = event.do("people.edit_mine", Actor(ana), **edited(event, ana, email="ben@example.org"))
    assert answer.prove == "ben@example.org"
    assert event.refuses("people.prove_address", person=ana, email="ben@example.org").code == "address_old"
    assert event[ben].email == "ben@example.org"
    event.do("people.edit_mine", Actor(ana), **edited(event, ana))
    assert event[ana].new_email == ""


def test_nobody_renames_himself_into_a_speaker() -> None:
    event = Event()
    ana = event.enrol("Ana")
    event.put(put(EVENT, "sp", Speaker("Zoe")), put(EVENT, "own", Speaker("Anna", person=ana)))
    assert event.refuses("people.edit_mine", Actor(ana), **edited(event, ana, name="ZOE")).code == "name_taken"
    assert event.refuses("people.edit_mine", Actor(ana), **edited(event, ana, name="Zоe")).code == "name_confusable"
    event.do("people.edit_mine", Actor(ana), **edited(event, ana, name="Anna"))
    assert event[ana].name == "Anna", "a speaker may be called as the programme calls him"


def test_what_the_staff_approved_is_changed_by_the_staff() -> None:
    event = Event(registration=RegistrationMode.APPROVAL)
    ana = event.enrol("Ana")
    event.do("people.edit_mine", Actor(ana), **edited(event, ana, name="Ana Maria"))
    event.do("people.approve", event.organiser, people=chosen(ana))
    for fields in ({"name": "Ben"}, {"country": "FR"}, {"category": "academia"}):
        given = {**edited(event, ana, name="Ana Maria"), **fields}
        assert event.refuses("people.edit_mine", Actor(ana), **given).code == "decided_already"
    event.do("people.edit_mine", Actor(ana), **edited(event, ana, name="Ana Maria", affiliation="City"))


def test_withdrawing_ends_the_roles() -> None:
    event = Event()
    ana = event.enrol("Ana")
    event.grant(ana, "steward")
    event.do("people.withdraw", Actor(ana))
    assert event[ana].status is Status.WITHDRAWN
    assert event.state.view(Grants).of(ana) == []
    assert event.letters(ana)[-1] is Template.WITHDRAWN, "it says how to come back"
    written = len(event.letters(ana))
    event.do("people.withdraw", Actor(ana))
    assert len(event.letters(ana)) == written
    assert event.refuses("people.edit_mine", Actor(ana), **edited(event, ana, affiliation="x")).code == "withdrawn"
    event.register("Ana")
    event.do("people.prove_address", person=ana, email="ana@example.org")
    assert event.state.view(Grants).of(ana) == [], "they do not come back by registering again"


def test_the_last_organiser_cannot_leave() -> None:
    event = Event()
    assert event.refuses("people.withdraw", event.organiser).code == "last_organiser"
    assert event.refuses("people.erase_mine", event.organiser, sure=True).code == "last_organiser"
    assert event.refuses("people.decline", event.organiser, people=chosen("olga")).code == "last_organiser"
    assert event.refuses("roles.revoke", event.organiser, grant="first").code == "last_organiser"
    event.grant(event.enrol("Ana"), "organiser")
    event.do("people.withdraw", event.organiser)


def test_entering_is_checking_in_after_agreeing_to_the_code_of_conduct() -> None:
    event = Event()
    ana = event.register("Ana")
    assert event.refuses("people.check_in", Actor(ana)).code == "entry_submitted"
    event.do("people.prove_address", person=ana, email="ana@example.org")
    assert event.refuses("people.check_in", Actor(ana)).code == "consent_needed"
    assert event.refuses("people.consent", Actor(ana), document="conduct", version=2).code == "consent_stale"
    assert event.refuses("people.consent", Actor(ana), document="other", version=1).code == "unknown_document"
    event.do("people.consent", Actor(ana), document="conduct", version=1)
    event.do("people.check_in", Actor(ana), look=(7,))
    assert (event[ana].status, event[ana].look) == (Status.CHECKED_IN, (7,))
    top = event.state.top(f"person/{ana}")
    event.do("people.check_in", Actor(ana))
    event.do("people.consent", Actor(ana), document="conduct", version=1)
    assert event.state.top(f"person/{ana}") == top


def test_a_newer_text_is_asked_for_again() -> None:
    event = Event()
    ana = event.enrol("Ana")
    event.do("people.consent", Actor(ana), document="conduct", version=1)
    assert event.ask("people.me", Actor(ana)).texts_to_enter == ()
    for document in ("privacy", "conduct"):
        event.do(
            "settings.set_document",
            event.organiser,
            document=document,
            title="New",
            text="Newer words.",
            seen=event.seen(EVENT, Document, document),
        )
    told = event.ask("people.me", Actor(ana))
    assert (told.texts, told.texts_to_enter) == (("privacy",), ("privacy", "conduct"))
    assert event.refuses("people.check_in", Actor(ana)).code == "consent_needed"
    event.do("people.consent", Actor(ana), document="privacy", version=2)
    event.do("people.consent", Actor(ana), document="conduct", version=2)
    event.do("people.consent", Actor(ana), document="conduct", version=2, given=False)
    assert event.ask("people.me", Actor(ana)).texts_to_enter == ("conduct",)
    event.policies(conduct_required=False)
    event.do("people.check_in", Actor(ana))


def test_guests_change_their_look_and_cannot_take_the_names_of_staff() -> None:
    event = Event()
    event.do("people.enter_as_guest", person="gil", name="Gil", look=(1,))
    event.do("people.change_look", Actor("gil", guest=True), look=(2,))
    assert event.ask("people.me", Actor("gil", guest=True)).may_enter
    for name, code in (("OLGA", "name_taken"), ("Оlga", "name_confusable"), ("", "name_empty")):
        assert event.refuses("people.enter_as_guest", person="new", name=name).code == code
    ana = event.enrol("Ana")
    assert event.refuses("people.enter_as_guest", person=ana, name="Ana").code == "registered"


@pytest.mark.parametrize("name", ["people.me", "people.edit_mine", "people.withdraw", "people.my_data"])
def test_nobody_has_nothing_of_his_own(name: str) -> None:
    fields = edit_form(seen=0) if name == "people.edit_mine" else {}
    assert Event().refuses(name, NOBODY, **fields).code == "not_signed_in"


def test_my_data_are_all_that_is_kept_of_me() -> None:
    event = Event()
    event.do("people.invite", event.organiser, address="ana@example.org", name="Ana", role="speaker")
    ana = event.enrol("Ana")
    event.grant(ana, "steward")
    event.enrol("Ben")
    data = event.ask("people.my_data", Actor(ana)).data
    kinds = [each.about for each in data]
    assert kinds.count("registration") == 1
    assert {"consent", "grant", "invitation", "mail"} <= set(kinds)
    said = msgspec.json.encode(data)
    assert b"ana@example.org" in said
    assert b"ben@example.org" not in said
    for entry in event.log:
        mine = entry.value is not None and b"ana@example.org" in msgspec.json.encode(entry.value)
        if mine and event.state.peek(entry) is not None:
            assert any(each.about == entry.kind and each.key == entry.key for each in data), entry


def test_roles_need_a_registration_that_may_enter() -> None:
    event = Event(registration=RegistrationMode.APPROVAL)
    ana = event.enrol("Ana")
    assert event.refuses("roles.grant", event.organiser, person=ana, role="steward").code == "not_admitted"
    assert event.refuses("roles.grant", event.organiser, person="no one", role="steward").code == "unknown_person"
    assert event.state.kinds(EVENT_STAFF) == ["grant"]
    assert form()


def test_a_notice_is_gone_once_it_was_seen() -> None:
    event = Event(capacity=1)
    ana = event.enrol("Ana")
    event.policies(capacity=0)
    (key,) = event.state.all(person_stream(ana), Notice)
    event.do("my.seen", event.organiser, notice=key)
    assert list(event.state.all(person_stream(ana), Notice)) == [key], "only one's own"
    event.do("my.seen", Actor(ana), notice=key)
    event.do("my.seen", Actor(ana), notice=key)
    assert event.state.all(person_stream(ana), Notice) == {}
