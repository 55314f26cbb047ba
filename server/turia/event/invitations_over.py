"""Invitations that are over: taken back, or never accepted. Who was invited and did not come is forgotten. Pure.

The address, name and note go with the invitation and its letters, also out of the older entries of the log
(:mod:`turia.event.erasing`). What stays says when something was taken back and by whom, not from whom.
"""

from __future__ import annotations

from typing import Final

from turia.event.commands import Actor, Answer, Command, Decision, Key, Moment, command, decided
from turia.event.entries import EVENT_MAIL, EVENT_STAFF, Change, delete, put
from turia.event.erasing import Erasure
from turia.event.invitations import Invitation, Invited, open_invitation
from turia.event.mail import Mail, Template
from turia.event.register import Letters
from turia.event.roles import Permission
from turia.event.state import State

DAY_MS: Final = 24 * 3_600_000
#: An invitation that nobody accepted is forgotten so long after its last letter, whose link works for 60 days.
FORGET_AFTER_MS: Final = 90 * DAY_MS
#: Forgotten at once at most.
_MOST: Final = 200


class RevokeInvitation(Command, frozen=True):
    """``invitation``: its key."""

    invitation: Key


class ForgetInvitations(Command, frozen=True):
    """Nothing more."""


class InvitationsForgotten(Answer, frozen=True):
    """How many."""

    invitations: int


@command("people.revoke_invitation", permission=Permission.PEOPLE_MANAGE)
def revoke_invitation(state: State, given: RevokeInvitation, by: Actor, moment: Moment) -> Decision:
    """Take back an invitation that was not accepted yet: its link leads nowhere then, and nothing is kept of it."""
    del by
    open_invitation(state, given.invitation)
    return decided(*_forget(state, [given.invitation], moment))


@command("people.forget_invitations", permission=Permission.NOBODY, answer=InvitationsForgotten)
def forget_invitations(state: State, given: ForgetInvitations, by: Actor, moment: Moment) -> Decision:
    """Forget invitations whose time is over."""
    del given, by
    keys = over(state, moment.at)[:_MOST]
    return decided(*_forget(state, keys, moment), answer=InvitationsForgotten(len(keys)))


def over(state: State, at: int) -> list[str]:
    """Keys of invitations that were taken back, or not accepted for :data:`FORGET_AFTER_MS`. ``at``: ms UTC, now."""
    found = []
    for key, item in state.items(EVENT_STAFF, Invitation).items():
        known = item.value
        assert isinstance(known, Invitation)
        if known.state is Invited.ACCEPTED:
            continue
        if known.state is Invited.REVOKED or _last_said(state, key, known, item.at) + FORGET_AFTER_MS <= at:
            found.append(key)
    return found


def _last_said(state: State, key: str, known: Invitation, made: int) -> int:
    items = [state.item(EVENT_MAIL, Mail, letter) for letter in _letters(state, key, known)]
    return max([made, *(item.at for item in items if item is not None)])


def _letters(state: State, key: str, known: Invitation) -> list[str]:
    to_him = state.view(Letters).to_address(known.address)
    return [
        letter
        for letter, mail in to_him.items()
        if mail.template is Template.INVITATION and ("invitation", key) in mail.details
    ]


def _forget(state: State, keys: list[str], moment: Moment) -> list[Change]:
    changes: list[Change] = []
    blanked: list[tuple[str, str, str]] = []
    for key in keys:
        known = state.get(EVENT_STAFF, Invitation, key)
        assert known is not None
        letters = _letters(state, key, known)
        changes += [delete(EVENT_STAFF, Invitation, key), *(delete(EVENT_MAIL, Mail, letter) for letter in letters)]
        blanked += [(EVENT_STAFF, Invitation.kind, key), *((EVENT_MAIL, Mail.kind, letter) for letter in letters)]
    if blanked:
        erasure = Erasure("", own=False, reason="Invitations that are over.", things=tuple(sorted(blanked)))
        changes.append(put(EVENT_STAFF, moment.new_id(), erasure))
    return changes
