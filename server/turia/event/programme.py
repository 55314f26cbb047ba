"""The programme: rooms, tracks, speakers, sessions. Values of the stream EVENT; commands are in
:mod:`turia.event.editing`. Times are milliseconds UTC; the zone of the event says how they are shown."""

from __future__ import annotations

from enum import StrEnum
from typing import ClassVar

from turia.event.entries import Value


class SessionType(StrEnum):
    """EVENT.md, "Session types"."""

    OPENING = "opening"
    KEYNOTE = "keynote"
    PANEL = "panel"
    FLAGSHIP = "flagship_presentation"
    REMOTE = "remote_presentation"
    PITCH = "pitch"
    AWARD = "award_ceremony"
    EXHIBITION = "exhibition"
    BREAK = "break"
    CLOSING = "closing"
    OTHER = "other"


class DoorPolicy(StrEnum):
    """Who may come in. A closed door also holds back people with a role; see :mod:`turia.event.doors`."""

    OPEN = "open"
    #: People with a role in the room or its session, and whoever is on the list of members.
    MEMBERS = "members"
    #: Whoever was invited to the session.
    INVITATION = "invitation"
    #: One by one, when a moderator admits them.
    WAITING_ROOM = "waiting_room"
    #: Whoever is inside may stay; staff may pass.
    LOCKED = "locked"
    #: Only staff of the room.
    CLOSED = "closed"


class Programme(Value, frozen=True):
    """The programme as a whole. Key ``programme``. ``version`` counts its changes; ``draft`` until marked final."""

    kind: ClassVar[str] = "programme"
    draft: bool = True
    version: int = 0
    #: Name of the file it was imported from, if it was.
    source: str = ""


class Room(Value, frozen=True):
    """A place of the programme. ``place``: id of the room in venue.json, "" for none (only in flat view)."""

    kind: ClassVar[str] = "room"
    title: str
    place: str = ""
    #: People inside at most; 0: as many as there are seats, or any number where there are none.
    capacity: int = 0
    #: Of these, places kept for people with a role there.
    reserved: int = 0
    #: Door while no session is on, and while one is open or live.
    idle_door: DoorPolicy = DoorPolicy.OPEN
    session_door: DoorPolicy = DoorPolicy.OPEN
    #: When a door closes: whether people inside are led out.
    lead_out: bool = False
    description: str = ""
    order: int = 0


class Track(Value, frozen=True):
    """A thread through the programme. ``colour``: ``#rrggbb`` or ""."""

    kind: ClassVar[str] = "track"
    title: str
    colour: str = ""
    order: int = 0


class Speaker(Value, frozen=True):
    """Somebody on the list of speakers. ``person``: his registration, "" until he has one."""

    kind: ClassVar[str] = "speaker"
    name: str
    affiliation: str = ""
    biography: str = ""
    person: str = ""
    url: str = ""
    #: Identifies him in imported files.
    code: str = ""
    order: int = 0
    #: What import must keep for export though nothing here uses it, as (name, text).
    extra: tuple[tuple[str, str], ...] = ()


class Session(Value, frozen=True):
    """One item of the programme. ``room`` and ``track``: keys; ``speakers``: keys; ``chairs``: persons."""

    kind: ClassVar[str] = "session"
    title: str
    start: int
    end: int
    type: SessionType = SessionType.OTHER
    room: str = ""
    track: str = ""
    subtitle: str = ""
    abstract: str = ""
    description: str = ""
    speakers: tuple[str, ...] = ()
    chairs: tuple[str, ...] = ()
    language: str = "en"
    url: str = ""
    links: tuple[tuple[str, str], ...] = ()
    cancelled: bool = False
    #: None: the room's ``session_door``.
    door: DoorPolicy | None = None
    #: Whether the timetable opens and ends it, or only the chair.
    by_timetable: bool = True
    #: Identity in imported files: guid, id, slug.
    guid: str = ""
    code: str = ""
    slug: str = ""
    #: What import must keep for export though nothing here uses it, as (name, text).
    extra: tuple[tuple[str, str], ...] = ()
