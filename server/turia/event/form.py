"""The form of a registration, and what it must say (EVENT.md). Pure."""

from __future__ import annotations

from typing import Annotated

import msgspec
from msgspec import Meta

from turia.errors import Refused
from turia.event import names
from turia.event.categories import ATTENDANCES, AUDIENCES, ORGANISATION_SCOPES, belonging
from turia.event.commands import Command, Text
from turia.event.people import Registration, Status
from turia.event.quoting import quoted
from turia.protocol import limits

#: How an avatar looks: indices, as in :class:`turia.protocol.messages.Look`.
LookChoices = Annotated[tuple[Annotated[int, Meta(ge=0, le=255)], ...], Meta(max_length=8)]


class Form(Command, frozen=True, kw_only=True):
    """What people say about themselves."""

    name: Text
    email: Text
    #: See turia.event.categories.
    category: Text
    #: ISO 3166-1 alpha-2.
    country: Text = ""
    affiliation: Text = ""
    organisation_scope: Text = ""
    audience: Text = ""
    attendance: Text = "remote"
    #: Whether an individual wishes to contribute.
    contribute: bool = False
    look: LookChoices = ()


def filled(form: Form) -> Registration:
    """The form as a submitted registration, checked; raises Refused with the first thing that must be changed."""
    at = belonging(form.category, form.country, contribute=form.contribute)
    return Registration(
        status=Status.SUBMITTED,
        name=names.person_name(form.name),
        email=names.address(form.email),
        category=at.category,
        country=at.country,
        affiliation=names.line(form.affiliation, "affiliation", limits.MAX_AFFILIATION_CHARS),
        organisation_scope=_choice(form.organisation_scope, ORGANISATION_SCOPES, "scope of the organisation"),
        audience=_choice(form.audience, AUDIENCES, "kind of audience"),
        attendance=_choice(form.attendance or "remote", ATTENDANCES, "way of taking part"),
        contribute=form.contribute,
        look=_look(form.look),
    )


#: Fields of a registration that the form decides.
FIELDS = tuple(name for name in Form.__struct_fields__ if name != "email")


def with_form(registration: Registration, form: Registration) -> Registration:
    """``registration`` with what a filled form says; its address and status stay."""
    return msgspec.structs.replace(registration, **{name: getattr(form, name) for name in FIELDS})


def _choice(value: str, known: dict[str, str], what: str) -> str:
    if value and value not in known:
        raise Refused("choice_unknown", f"{quoted(value[:40])} is no {what}. Choose one of: {', '.join(known)}.")
    return value


def _look(look: tuple[int, ...]) -> tuple[int, ...]:
    if len(look) > 8 or not all(0 <= each <= 255 for each in look):
        raise Refused("look_bad", "A look has up to eight choices, each a number from 0 to 255.")
    return look
