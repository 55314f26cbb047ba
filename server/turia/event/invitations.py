"""Invitations: to take part, and to a role. Accepting one makes the registration and the grant. Pure.

The link that an invited person uses is made by the mailer; it proves the address, so nothing else needs to.
"""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated, ClassVar

import msgspec
from msgspec import Meta

from turia.errors import Refused
from turia.event import names
from turia.event.admission_rules import Places, letter
from turia.event.commands import Actor, Answer, Command, Decision, Key, Moment, Text, command, decided
from turia.event.consents import PRIVACY, check_version, consent, has_agreed
from turia.event.entries import EVENT_STAFF, Change, Value, person_stream, put
from turia.event.form import Form, filled
from turia.event.granting import check_grantable, check_holds
from turia.event.grants import Grant, Grants
from turia.event.mail import Template
from turia.event.people import Registration, Status
from turia.event.register import Register, registration_of
from turia.event.registration_states import Act, after, can
from turia.event.roles import Permission
from turia.event.scopes import EVENT_SCOPE, Scope
from turia.event.state import State
from turia.protocol import limits

_MAX_NOTE_CHARS = 2_000


class Invited(StrEnum):
    """What became of an invitation."""

    OPEN = "open"
    ACCEPTED = "accepted"
    #: Only in the data of older versions, until it is deleted: what is taken back is deleted at once.
    REVOKED = "revoked"


class Invitation(Value, frozen=True):
    """An invitation. Stream EVENT_STAFF, key: any id. ``role`` "": to take part. ``by``: who invited."""

    kind: ClassVar[str] = "invitation"
    address: str
    name: str = ""
    role: str = ""
    scope: Scope = EVENT_SCOPE
    since: int = 0
    until: int = 0
    note: str = ""
    by: str = ""
    state: Invited = Invited.OPEN
    #: Who accepted it.
    person: str = ""


class Invitations:
    """View: invitations by address, and by who accepted them."""

    def __init__(self) -> None:
        self._by_address: dict[str, set[str]] = {}
        self._accepted: dict[str, set[str]] = {}

    def changed(self, stream: str, key: str, old: Value | None, new: Value | None) -> None:
        """See :class:`turia.event.state.View`."""
        del stream  # only EVENT_STAFF holds invitations
        if isinstance(old, Invitation):
            self._by_address[names.same_address(old.address)].discard(key)
            self._accepted.get(old.person, set()).discard(key)
        if isinstance(new, Invitation):
            self._by_address.setdefault(names.same_address(new.address), set()).add(key)
            if new.person:
                self._accepted.setdefault(new.person, set()).add(key)

    def to_address(self, address: str) -> set[str]:
        """Keys of the invitations to an address."""
        return set(self._by_address.get(names.same_address(address), ()))

    def accepted_by(self, person: str) -> set[str]:
        """Keys of those that a person accepted."""
        return set(self._accepted.get(person, ()))


class InvitePerson(Command, frozen=True, kw_only=True):
    """``role`` "": only to take part. ``since``, ``until``: of the role, ms of the event's clock. ``note``: for the
    letter."""

    address: Text
    name: Text = ""
    role: Annotated[str, Meta(max_length=64)] = ""
    scope: Scope = EVENT_SCOPE
    since: int = 0
    until: int = 0
    note: Text = ""


class ResendInvitation(Command, frozen=True):
    """``invitation``: its key."""

    invitation: Key


class AcceptInvitation(Command, frozen=True, kw_only=True):
    """The link of an invitation was used. ``form``: not needed from somebody who is registered with its address;
    its own address is not heeded, the invitation's is. ``privacy``: version of the text that was agreed to."""

    invitation: Key
    form: Form | None = None
    privacy: int = 0


class InvitationMade(Answer, frozen=True):
    """The key of the invitation."""

    invitation: str


class Accepted(Answer, frozen=True):
    """Who it is now."""

    person: str


