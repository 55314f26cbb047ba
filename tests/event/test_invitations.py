"""Invitations: accepted once, by whom they were for, and worth what the inviter could give."""

from __future__ import annotations

import msgspec
from tests.event.rig import Event, edit_form

from turia.event.commands import Actor
from turia.event.entries import EVENT, EVENT_MAIL, EVENT_STAFF, put
from turia.event.erasing import Erasure
from turia.event.form import Form
from turia.event.grants import Grant, Grants
from turia.event.invitations import Invitation, Invited
from turia.event.invitations_over import FORGET_AFTER_MS, over
from turia.event.mail import Mail, Template
from turia.event.people import Status
from turia.event.permissions import Permission, Scope, permits
from turia.event.programme import Room
from turia.event.roles import Role
from turia.event.settings import RegistrationMode

FORM = Form(**edit_form("Ana", email="somebody.else@example.org"))


def invited(event: Event, **fields: object) -> str:
    given = {"address": "Ana@example.org", "name": "Ana", "role": "speaker", **fields}
    return str(event.do("people.invite", event.organiser, **given).invitation)


def full_event() -> Event:
    return Event(registration=RegistrationMode.INVITATION, capacity=1)


def test_accepting_makes_the_registration_and_the_grant_even_if_the_event_is_full() -> None:
    event = full_event()
    key = invited(event, note="Please come.")
    (letter,) = event.state.all(EVENT_MAIL, Mail).values()
    assert (letter.template, letter.address, letter.person) == (Template.INVITATION, "Ana@example.org", "")
    assert dict(letter.details) == {"invitation": key, "name": "Ana", "note": "Please come."}
    ana = event.do("people.accept_invitation", invitation=key, form=FORM, privacy=1).person
    assert (event[ana].status, event[ana].email, event[ana].source) == (
        Status.CONFIRMED,
        "Ana@example.org",
        "invitation",
    )
    assert event.state.view(Grants).of(ana) == [Grant(ana, "speaker")]
    assert event.ask("people.me", Actor(ana)).texts == ()
    before = len(event.log)
    assert event.do("people.accept_invitation", invitation=key).person == ana
    assert len(event.log) == before, "the link works twice and gives nothing twice"


def test_who_is_registered_needs_no_form() -> None:
    event = Event(capacity=1)
    ana = event.enrol("Ana")
    assert event[ana].status is Status.WAITING
    assert event.do("people.accept_invitation", invitation=invited(event)).person == ana
    assert event[ana].status is Status.CONFIRMED


def test_who_withdrew_or_was_declined_comes_back_by_an_invitation() -> None:
    event = Event()
    ana = event.enrol("Ana")
    event.do("people.withdraw", Actor(ana))
    event.do("people.accept_invitation", invitation=invited(event, role=""))
    assert event[ana].status is Status.CONFIRMED
    assert event.state.view(Grants).of(ana) == []


def test_the_form_and_the_privacy_text_are_asked_for() -> None:
    event = full_event()
    key = invited(event)
    assert event.refuses("people.accept_invitation", invitation=key, form=FORM).code == "consent_needed"
    assert event.refuses("people.accept_invitation", invitation=key, privacy=1).code == "form_needed"


def test_a_revoked_or_unknown_invitation_leads_nowhere() -> None:
    event = full_event()
    key = invited(event)
    event.do("people.revoke_invitation", event.organiser, invitation=key)
    for invitation in (key, "unknown"):
        for name in ("people.accept_invitation", "people.resend_invitation", "people.revoke_invitation"):
            by = Actor("system") if name == "people.accept_invitation" else event.organiser
            assert event.refuses(name, by, invitation=invitation).code == "invitation_gone"


def test_nothing_is_kept_of_whom_an_invitation_was_taken_back() -> None:
    event = full_event()
    key, other = invited(event, note="You, Ana?"), invited(event, address="ben@example.org", name="Ben")
    event.do("people.resend_invitation", event.organiser, invitation=key)
    event.do("people.revoke_invitation", event.organiser, invitation=key)
    assert list(event.state.all(EVENT_STAFF, Invitation)) == [other]
    assert [letter.address for letter in event.state.all(EVENT_MAIL, Mail).values()] == ["ben@example.org"]
    (erasure,) = event.state.all(EVENT_STAFF, Erasure).values()
    blanked = {(EVENT_STAFF, "invitation", key)} | {
        (entry.stream, entry.kind, entry.key)
        for entry in event.log
        if isinstance(entry.value, Mail) and entry.value.address == "Ana@example.org"
    }
    assert (set(erasure.things), len(blanked)) == (blanked, 3)
    assert "Ana" not in str(erasure)


