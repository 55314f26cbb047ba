"""Texts that people agree to: the privacy text and the code of conduct, logged by version. Pure.

Agreeing to a version says nothing about the next one: whoever has not agreed to the present one is asked again, for the
privacy text at his next sign-in, for the code of conduct when he enters.
"""

from __future__ import annotations

from typing import Final

from turia.errors import Refused
from turia.event.admission_rules import policies_of
from turia.event.commands import Actor, Command, Decision, Key, Moment, command, decided
from turia.event.entries import EVENT, Change, person_stream, put
from turia.event.people import Consent
from turia.event.roles import Permission
from turia.event.settings import Document
from turia.event.state import State

PRIVACY: Final = "privacy"
CONDUCT: Final = "conduct"


class Agree(Command, frozen=True):
    """``version``: the one that was shown. ``given`` False takes an agreement back."""

    document: Key
    version: int
    given: bool = True


@command("people.consent", permission=Permission.SELF)
def agree(state: State, given: Agree, by: Actor, moment: Moment) -> Decision:
    """Agree to the privacy text or the code of conduct, or take it back."""
    del moment
    check_version(state, given.document, given.version)
    if has_agreed(state, by.person, given.document) == given.given:
        return decided()
    return decided(consent(by.person, given.document, given.version, given=given.given))


def check_version(state: State, document: str, version: int) -> None:
    """Raises Refused unless ``version`` is the present one of this text; 0 is right where there is no such text."""
    present = version_of(state, document)
    if version != present:
        if not present:
            raise Refused("unknown_document", "There is no such text to agree to.")
        raise Refused(
            "consent_stale" if version else "consent_needed",
            f"{'The text has changed: read' if version else 'Read'} "
            f"“{_title(state, document)}” (version {present}) and agree to it.",
        )


def version_of(state: State, document: str) -> int:
    """The present version of a text, 0 if the event has none."""
    text = state.get(EVENT, Document, document)
    return text.version if text else 0


def has_agreed(state: State, person: str, document: str) -> bool:
    """Whether somebody agreed to the present version."""
    said = state.get(person_stream(person), Consent, f"{document}.{version_of(state, document)}")
    return said is not None and said.given


def missing(state: State, person: str, *, entering: bool = False) -> tuple[str, ...]:
    """Texts that somebody must agree to before he goes on; ``entering``: the venue itself."""
    asked = [PRIVACY]
    if entering and policies_of(state).conduct_required:
        asked.append(CONDUCT)
    return tuple(each for each in asked if version_of(state, each) and not has_agreed(state, person, each))


def consent(person: str, document: str, version: int, *, given: bool = True) -> Change:
    """The log of it; its time and actor are the entry's."""
    return put(person_stream(person), f"{document}.{version}", Consent(document, version, given))


def _title(state: State, document: str) -> str:
    text = state.get(EVENT, Document, document)
    return text.title if text else document
