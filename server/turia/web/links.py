"""What a link does when it is used: it proves an address, accepts an invitation, or makes the first organiser."""

from __future__ import annotations

import msgspec

from turia.backbone.access import INVITATION, ORGANISER, ORGANISER_AGAIN
from turia.errors import Refused
from turia.event.admission_rules import organisers
from turia.event.consents import PRIVACY, has_agreed, version_of
from turia.event.entries import EVENT_STAFF
from turia.event.form import Form
from turia.event.founding import Founded, FoundOrganiser
from turia.event.invitations import Accepted, AcceptInvitation, Invitation, Invited
from turia.event.register import Register
from turia.event.registering import ProveAddress
from turia.store.credentials import Credential
from turia.web.context import Context

#: While nobody organises the event, the links that go about are those that the server prints.
_OLD_START = (
    "This link does not work any more. Every start of the server prints a new one for the organiser: use the newest, "
    "or run “turia people link” where the server runs. If your link came in a letter, ask for a new one."
)


class Founder(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Who the organiser is."""

    name: str
    email: str
    affiliation: str = ""


class UseLink(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """``token``: what stands behind the #. ``form``: for an invitation of somebody who is not registered yet (its
    ``email`` is not heeded). ``founder``: for the organiser's link. ``privacy``: version of the text agreed to."""

    token: str
    form: Form | None = None
    founder: Founder | None = None
    privacy: int = 0


class Leaf(msgspec.Struct, frozen=True):
    """What a link is for: ``kind`` is sign_in, invitation or organiser. ``works``: whether it still does, and
    ``why``. ``needs``: form, founder or nothing. ``privacy``: version of the privacy text to agree to, 0 for none."""

    kind: str
    works: bool
    why: str = ""
    needs: str = ""
    privacy: int = 0
    #: Of an invitation: to whom, as what, where, and what was written.
    address: str = ""
    name: str = ""
    role: str = ""
    room: str = ""
    session: str = ""
    note: str = ""


async def find(ctx: Context, token: str) -> Credential:
    """The link of a token; raises Refused if there is none."""
    found = await ctx.access.of_link(token)
    if found is None:
        if not organisers(ctx.journal.state):
            raise Refused("unknown_organiser_link", _OLD_START)
        raise Refused("unknown_link", "This link is not complete, or its time is over. Ask for a new one.")
    return found


def check_alive(ctx: Context, found: Credential) -> None:
    """Raises Refused when it was used up or is too old."""
    if not ctx.access.alive(found):
        used = found.uses <= 0
        raise Refused(
            "link_used" if used else "link_expired",
            f"This link {'was used already' if used else 'is too old'}. Ask for a new one: it takes a minute.",
        )


def leaf(ctx: Context, found: Credential) -> Leaf:
    """What the page shows before its button is pressed."""
    why = ""
    try:
        check_alive(ctx, found)
    except Refused as refused:
        why = refused.message
    state = ctx.journal.state
    privacy = version_of(state, PRIVACY)
    if found.purpose in (ORGANISER, ORGANISER_AGAIN):
        return Leaf(ORGANISER, not why, why, needs="founder", privacy=privacy)
    key = _invitation(found)
    invitation = state.get(EVENT_STAFF, Invitation, key)
    if key and (invitation is None or invitation.state is Invited.REVOKED):
        return Leaf(INVITATION, works=False, why="This invitation was taken back, or its time is over.")
    if invitation is None:
        agreed = not found.person or has_agreed(state, found.person, PRIVACY)
        return Leaf("sign_in", not why, why, privacy=0 if agreed else privacy)
    person = state.view(Register).by_address(invitation.address)
    return Leaf(
        INVITATION,
        not why,
        why,
        needs="" if person else "form",
        privacy=0 if person and has_agreed(state, person, PRIVACY) else privacy,
        address=invitation.address,
        name=invitation.name,
        role=invitation.role,
        room=invitation.scope.room,
        session=invitation.scope.session,
        note=invitation.note,
    )


async def follow(ctx: Context, found: Credential, given: UseLink) -> str:
    """Do what the link is for; the person it signs in. May come twice. Raises Refused."""
    if found.purpose in (ORGANISER, ORGANISER_AGAIN):
        return await _found(ctx, found, given)
    invitation = _invitation(found)
    if invitation:
        accept = AcceptInvitation(invitation=invitation, form=given.form, privacy=given.privacy)
        accepted = await ctx.journal.do("people.accept_invitation", accept)
        assert isinstance(accepted, Accepted)
        return accepted.person
    await prove(ctx, found)
    return found.person


async def prove(ctx: Context, found: Credential) -> None:
    """Whoever uses what was sent to an address has proved it; at the desk, the staff saw him."""
    registration = ctx.identity.registration(found.person)
    address = found.address or (registration.email if registration else "")
    await ctx.journal.do("people.prove_address", ProveAddress(found.person, address))


async def _found(ctx: Context, found: Credential, given: UseLink) -> str:
    who = given.founder
    if who is None:
        raise Refused("founder_needed", "Say who you are first: name and e-mail address.")
    founded = await ctx.journal.do(
        "people.found_organiser",
        FoundOrganiser(
            name=who.name,
            email=who.email,
            affiliation=who.affiliation,
            privacy=given.privacy,
            again=found.purpose == ORGANISER_AGAIN,
        ),
    )
    assert isinstance(founded, Founded)
    return founded.person


def _invitation(found: Credential) -> str:
    head, _, key = found.purpose.partition(":")
    return key if head == INVITATION else ""
