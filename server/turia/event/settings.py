"""What organisers set: texts, policies, the clock. Values of the stream EVENT; all have one key each.

Commands are in :mod:`turia.event.configuring`."""

from __future__ import annotations

from enum import StrEnum
from typing import ClassVar

from turia.event.entries import Value


class Info(Value, frozen=True):
    """The event. Key ``info``. Dates, ``YYYY-MM-DD``, are local to ``zone`` (IANA name)."""

    kind: ClassVar[str] = "info"
    title: str
    subtitle: str = ""
    zone: str = "Europe/Madrid"
    first_day: str = ""
    last_day: str = ""
    city: str = ""
    country: str = ""
    #: Name and address of the building; the circular names none.
    venue_name: str = ""
    venue_address: str = ""
    host: str = ""
    contact_name: str = ""
    contact_email: str = ""
    contact_phone: str = ""
    #: physical, remote_observation, remote_participation, e_meeting (ITU-T A Suppl. 4).
    format: str = "remote_participation"
    #: ``#rrggbb``; "" is ours.
    colour: str = ""
    #: Name of an uploaded picture, "" for none.
    logo: str = ""


class Block(Value, frozen=True):
    """A block of the public page. Key: its id. ``text``: paragraphs, lists and links in Markdown; no markup of HTML."""

    kind: ClassVar[str] = "block"
    title: str
    text: str
    order: int = 0
    source: str = ""


class RegistrationMode(StrEnum):
    """Who is let in."""

    OPEN = "open"
    APPROVAL = "approval"
    INVITATION = "invitation"
    CLOSED = "closed"


class StageRule(StrEnum):
    """When speakers may go on air. The chair may in any case, as soon as his session is live."""

    #: As soon as their session is live.
    TIMETABLE = "timetable"
    #: When the chair calls them.
    CHAIR = "chair"


class Policies(Value, frozen=True):
    """Rules. Key ``policies``. Minutes where not said otherwise."""

    kind: ClassVar[str] = "policies"
    registration: RegistrationMode = RegistrationMode.OPEN
    #: Registered people at most; 0: no limit. Later ones wait.
    capacity: int = 0
    #: Rooms open so long before a session begins.
    doors_open_min: int = 60
    #: A session of the timetable ends so long after its end.
    grace_min: int = 5
    reminder_h: int = 24
    conduct_required: bool = True
    visa_letters: bool = False
    stage_rule: StageRule = StageRule.TIMETABLE
    #: Days for which a recording is kept; 0: until it is deleted.
    recording_days: int = 30


class Document(Value, frozen=True):
    """A text that people agree to. Key: ``privacy``, ``conduct`` or ``recording``. Each change counts ``version``
    up."""

    kind: ClassVar[str] = "document"
    title: str
    text: str
    version: int = 1


class EventClock(Value, frozen=True):
    """Key ``clock``. The event's clock is real time plus ``shift_ms``; rehearsals and the demo shift it."""

    kind: ClassVar[str] = "clock"
    shift_ms: int = 0
