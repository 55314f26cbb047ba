"""How a talk gets on, as it is measured at the server: for the staff. Pure; times in milliseconds.

Measured by :mod:`turia.gateway.media_overview`, judged by :mod:`turia.media.problems`, shown by
:mod:`turia.web.media_overview`.
"""

from __future__ import annotations

from collections.abc import Collection
from typing import Literal, Protocol

import msgspec


class SourceSeen(msgspec.Struct, frozen=True, kw_only=True):
    """A track that somebody sends. ``idle_ms``: since when nothing has come; ``begun``: whether anything ever did.
    ``key_ms``: age of the last picture that can be decoded alone; ``level``: 0 silent to 127; ``silent_ms``: since when
    it has not been as loud as speech; of the other medium they are None. ``viewers`` get it, the lines of ``behind`` of
    them do not take it. ``asked_bit_rate``: what he was asked to keep to for their sake, 0: no limit."""

    track: int
    source: str
    media: str
    codec: str
    quality: int
    width: int
    height: int
    frame_rate: float
    bit_rate: int
    begun: bool
    idle_ms: int
    key_ms: int | None
    level: int | None
    silent_ms: int | None
    viewers: int
    behind: int
    asked_bit_rate: int


class PublisherSeen(msgspec.Struct, frozen=True):
    """Somebody who sends. ``round_trip_ms``: of his line, None while it is not known."""

    person: str
    name: str
    round_trip_ms: int | None
    sources: tuple[SourceSeen, ...]


class RefusedSeen(msgspec.Struct, frozen=True):
    """What somebody sent, or wished to, and was not taken in the last half minute: ``times`` he was told so."""

    person: str
    name: str
    source: str
    code: str
    message: str
    ago_ms: int
    times: int


class Named(msgspec.Struct, frozen=True):
    """Somebody, and what he is called."""

    person: str
    name: str


class AudienceSeen(msgspec.Struct, frozen=True, kw_only=True):
    """Who follows a room. Each of ``viewers`` is one of: ``full`` (all there is), ``reduced`` (fewer or smaller
    pictures), ``sound_only``, ``stuck`` (what he wants comes here, and not to him, for a while), ``idle`` (wants
    nothing of it).

    ``hears``: get the sound of the room now, out of ``wants_sound``; ``stuck_people``: some of those who are stuck;
    ``round_trips_ms``: the longest ones. Of the last half minute: ``left_out`` frames by reason, ``healed`` tracks that
    pages asked for anew, ``keys`` whole pictures that they asked for."""

    viewers: int = 0
    full: int = 0
    reduced: int = 0
    sound_only: int = 0
    stuck: int = 0
    idle: int = 0
    hears: int = 0
    wants_sound: int = 0
    stuck_people: tuple[Named, ...] = ()
    round_trips_ms: tuple[int, ...] = ()
    left_out: dict[str, int] = {}
    healed: int = 0
    keys: int = 0


class RoomSeen(msgspec.Struct, frozen=True):
    """What goes to one room."""

    publishers: tuple[PublisherSeen, ...] = ()
    refused: tuple[RefusedSeen, ...] = ()
    audience: AudienceSeen = AudienceSeen()


class ServerSeen(msgspec.Struct, frozen=True, kw_only=True):
    """The media plane in the last ten seconds. ``flush_ms``, ``flush_p99_ms``: how long writing to everybody takes, of
    which there is one every ``period_ms``; ``skipped``: could not be kept; ``bit_rate``: out, bits a second; ``lines``
    open, of which ``blocked`` do not take what comes at this moment."""

    flush_ms: float
    flush_p99_ms: float
    period_ms: int
    skipped: int
    bit_rate: int
    lines: int
    blocked: int
    tracks: int


class OnAirSeen(msgspec.Struct, frozen=True):
    """Somebody whom the event has on air, for ``for_ms``, with what he said that he sends."""

    person: str
    name: str
    sources: tuple[str, ...]
    for_ms: int


Severity = Literal["bad", "warning", "note"]


class Problem(msgspec.Struct, frozen=True):
    """Something to look after. ``text``: what is so; ``advice``: what to do; ``person``: about whom, "" nobody."""

    severity: Severity
    code: str
    text: str
    advice: str
    person: str = ""


class Monitor(Protocol):
    """Where all of this is measured."""

    def busy(self) -> Collection[str]:
        """Rooms of the programme with anything to tell."""
        ...

    async def look(self, room: str) -> RoomSeen:
        """How one of them gets on; as it was a moment ago where others just asked. Lets others run in between."""
        ...

    def server(self) -> ServerSeen:
        """How the media plane gets on."""
        ...
