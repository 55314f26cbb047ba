"""What became of letters, and letters before the event. The mailer's own commands, and trying again by hand. Pure."""

from __future__ import annotations

from typing import Final

import msgspec

from turia.errors import Refused
from turia.event.admission_rules import letter
from turia.event.commands import Actor, Command, Decision, Key, Moment, Text, command, decided
from turia.event.entries import EVENT_MAIL, put
from turia.event.mail import Mail, Posted, Template
from turia.event.people import MAY_ENTER
from turia.event.register import Letters, Register
from turia.event.roles import Permission
from turia.event.state import State

#: Letters of one reminding: the journal is not held up for longer.
REMIND_AT_ONCE: Final = 200
_MAX_ERROR_CHARS: Final = 300


class MarkLetter(Command, frozen=True, kw_only=True):
    """``letter``: its key. ``attempts`` so far, ``error``: why the last one failed."""

    letter: Key
    posted: Posted
    attempts: int = 0
    error: Text = ""


class SendAgain(Command, frozen=True):
    """``letter``: the key of one that failed."""

    letter: Key


class Remind(Command, frozen=True):
    """Write reminders to the next :data:`REMIND_AT_ONCE` people who may enter and have none yet."""


@command("mail.mark", permission=Permission.NOBODY)
def mark(state: State, given: MarkLetter, by: Actor, moment: Moment) -> Decision:
    """Write down what became of a letter."""
    del by, moment
    known = state.get(EVENT_MAIL, Mail, given.letter)
    if known is None:
        return decided()
    marked = msgspec.structs.replace(
        known, posted=given.posted, attempts=given.attempts, error=given.error[:_MAX_ERROR_CHARS]
    )
    return decided(*([] if marked == known else [put(EVENT_MAIL, given.letter, marked)]))


@command("mail.send_again", permission=Permission.PEOPLE_MANAGE)
def send_again(state: State, given: SendAgain, by: Actor, moment: Moment) -> Decision:
    """Try a letter that failed once more."""
    del by, moment
    known = state.get(EVENT_MAIL, Mail, given.letter)
    if known is None:
        raise Refused("unknown_letter", "There is no such letter any more.")
    if known.posted is not Posted.FAILED:
        raise Refused("not_failed", "Only letters that failed are sent again.")
    again = msgspec.structs.replace(known, posted=Posted.QUEUED, attempts=0, error="")
    return decided(put(EVENT_MAIL, given.letter, again))


@command("mail.remind", permission=Permission.NOBODY)
def remind(state: State, given: Remind, by: Actor, moment: Moment) -> Decision:
    """Remind everybody who may enter of the event, once each, some at a time."""
    del given, by
    due = unreminded(state, REMIND_AT_ONCE)
    return decided(*(letter(moment, person, Template.REMINDER) for person in due))


def unreminded(state: State, most: int) -> list[str]:
    """People who may enter and were not reminded yet; at most so many."""
    letters, found = state.view(Letters), []
    for person, registration in state.view(Register).everybody.items():
        if registration.status not in MAY_ENTER:
            continue
        if not any(each.template is Template.REMINDER for each in letters.of(person).values()):
            found.append(person)
            if len(found) == most:
                break
    return found
