"""Entries: everything durable that happens is an upsert or a delete of one thing in one stream. Pure.

A *value* is a struct that derives from :class:`Value`; its ``kind`` names it on the wire and in the database. A thing
is identified by (stream, kind, key). Streams are

* ``event``: what everybody may know: texts, rooms, programme, speakers, the clock;
* ``event/staff``: grants of roles, invitations, work of the staff;
* ``event/mail``: letters to be sent, and what became of them;
* ``room/<room>``: sessions as they run, doors, who is on air, which is known of rooms that one may not enter, too;
* ``room/<room>/staff``: who waits outside;
* ``session/<session>/talk``: what is said and shown in a session: slides, captions; for whoever may follow it, see
  :func:`turia.event.visibility.may_follow`;
* ``person/<id>``: what concerns one person: registration, consents, stars, notices.
"""

from __future__ import annotations

from typing import Any, ClassVar, Final

import msgspec

EVENT: Final = "event"
EVENT_STAFF: Final = "event/staff"
EVENT_MAIL: Final = "event/mail"

#: Who acts when nobody does: the timetable, the mailer, the first start.
SYSTEM: Final = "system"


class Value(msgspec.Struct, frozen=True, omit_defaults=True):
    """Base of every value; a subclass with a ``kind`` is known from its definition on.

    Unknown fields are ignored, so that data of a later version can still be read; new fields need a default, because
    old entries do not have them.
    """

    kind: ClassVar[str] = ""
    #: How many of this kind, the newest, a fresh state holds; None: all. Older ones are read page by page.
    recent: ClassVar[int | None] = None

    def __init_subclass__(cls, **options: Any) -> None:
        super().__init_subclass__(**options)
        name = cls.__dict__.get("kind", "")
        if name:
            known = KINDS.get(name)
            if known is not None and known.__qualname__ != cls.__qualname__:
                raise ValueError(f"two kinds of values are called {name!r}: {known.__qualname__}, {cls.__qualname__}")
            KINDS[name] = cls


#: Every kind of value by its name.
KINDS: Final[dict[str, type[Value]]] = {}


class Entry(msgspec.Struct, frozen=True, array_like=True):
    """One thing that happened. ``at``: milliseconds UTC; ``actor``: a person or SYSTEM; no ``value``: deleted."""

    stream: str
    offset: int
    at: int
    actor: str
    kind: str
    key: str
    value: Value | None


class Change(msgspec.Struct, frozen=True):
    """What a decision wants: made by :func:`put` and :func:`delete`. Becomes an Entry when it is committed."""

    stream: str
    kind: str
    key: str
    value: Value | None


def put(stream: str, key: str, value: Value) -> Change:
    """Create or replace one thing."""
    return Change(stream, value.kind, key, value)


def delete(stream: str, kind: type[Value], key: str) -> Change:
    """Remove one thing."""
    return Change(stream, kind.kind, key, None)


def person_stream(person: str) -> str:
    """The stream of one person."""
    return f"person/{person}"


def room_stream(room: str) -> str:
    """The stream that everybody reads who may enter the venue."""
    return f"room/{room}"


def talk_stream(session: str) -> str:
    """The stream of what is said and shown in a session: its door keeps it in, when it is over, too."""
    return f"session/{session}/talk"


def room_staff_stream(room: str) -> str:
    """The stream of those who moderate the room."""
    return f"room/{room}/staff"
