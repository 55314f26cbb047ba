"""Rooms as they are now: sessions as they run, doors, who waits. Values of the streams of rooms."""

from __future__ import annotations

from enum import StrEnum
from typing import ClassVar

from turia.event.entries import Value
from turia.event.programme import DoorPolicy


class Phase(StrEnum):
    """Where a session stands; the moves between them are in :mod:`turia.event.sessions`."""

    PLANNED = "planned"
    OPEN = "open"
    LIVE = "live"
    PAUSED = "paused"
    ENDED = "ended"
    CANCELLED = "cancelled"


class SessionRun(Value, frozen=True):
    """A session as it runs. Stream ``room/<room>``, key: the session. No value: planned. ``since``: event clock, ms."""

    kind: ClassVar[str] = "session_run"
    phase: Phase
    since: int
    #: When it went live first, 0: never.
    live_at: int = 0


class Door(Value, frozen=True):
    """What somebody set a room's doors to; else they follow the programme. Stream ``room/<room>``, key: the room."""

    kind: ClassVar[str] = "door"
    policy: DoorPolicy
    lead_out: bool = False
    #: Session that it was set for: it ends with it. "" keeps it until it is taken back.
    session: str = ""


class Waiting(Value, frozen=True):
    """Somebody who asks to be let in. Stream ``room/<room>/staff``, key: the person. ``asked_at``: ms UTC."""

    kind: ClassVar[str] = "waiting"
    name: str
    affiliation: str = ""
    badge: str = ""
    asked_at: int = 0


class Admission(Value, frozen=True):
    """The answer to it. Stream ``room/<room>/staff``, key: the person. ``session``: what it holds for, "" any."""

    kind: ClassVar[str] = "admission"
    admitted: bool
    session: str = ""
    note: str = ""


class Invitee(Value, frozen=True):
    """Somebody on the list of a room or session. Stream ``room/<room>/staff``, key: ``<session or room>.<person>``."""

    kind: ClassVar[str] = "invitee"
    person: str
    session: str = ""
