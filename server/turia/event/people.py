"""People: what a registration holds and where it stands. Values; commands: :mod:`turia.event.registration`."""

from __future__ import annotations

from enum import StrEnum
from typing import ClassVar, Final

from turia.event.entries import Value, person_stream
from turia.event.state import State


class Status(StrEnum):
    """Where a registration stands (EVENT.md). Entering is checking in."""

    SUBMITTED = "submitted"
    #: The address was proved by a link or code.
    ACKNOWLEDGED = "acknowledged"
    APPROVED = "approved"
    DECLINED = "declined"
    #: On the waiting list: the event is full.
    WAITING = "waiting"
    CONFIRMED = "confirmed"
    CHECKED_IN = "checked_in"
    WITHDRAWN = "withdrawn"


#: Those who may enter the venue.
MAY_ENTER: Final = frozenset({Status.APPROVED, Status.CONFIRMED, Status.CHECKED_IN})


class Registration(Value, frozen=True):
    """One person's registration. Stream ``person/<id>``, key: the id. Times: milliseconds UTC."""

    kind: ClassVar[str] = "registration"
    status: Status
    name: str
    email: str
    #: member_state, sector_member, associate, academia, individual, state_of_palestine_res99.
    category: str
    #: ISO 3166-1 alpha-2, or "" where the category has none.
    country: str = ""
    affiliation: str = ""
    #: international, regional, national, or "".
    organisation_scope: str = ""
    #: city_administration, government, industry, research, international_organisation, other, or "".
    audience: str = ""
    #: remote or on_site.
    attendance: str = "remote"
    contribute: bool = False
    look: tuple[int, ...] = ()
    #: Why it was declined, or what the staff noted.
    note: str = ""
    submitted_at: int = 0
    decided_at: int = 0
    #: Where it came from: form, import, staff, invitation, first_start.
    source: str = "form"
    #: An address that is to replace ``email`` once it is proved, or "".
    new_email: str = ""
    #: Place on the waiting list, counted up; 0: not on it.
    queue: int = 0
    #: Why the staff must look at it though the policy would approve it: "name" (a speaker or one of the staff is
    #: called so), or "".
    held: str = ""


class Guest(Value, frozen=True):
    """Somebody who entered without registration. Stream ``person/<id>``, key: the id."""

    kind: ClassVar[str] = "guest"
    name: str
    affiliation: str = ""
    look: tuple[int, ...] = ()


class Consent(Value, frozen=True):
    """What a person agreed to. Stream ``person/<id>``, key: ``<document>.<version>``, of recordings
    ``recording.<version>.<session>``."""

    kind: ClassVar[str] = "consent"
    document: str
    version: int
    given: bool = True
    #: That it holds for, "" for all: being recorded is agreed to for each.
    session: str = ""


class Star(Value, frozen=True):
    """A session that a person marked. Stream ``person/<id>``, key: the session."""

    kind: ClassVar[str] = "star"


class Notice(Value, frozen=True):
    """Something a person is to know. Stream ``person/<id>``, key: any id; deleted when he has seen it."""

    kind: ClassVar[str] = "notice"
    recent: ClassVar[int | None] = 50
    code: str
    text: str
    session: str = ""
    room: str = ""


def standing_role(state: State, person: str, *, guest: bool = False) -> str:
    """The built-in role that somebody has without any grant: nobody, signed_in or attendee."""
    registration = state.get(person_stream(person), Registration, person)
    if registration is not None:
        return "attendee" if registration.status in MAY_ENTER else "signed_in"
    return "attendee" if guest else "nobody"
