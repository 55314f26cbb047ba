"""What organisers do with registrations, many at once and two at a time."""

from __future__ import annotations

import pytest
from tests.event.rig import Event, chosen, edit_form

from turia.event.commands import Actor
from turia.event.entries import EVENT_MAIL, EVENT_STAFF
from turia.event.mail import Mail, Template
from turia.event.managing import Chosen, Reissued
from turia.event.people import Status
from turia.event.settings import RegistrationMode


def approval() -> Event:
    return Event(registration=RegistrationMode.APPROVAL, capacity=3)


def test_many_are_approved_at_once_each_with_his_own_result() -> None:
    event = approval()
    people = [event.enrol(name) for name in ("Ana", "Ben", "Cid")]
    event.do("people.withdraw", Actor(people[0]))
    stale = Chosen(people[1], seen=event.seen_person(people[1]) - 1)
    answer = event.do("people.approve", event.organiser, people=(*chosen(people[0], "gone", people[2]), stale))
    results = {each.person: (each.done, each.status, each.code) for each in answer.people}
    assert results == {
        "gone": (False, "", "unknown_person"),
        people[0]: (False, "withdrawn", "wrong_status"),
        people[1]: (False, "acknowledged", "stale"),
        people[2]: (True, "approved", ""),
    }
    assert all(each.message for each in answer.people if not each.done)
    assert event.statuses() == {"Ana": "withdrawn", "Ben": "acknowledged", "Cid": "approved"}


def test_approving_more_than_there_are_places_puts_the_rest_on_the_list() -> None:
    event = approval()
    people = [event.enrol(name) for name in ("Ana", "Ben", "Cid", "Dora")]
    answer = event.do("people.approve", event.organiser, people=chosen(*people), note="Welcome!")
    assert [each.status for each in answer.people] == ["approved", "approved", "waiting", "waiting"]
    assert [event.letters(each)[-1] for each in people] == [Template.APPROVED] * 2 + [Template.WAITING] * 2
    noted = [mail for mail in event.state.all(EVENT_MAIL, Mail).values() if ("note", "Welcome!") in mail.details]
    assert len(noted) == 4
    before = len(event.log)
    event.do("people.approve", event.organiser, people=chosen(*people))
    assert len(event.log) == before, "again: nothing changes, nobody gets another letter"
    event.do("people.approve", event.organiser, people=chosen(people[3]), over_capacity=True)
    assert [event[each].status for each in people] == ["approved", "approved", "waiting", "approved"]


def test_naming_somebody_twice_takes_one_place() -> None:
    event = approval()
    ana, ben, cid = (event.enrol(name) for name in ("Ana", "Ben", "Cid"))
    event.do("people.approve", event.organiser, people=chosen(ana, ana, ana, ben))
    event.do("people.approve", event.organiser, people=chosen(cid))
    assert event.statuses() == {"Ana": "approved", "Ben": "approved", "Cid": "waiting"}


def test_declining_several_moves_up_as_many() -> None:
    event = approval()
    people = [event.enrol(name) for name in ("Ana", "Ben", "Cid", "Dora", "Eve")]
    event.do("people.approve", event.organiser, people=chosen(*people))
    event.do("people.decline", event.organiser, people=chosen(people[0], people[1], people[3]), note="No room.")
    assert event.statuses() == {
        "Ana": "declined",
        "Ben": "declined",
        "Cid": "approved",
        "Dora": "declined",
        "Eve": "approved",
    }
    assert event[people[0]].note == "No room."
    assert event.letters(people[0])[-1] is Template.DECLINED
    before = len(event.log)
    event.do("people.decline", event.organiser, people=chosen(people[0]))
    assert len(event.log) == before


def test_two_organisers_editing_at_once() -> None:
    event = approval()
    ana = event.enrol("Ana")
    seen = event.seen_person(ana)
    event.do("people.edit", event.organiser, person=ana, seen=seen, note="VIP", **edit_form("Ana B"))
    refused = event.refuses("people.edit", event.organiser, person=ana, seen=seen, **edit_form("Ana C"))
    assert refused.code == "stale"
    assert "name: “Ana B”" in refused.message
    assert "note: “VIP”" in refused.message
    same = event.refuses("people.edit", event.organiser, person=ana, seen=seen, note="VIP", **edit_form("Ana B"))
    assert "the same as yours" in same.message


