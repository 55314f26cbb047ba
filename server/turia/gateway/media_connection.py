"""A media connection of a person: what he sends, what he follows, wants and hears. It belongs to a venue connection."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, ClassVar

from turia.gateway.connection import Connection, Link
from turia.gateway.media_refusals import Refusals
from turia.gateway.outbox import Outbox
from turia.media.meters import Viewing
from turia.protocol.media import MEDIA_CLIENT_EVENTS
from turia.protocol.messages import ClientEvent

if TYPE_CHECKING:
    from turia.gateway.media_tracks import Track


class MediaConnection(Connection):
    """Its number is the relay's number of the viewer."""

    __slots__ = (
        "blocked_since",
        "check_at",
        "following",
        "hears",
        "most_voices",
        "orphan_since",
        "place",
        "refusals",
        "tracks",
        "venue",
        "viewing",
        "voices",
        "wants",
    )

    EVENTS: ClassVar[Mapping[str, ClientEvent]] = MEDIA_CLIENT_EVENTS

    def __init__(self, number: int, address: str, link: Link, outbox: Outbox, now: float) -> None:
        super().__init__(number, address, link, outbox, now)
        #: The connection of the same page to the venue; None while that one comes back.
        self.venue: Connection | None = None
        self.orphan_since: float | None = None
        #: What he publishes here, by number.
        self.tracks: dict[int, Track] = {}
        self.refusals = Refusals()
        #: Rooms whose tracks he is told of; all of them he may watch.
        self.following: set[str] = set()
        #: When that has to be asked again at the latest, and the room that he stood in the last time.
        self.check_at = 0.0
        self.place = ""
        #: Top temporal layer by track that he asked for and was granted.
        self.wants: dict[int, int] = {}
        #: Voices of people nearby: at most, and those he gets now.
        self.most_voices = 0
        self.voices: tuple[int, ...] = ()
        #: For the staff: how he says that he gets on, and since when his line has not taken what it was given.
        self.viewing = Viewing()
        self.blocked_since: float | None = None
        #: Voices as he was told of them.
        self.hears: frozenset[tuple[int, bool]] = frozenset()