@command("people.invite", permission=Permission.PEOPLE_MANAGE, answer=InvitationMade)
def invite(state: State, given: InvitePerson, by: Actor, moment: Moment) -> Decision:
    """Invite somebody by letter: to take part, or as speaker, moderator or any other role."""
    address = names.address(given.address)
    if given.role:
        check_grantable(state, given.role, given.scope, given.since, given.until)
        check_holds(state, by, given.role, given.scope, given.since, given.until, moment)
    wanted = Invitation(
        address=address,
        name=names.line(given.name, "name", limits.MAX_NAME_CHARS),
        role=given.role,
        scope=given.scope,
        since=given.since,
        until=given.until,
        note=names.text(given.note, "note", _MAX_NOTE_CHARS),
        by=by.person,
    )
    for key in sorted(state.view(Invitations).to_address(address)):
        known = state.get(EVENT_STAFF, Invitation, key)
        if known is not None and msgspec.structs.replace(known, by=by.person) == wanted:
            return decided(_letter(moment, key, wanted), answer=InvitationMade(key))
    key = moment.new_id()
    return decided(put(EVENT_STAFF, key, wanted), _letter(moment, key, wanted), answer=InvitationMade(key))


@command("people.resend_invitation", permission=Permission.PEOPLE_MANAGE)
def resend_invitation(state: State, given: ResendInvitation, by: Actor, moment: Moment) -> Decision:
    """Send the letter of an open invitation again."""
    del by
    return decided(_letter(moment, given.invitation, open_invitation(state, given.invitation)))


@command("people.accept_invitation", permission=Permission.NOBODY, answer=Accepted)
def accept_invitation(state: State, given: AcceptInvitation, by: Actor, moment: Moment) -> Decision:
    """The link of an invitation was used: the registration is approved, and the role given."""
    del by
    known = state.get(EVENT_STAFF, Invitation, given.invitation)
    if known is not None and known.state is Invited.ACCEPTED and registration_of(state, known.person) is not None:
        return decided(answer=Accepted(known.person))
    known = open_invitation(state, given.invitation)
    check_inviter(state, known, moment)
    person = state.view(Register).by_address(known.address) or moment.new_id()
    if not has_agreed(state, person, PRIVACY):
        check_version(state, PRIVACY, given.privacy)
    there = _confirmed(state, person, known, given.form, moment)
    changes: list[Change] = [
        put(person_stream(person), person, there),
        put(EVENT_STAFF, given.invitation, msgspec.structs.replace(known, state=Invited.ACCEPTED, person=person)),
    ]
    if given.privacy and not has_agreed(state, person, PRIVACY):
        changes.append(consent(person, PRIVACY, given.privacy))
    grant = Grant(person, known.role, known.scope, known.since, known.until)
    if known.role and grant not in state.view(Grants).of(person):
        changes.append(put(EVENT_STAFF, moment.new_id(), grant))
    return decided(*changes, answer=Accepted(person))


def check_inviter(state: State, known: Invitation, moment: Moment) -> None:
    """Raises Refused if who invited could not give the role any more, or the role's room or session is gone."""
    if not known.role:
        return
    try:
        check_grantable(state, known.role, known.scope, known.since, known.until)
        check_holds(state, Actor(known.by), known.role, known.scope, known.since, known.until, moment)
    except Refused:
        raise Refused("invitation_void", "This invitation does not hold any more. Ask the organisers.") from None


def _confirmed(state: State, person: str, known: Invitation, form: Form | None, moment: Moment) -> Registration:
    """The registration as approved and confirmed, whatever it was before; a full event does not keep invited people
    out."""
    there = registration_of(state, person)
    if there is None:
        if form is None:
            raise Refused("form_needed", "Fill in the form first: name, category and country.")
        filled_in = filled(msgspec.structs.replace(form, email=known.address))
        there = msgspec.structs.replace(filled_in, submitted_at=moment.at, source="invitation")
    if there.status is Status.WITHDRAWN:
        there = msgspec.structs.replace(there, status=after(there.status, Act.REGISTER_AGAIN))
    if can(there.status, Act.APPROVE):
        there = Places(state).admit(there, moment, regardless=True)
    if can(there.status, Act.CONFIRM):
        there = msgspec.structs.replace(there, status=after(there.status, Act.CONFIRM))
    return there


def open_invitation(state: State, key: str) -> Invitation:
    """One that waits to be accepted. Raises Refused."""
    known = state.get(EVENT_STAFF, Invitation, key)
    if known is None or known.state is Invited.REVOKED:
        raise Refused("invitation_gone", "This invitation was taken back. Ask the organisers.")
    if known.state is Invited.ACCEPTED:
        raise Refused("invitation_used", "This invitation was accepted already.")
    return known


def _letter(moment: Moment, key: str, known: Invitation) -> Change:
    return letter(
        moment, "", Template.INVITATION, address=known.address, invitation=key, name=known.name, note=known.note
    )