def test_an_invitation_that_nobody_accepts_is_forgotten_after_its_time() -> None:
    event = full_event()
    never, again, accepted, old = (invited(event, address=f"{name}@example.org") for name in "abcd")
    event.do("people.accept_invitation", invitation=accepted, form=FORM, privacy=1)
    known = event.state.get(EVENT_STAFF, Invitation, old)
    assert known is not None
    event.put(put(EVENT_STAFF, old, msgspec.structs.replace(known, state=Invited.REVOKED)))
    event.do("people.forget_invitations")
    assert list(event.state.all(EVENT_STAFF, Invitation)) == [never, again, accepted], "taken back by an older version"
    event.now += FORGET_AFTER_MS // 2
    event.do("people.resend_invitation", event.organiser, invitation=again)
    event.now += FORGET_AFTER_MS // 2 - 1
    before = len(event.log)
    assert event.do("people.forget_invitations").invitations == 0
    assert len(event.log) == before
    event.now += 1
    assert event.do("people.forget_invitations").invitations == 1
    assert list(event.state.all(EVENT_STAFF, Invitation)) == [again, accepted]
    event.now += FORGET_AFTER_MS
    event.do("people.forget_invitations")
    assert list(event.state.all(EVENT_STAFF, Invitation)) == [accepted]
    assert over(event.state, event.now + 10 * FORGET_AFTER_MS) == []


def test_an_accepted_one_cannot_be_taken_back() -> None:
    event = full_event()
    key = invited(event)
    event.do("people.accept_invitation", invitation=key, form=FORM, privacy=1)
    assert event.refuses("people.revoke_invitation", event.organiser, invitation=key).code == "invitation_used"
    assert event.state.get(EVENT_STAFF, Invitation, key).state is Invited.ACCEPTED  # type: ignore[union-attr]


def test_inviting_twice_sends_the_letter_twice_and_makes_one_invitation() -> None:
    event = full_event()
    assert invited(event) == invited(event)
    assert event.letters() == [Template.INVITATION] * 2
    assert invited(event, role="moderator") != invited(event)
    event.do("people.resend_invitation", event.organiser, invitation=invited(event))


def test_t24_nobody_invites_to_what_he_does_not_hold() -> None:
    event = Event()
    max_ = event.enrol("Max")
    event.put(put(EVENT_STAFF, "registrar", Role("Registrar", ("event.enter", "people.manage"))))
    event.put(put(EVENT_STAFF, "g", Grant(max_, "registrar")))
    given = {"address": "ana@example.org"}
    for role in ("organiser", "speaker", "moderator"):
        assert event.refuses("people.invite", Actor(max_), role=role, **given).code == "not_held"
    event.do("people.invite", Actor(max_), role="registrar", **given)
    assert event.refuses("people.invite", Actor(max_), role="king", **given).code == "unknown_role"


def test_t24_an_invitation_is_void_when_the_inviter_lost_what_he_gave() -> None:
    event = Event()
    max_ = event.enrol("Max")
    grant = event.grant(max_, "organiser")
    key = str(event.do("people.invite", Actor(max_), address="ana@example.org", role="organiser").invitation)
    event.do("roles.revoke", event.organiser, grant=grant)
    refused = event.refuses("people.accept_invitation", invitation=key, form=FORM, privacy=1)
    assert refused.code == "invitation_void"


def test_a_role_in_a_room_for_a_time() -> None:
    event = Event()
    event.put(put(EVENT, "lab", Room("Lab")))
    window = {"since": event.now + 1_000, "until": event.now + 2_000}
    key = invited(event, role="moderator", scope=Scope(room="lab"), **window)
    ana = event.do("people.accept_invitation", invitation=key, form=FORM, privacy=1).person
    held = [
        permits(event.state, ana, Permission.ROOM_DOORS, Scope(room=room), at)
        for room, at in (("lab", event.now), ("lab", event.now + 1_000), ("hall", event.now + 1_000))
    ]
    assert held == [False, True, False]