def test_editing_sets_the_address_and_lets_a_name_pass() -> None:
    event = approval()
    ana, ben = event.enrol("Olga", email="ana@example.org"), event.enrol("Ben")
    assert event[ana].held == "name"
    edit = {"person": ana, "seen": event.seen_person(ana)}
    taken = event.refuses("people.edit", event.organiser, **edit, **edit_form("Ana", email="BEN@example.org"))
    assert taken.code == "address_taken"
    event.do("people.edit", event.organiser, **edit, **edit_form("Olga Two", email="new@example.org"))
    assert (event[ana].email, event[ana].held) == ("new@example.org", "")
    assert event.do("people.prove_address", person=ana, email="new@example.org")
    assert event[ben].email == "ben@example.org"
    assert event.refuses("people.edit", event.organiser, person="gone", seen=0, **edit_form()).code == "unknown_person"


def test_adding_by_hand() -> None:
    event = approval()
    added = event.do("people.add", event.organiser, note="By phone", **edit_form("Ana"))
    assert added.status is Status.APPROVED
    assert (event[added.person].source, event[added.person].note) == ("staff", "By phone")
    assert event.letters(added.person) == [Template.APPROVED]
    refused = event.refuses("people.add", event.organiser, **edit_form("Ana"))
    assert refused.code == "address_taken"
    assert "Ana" in refused.message
    event.do("people.add", event.organiser, write=False, **edit_form("Ben"))
    assert event.do("people.add", event.organiser, **edit_form("Cid")).status is Status.WAITING
    assert event.do("people.add", event.organiser, over_capacity=True, **edit_form("Eve")).status is Status.APPROVED


def test_reissuing_stays_in_the_log() -> None:
    event = approval()
    ana, sam = event.enrol("Ana"), event.enrol("Sam")
    event.do("people.approve", event.organiser, people=chosen(ana, sam), over_capacity=True)
    event.grant(sam, "steward")
    event.do("people.reissue", Actor(sam), person=ana)
    assert event.letters(ana)[-1] is Template.SIGN_IN
    event.do("people.reissue", Actor(sam), person=ana, by_letter=False)
    log = [(entry.actor, entry.value) for entry in event.log if entry.kind == "reissued"]
    assert log == [(sam, Reissued(True)), (sam, Reissued(False))]
    assert event.state.get(EVENT_STAFF, Reissued, ana) == Reissued(False)


def test_t24_a_steward_cannot_become_an_organiser_by_a_code_at_the_desk() -> None:
    event = approval()
    sam = event.enrol("Sam")
    event.do("people.approve", event.organiser, people=chosen(sam))
    event.grant(sam, "steward")
    assert event.refuses("people.reissue", Actor(sam), person="olga", by_letter=False).code == "above_you"
    event.do("people.reissue", Actor(sam), person="olga")
    event.do("people.reissue", event.organiser, person=sam, by_letter=False)


@pytest.mark.parametrize("act", ["people.decline", "people.erase", "people.edit"])
def test_t24_nobody_acts_on_those_who_may_do_more(act: str) -> None:
    event = approval()
    max_ = event.enrol("Max")
    event.do("people.approve", event.organiser, people=chosen(max_))
    role = event.do("roles.define", event.organiser, title="Registrar", permissions=("people.manage", "people.read"))
    event.grant(max_, role.role)
    event.grant(event.do("people.add", event.organiser, over_capacity=True, **edit_form("Zoe")).person, "organiser")
    match act:
        case "people.decline":
            answer = event.do(act, Actor(max_), people=chosen("olga"))
            assert [each.code for each in answer.people] == ["above_you"]
        case "people.erase":
            assert event.refuses(act, Actor(max_), person="olga").code == "above_you"
        case _:
            fields = {
                "person": "olga",
                "seen": event.seen_person("olga"),
                **edit_form("Olga", email="max2@example.org"),
            }
            assert event.refuses(act, Actor(max_), **fields).code == "above_you"
    assert event["olga"].email == "olga@example.org"
