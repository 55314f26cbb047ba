"""Registering, proving one's address, and asking for a new link. Pure.

Nobody learns here whether an address is known: the answer is always the same, and the letter tells its owner.
"""

from __future__ import annotations

import msgspec

from turia.errors import Refused
from turia.event import names
from turia.event.admission_rules import Places, letter, policies_of
from turia.event.commands import Actor, Answer, Command, Decision, Key, Moment, Text, command, decided
from turia.event.consents import PRIVACY, check_version, consent
from turia.event.entries import Change, person_stream, put
from turia.event.form import Form, filled, with_form
from turia.event.mail import Template
from turia.event.names_check import check_name
from turia.event.people import Registration, Status
from turia.event.register import Register, registration_of, written_since
from turia.event.registration_states import Act, after, can
from turia.event.roles import Permission
from turia.event.settings import RegistrationMode
from turia.event.state import State

#: The same letter to the same person is not written again within this time: nobody is flooded by a form.
LETTER_EVERY_MS = 120_000


class NewRegistration(Form, frozen=True, kw_only=True):
    """The public form. ``privacy``: version of the privacy text that was agreed to."""

    privacy: int = 0


class ProveAddress(Command, frozen=True):
    """``email``: the address that the used link or code had been sent to."""

    person: Key
    email: Text


class SendLink(Command, frozen=True):
    """Somebody lost his link and code."""

    email: Text


class Proved(Answer, frozen=True):
    """Where the registration stands now."""

    status: Status


@command("people.register", permission=Permission.ANYBODY)
def register(state: State, given: NewRegistration, by: Actor, moment: Moment) -> Decision:
    """Register for the event; a letter with a link and a code goes to the address. Says nothing about known ones."""
    del by
    mode = policies_of(state).registration
    if mode is RegistrationMode.CLOSED:
        raise Refused("registration_closed", "Registration is closed.")
    if mode is RegistrationMode.INVITATION:
        raise Refused(
            "invitation_needed",
            "Registration is by invitation. Use the link of your invitation or ask the organisers.",
        )
    check_version(state, PRIVACY, given.privacy)
    form = filled(given)
    held = check_name(state, form.name)
    known = state.view(Register).by_address(form.email)
    there = registration_of(state, known)
    if there is not None and there.status is not Status.WITHDRAWN:
        return decided(*letter_to(state, known, there, moment))
    person = known or moment.new_id()
    if there is not None:
        form = with_form(msgspec.structs.replace(there, status=after(there.status, Act.REGISTER_AGAIN), note=""), form)
    fresh = msgspec.structs.replace(form, held=held, submitted_at=moment.at, decided_at=0, source="form", new_email="")
    return decided(
        put(person_stream(person), person, fresh),
        *([consent(person, PRIVACY, given.privacy)] if given.privacy else []),
        letter(moment, person, Template.CONFIRM),
    )


@command("people.send_link", permission=Permission.ANYBODY)
def send_link(state: State, given: SendLink, by: Actor, moment: Moment) -> Decision:
    """Send a new link and code to an address, if it is registered; the answer is the same if it is not."""
    del by
    known = state.view(Register).by_address(names.address(given.email))
    there = registration_of(state, known)
    return decided(*([] if there is None else letter_to(state, known, there, moment)))


@command("people.prove_address", permission=Permission.NOBODY, answer=Proved)
def prove_address(state: State, given: ProveAddress, by: Actor, moment: Moment) -> Decision:
    """A link or code of a letter was used: the address is proved, and what waits for that goes on."""
    del by
    there = registration_of(state, given.person)
    if there is None:
        raise Refused("unknown_person", "This registration was deleted. Register again if you wish to take part.")
    proved = _with_address(state, given.person, there, names.address(given.email))
    changes: list[Change] = []
    if proved.status is Status.SUBMITTED:
        proved = msgspec.structs.replace(proved, status=after(proved.status, Act.PROVE))
        if policies_of(state).registration is RegistrationMode.OPEN and not proved.held:
            proved = Places(state).admit(proved, moment)
            waits = proved.status is Status.WAITING
            changes.append(letter(moment, given.person, Template.WAITING if waits else Template.APPROVED))
    if can(proved.status, Act.CONFIRM):
        proved = msgspec.structs.replace(proved, status=after(proved.status, Act.CONFIRM))
    if proved != there:
        changes.insert(0, put(person_stream(given.person), given.person, proved))
    return decided(*changes, answer=Proved(proved.status))


def letter_to(state: State, person: str, there: Registration, moment: Moment) -> list[Change]:
    """The link to a registration that is there already, unless the same letter was written a moment ago."""
    template = Template.CONFIRM if there.status is Status.SUBMITTED else Template.SIGN_IN
    if written_since(state, person, template, moment.at - LETTER_EVERY_MS + 1):
        return []
    return [letter(moment, person, template)]


def _with_address(state: State, person: str, there: Registration, email: str) -> Registration:
    """The registration if the address is its own, with the new one if it is that. Raises Refused (``address_old``)."""
    proved = names.same_address(email)
    if there.new_email and proved == names.same_address(there.new_email):
        owner = state.view(Register).by_address(email)
        if owner in {"", person}:
            return msgspec.structs.replace(there, email=there.new_email, new_email="")
    if proved != names.same_address(there.email):
        raise Refused("address_old", "This link belongs to an address that is not yours any more. Ask for a new one.")
    return there
