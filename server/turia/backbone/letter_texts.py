"""What letters say, by template: plain sentences, from which :mod:`turia.backbone.letters` makes text and HTML."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

import msgspec

from turia.event.mail import Template


class Facts(msgspec.Struct, frozen=True, kw_only=True):
    """What texts are filled with. ``when``, ``where``: of the event, or "". ``details``: those of the letter."""

    event: str
    name: str
    when: str = ""
    where: str = ""
    details: dict[str, str] = {}


class Text(msgspec.Struct, frozen=True, kw_only=True):
    """``paragraphs`` before the button, ``after`` it. ``button``: what its link is called, "" for no link.

    ``code``: whether a code is given, too. ``page``: where the link leads when no fresh one is made, "" for that.
    """

    subject: str
    paragraphs: tuple[str, ...]
    button: str = ""
    code: bool = False
    page: str = ""
    after: tuple[str, ...] = ()
    calendar: bool = False


def text_of(template: Template, facts: Facts) -> Text:
    """The text of a letter."""
    return _TEXTS[template](facts)


def _note(facts: Facts, lead: str = "The organisers write:") -> tuple[str, ...]:
    note = facts.details.get("note", "")
    return (f"{lead}\n{note}",) if note else ()


def _day(facts: Facts) -> str:
    parts = [part for part in (facts.when, facts.where) if part]
    return f"It takes place {', '.join(parts)}." if parts else ""


_ONCE_MORE: Final = "Link and code work twice. On the page /sign-in you can have new ones sent at any time."


def _confirm(facts: Facts) -> Text:
    return Text(
        subject=f"Confirm your address: {facts.event}",
        paragraphs=(
            f"Somebody, probably you, has registered for {facts.event} with this address.",
            "Confirm that it is yours with this link, or by the code on the page where you registered.",
        ),
        button="Confirm my address",
        code=True,
        after=(_ONCE_MORE, "If it was not you, do nothing: without confirmation nothing happens."),
    )


def _approved(facts: Facts) -> Text:
    return Text(
        subject=f"You are registered: {facts.event}",
        paragraphs=(
            f"Your registration for {facts.event} is approved.",
            *([_day(facts)] if _day(facts) else []),
            *_note(facts),
            "With this link or code you sign in and enter the venue. Entering is checking in.",
        ),
        button="My registration",
        code=True,
        after=(_ONCE_MORE, "The calendar file of the event is attached."),
        calendar=True,
    )


def _declined(facts: Facts) -> Text:
    return Text(
        subject=f"Your registration for {facts.event}",
        paragraphs=(f"The organisers of {facts.event} have declined your registration.", *_note(facts)),
        after=("If you think that this is a mistake, write to the organisers: answers to this letter reach them.",),
    )


def _waiting(facts: Facts) -> Text:
    return Text(
        subject=f"You are on the waiting list: {facts.event}",
        paragraphs=(
            f"All places of {facts.event} are taken, and you are on the waiting list.",
            *_note(facts),
            "As soon as a place is free for you, you get a letter. With this link you see your place on the list.",
        ),
        button="My registration",
        code=True,
        after=(_ONCE_MORE,),
    )


def _withdrawn(facts: Facts) -> Text:
    return Text(
        subject=f"You have withdrawn: {facts.event}",
        paragraphs=(
            f"You have given up your registration for {facts.event}. Your place and roles are free again.",
            "If you change your mind, register again with the same address.",
        ),
        button="Register again",
        page="/register",
        after=("If it was not you who withdrew, write to the organisers: answers to this letter reach them.",),
    )


def _sign_in(facts: Facts) -> Text:
    return Text(
        subject=f"Your link for {facts.event}",
        paragraphs=(f"Here is your new link and code for {facts.event}.",),
        button="Sign in",
        code=True,
        after=(_ONCE_MORE, "If you did not ask for it, do nothing: nobody else can use it."),
    )


def _invitation(facts: Facts) -> Text:
    role = facts.details.get("role", "")
    return Text(
        subject=f"Invitation: {facts.event}",
        paragraphs=(
            f"The organisers of {facts.event} invite you{f' as {role}' if role else ' to take part'}.",
            *([_day(facts)] if _day(facts) else []),
            *_note(facts),
        ),
        button="Accept the invitation",
        after=("The link is meant for you alone: please do not pass it on.",),
    )


def _reminder(facts: Facts) -> Text:
    return Text(
        subject=f"It begins soon: {facts.event}",
        paragraphs=(
            f"{facts.event} begins soon.",
            *([_day(facts)] if _day(facts) else []),
            "With this link or code you sign in and enter. Come a little early: the venue is open before the opening.",
        ),
        button="Sign in",
        code=True,
        after=(_ONCE_MORE, "The calendar file of the event is attached."),
        calendar=True,
    )


def _change(facts: Facts) -> Text:
    return Text(
        subject=f"The programme has changed: {facts.event}",
        paragraphs=(facts.details.get("session", "The programme has changed."), *_note(facts, "What is new:")),
        button="Programme",
        page="/programme",
    )


def _test(facts: Facts) -> Text:
    return Text(
        subject=f"Test letter: {facts.event}",
        paragraphs=(
            f"This is a test letter of {facts.event}.",
            "If you can read it, letters of this venue arrive. There is nothing to do.",
        ),
    )


_TEXTS: Final[dict[Template, Callable[[Facts], Text]]] = {
    Template.CONFIRM: _confirm,
    Template.APPROVED: _approved,
    Template.DECLINED: _declined,
    Template.WAITING: _waiting,
    Template.WITHDRAWN: _withdrawn,
    Template.SIGN_IN: _sign_in,
    Template.INVITATION: _invitation,
    Template.REMINDER: _reminder,
    Template.CHANGE: _change,
    Template.TEST: _test,
}
