"""A programme as a file says it: what every reader of files makes, and what is compared with ours. Pure."""

from __future__ import annotations

from typing import Annotated, ClassVar, Final

import msgspec
from msgspec import Meta

from turia.event.entries import Value
from turia.event.programme import SessionType

EVENT_IMPORT: Final = "event/import"
#: What one file may hold at most.
MOST_SESSIONS: Final = 5_000
MOST_PROBLEMS: Final = 200
#: Of one session, and of one line of text. What is longer in a file is cut, and a problem says so.
LONGEST_TITLE: Final = 500
LONGEST_NAME: Final = 200
MOST_SPEAKERS: Final = 200
MOST_LINKS: Final = 200

Pairs = tuple[tuple[str, str], ...]


class Problem(msgspec.Struct, frozen=True, omit_defaults=True):
    """Something about a file. ``where``: ``line 12`` or ``event 3 ('Title')``; ``lost``: the entry is not imported."""

    where: str
    text: str
    lost: bool = False


class ImportedRoom(msgspec.Struct, frozen=True, omit_defaults=True):
    """A room of a file; sessions name it by its title, which is unique."""

    title: str
    guid: str = ""
    capacity: int = 0
    description: str = ""


class ImportedTrack(msgspec.Struct, frozen=True, omit_defaults=True):
    """A track of a file; sessions name it by its title."""

    title: str
    slug: str = ""
    colour: str = ""


class ImportedSpeaker(msgspec.Struct, frozen=True, omit_defaults=True):
    """Somebody in a file. ``ref``: how sessions of this file name him."""

    ref: str
    name: str
    code: str = ""
    guid: str = ""
    affiliation: str = ""
    biography: str = ""
    url: str = ""
    extra: Pairs = ()


class ImportedSession(msgspec.Struct, frozen=True, omit_defaults=True):
    """A session of a file. Times: milliseconds UTC, whole minutes. ``cancelled``: None where the file does not say."""

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
    language: str = ""
    url: str = ""
    links: Pairs = ()
    cancelled: bool | None = None
    guid: str = ""
    code: str = ""
    slug: str = ""
    extra: Pairs = ()


class ImportedFile(msgspec.Struct, frozen=True, omit_defaults=True):
    """All of a file. ``knows``: fields of sessions that it says something about; others are left as they are."""

    name: str
    format: str
    generator: str = ""
    title: str = ""
    zone: str = ""
    version: str = ""
    knows: tuple[str, ...] = ()
    rooms: tuple[ImportedRoom, ...] = ()
    tracks: tuple[ImportedTrack, ...] = ()
    speakers: tuple[ImportedSpeaker, ...] = ()
    sessions: Annotated[tuple[ImportedSession, ...], Meta(max_length=MOST_SESSIONS)] = ()
    problems: tuple[Problem, ...] = ()


class Upload(Value, frozen=True):
    """A file that was read and waits for its import. Stream EVENT_IMPORT, key: any id. ``by``: whose it is."""

    kind: ClassVar[str] = "programme_upload"
    by: str
    file: ImportedFile
