"""Rooms as they are now: sessions as they run, doors, who waits. Values of the streams of rooms.

**What the screen of a room shows, and its sign outside.** One source for every client: the event ``rooms`` (at most
once a second, whole on arrival) says of each room how many are inside, whether it is full, its door, the key of the
session that is on and its phase, and the key of the next one. Titles, speakers and times of these two are in the stream
``event`` under those keys; that is all a screen shows. Pages without a socket ask ``rooms.now`` (all rooms) or
``room.screen`` (one, with titles, names and times in it); both are made by :func:`turia.event.screens.screen_of`. What
somebody himself may do at a door is the answer to ``room.mine``: ask again when ``rooms`` says that a door or session
changed and when a notice with a ``room`` comes.

How sessions move between phases: :mod:`turia.event.sessions`. Who passes a door: :mod:`turia.event.doors`.
"""

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
    #: Start of the session and shift of the event's clock when this was decided: if the programme moves it or the clock
    #: is set back, what was decided may be void.
    start: int = 0
    shift_ms: int = 0
    #: Whether the timetable decided it, not a person.
    by_timetable: bool = False


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
    #: As in his registration; "" for guests.
    category: str = ""
    #: What it holds for; "" where no session was on.
    session: str = ""


class Admission(Value, frozen=True):
    """The answer to it. Stream ``room/<room>/staff``, key: the person. ``session``: what it holds for, "" any."""

    kind: ClassVar[str] = "admission"
    admitted: bool
    session: str = ""
    note: str = ""
    #: Whether he is let in though the room is full.
    over_capacity: bool = False


class Invitee(Value, frozen=True):
    """Somebody on the list of a room or session. Stream ``room/<room>/staff``, key: ``<session or room>.<person>``."""

    kind: ClassVar[str] = "invitee"
    person: str
    session: str = ""
