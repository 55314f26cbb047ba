"""The first organiser: who opened the one-time link of the first start, or was let back in from the machine. Pure."""

from __future__ import annotations

import msgspec

from turia.errors import Refused
from turia.event import names
from turia.event.admission_rules import Places, is_lasting_organiser, organisers
from turia.event.commands import Actor, Answer, Command, Decision, Moment, Text, command, decided
from turia.event.consents import PRIVACY, check_version, consent, has_agreed
from turia.event.entries import EVENT_STAFF, Change, person_stream, put
from turia.event.grants import Grant, Grants
from turia.event.people import Registration, Status
from turia.event.register import Register, registration_of
from turia.event.registration_states import Act, after, can
from turia.event.roles import Permission
from turia.event.state import State
from turia.protocol import limits


class FoundOrganiser(Command, frozen=True, kw_only=True):
    """``privacy``: version of the privacy text that was agreed to, if the event has one. ``again``: there is an
    organiser already, who lost his way in; the one at the machine says so."""

    name: Text
    email: Text
    affiliation: Text = ""
    privacy: int = 0
    again: bool = False


class Founded(Answer, frozen=True):
    """The organiser."""

    person: str


@command("people.found_organiser", permission=Permission.NOBODY, answer=Founded)
def found_organiser(state: State, given: FoundOrganiser, by: Actor, moment: Moment) -> Decision:
    """Make somebody organiser who proved that the machine is his: registered, approved, and organiser without end."""
    del by
    if organisers(state) and not given.again:
        raise Refused("has_organiser", "This event has an organiser already. Sign in, or ask him.")
    address = names.address(given.email)
    person = state.view(Register).by_address(address) or moment.new_id()
    if given.privacy and not has_agreed(state, person, PRIVACY):
        check_version(state, PRIVACY, given.privacy)
    there = registration_of(state, person) or Registration(
        status=Status.SUBMITTED,
        name=names.person_name(given.name),
        email=address,
        category="",
        affiliation=names.line(given.affiliation, "affiliation", limits.MAX_AFFILIATION_CHARS),
        submitted_at=moment.at,
        source="first_start",
    )
    changes: list[Change] = [put(person_stream(person), person, _confirmed(state, there, moment))]
    if given.privacy and not has_agreed(state, person, PRIVACY):
        changes.append(consent(person, PRIVACY, given.privacy))
    if not any(is_lasting_organiser(grant) for grant in state.view(Grants).of(person)):
        changes.append(put(EVENT_STAFF, moment.new_id(), Grant(person, "organiser")))
    return decided(*changes, answer=Founded(person))


def _confirmed(state: State, there: Registration, moment: Moment) -> Registration:
    if there.status is Status.WITHDRAWN:
        there = msgspec.structs.replace(there, status=after(there.status, Act.REGISTER_AGAIN))
    if can(there.status, Act.APPROVE):
        there = Places(state).admit(there, moment, regardless=True)
    if can(there.status, Act.CONFIRM):
        there = msgspec.structs.replace(there, status=after(there.status, Act.CONFIRM))
    return there
