"""The tracks that are published now, by number, person and room. Pure."""

from __future__ import annotations

from collections import deque
from collections.abc import Collection, Iterable
from typing import TYPE_CHECKING, Final

from turia.errors import Refused
from turia.gateway.media_advice import Advice
from turia.media.meters import Lately, TrackMeter
from turia.protocol.media import MAX_TRACKS_PER_PERSON, Publish, TrackInfo

if TYPE_CHECKING:
    from turia.gateway.media_connection import MediaConnection

#: A number is not given again for so long: frames and wishes that are on their way name it.
REST_S: Final = 60.0
_NUMBERS: Final = 1 << 16


class Track:
    """Somebody's published track. ``info`` is what viewers are told of it."""

    __slots__ = (
        "advice",
        "bytes_in",
        "check_at",
        "connection",
        "ended",
        "heard_at",
        "info",
        "lately",
        "level",
        "loud_at",
        "meter",
        "person",
        "published",
        "room",
        "speaking",
        "stale",
        "suffering",
    )

    def __init__(
        self, connection: MediaConnection, person: str, published: Publish, info: TrackInfo, now: float
    ) -> None:
        self.connection = connection
        self.person = person
        self.published = published
        self.info = info
        #: The room that rights are asked of: the one it goes to, or where its owner stands (voices).
        self.room = published.room
        #: Whether the last verdict may not hold any more, and when it has to be asked again at the latest.
        self.stale = False
        self.check_at = 0.0
        #: He sent the last frame.
        self.ended = False
        #: Sound: the loudest since the voices were last looked at, when something came last and when it was loud last,
        #: and whether he is shown as speaking.
        self.level = 0
        self.heard_at = float("-inf")
        self.loud_at = float("-inf")
        self.speaking = False
        #: Since the last advice.
        self.bytes_in = 0
        #: Viewers who reported trouble since then.
        self.suffering: set[int] = set()
        self.advice = Advice(info.media, published.bit_rate)
        #: For the staff: what comes, and what was left out for viewers or asked for anew by them.
        self.meter = TrackMeter(now)
        self.lately = Lately()

    @property
    def number(self) -> int:
        """Its number on the wire."""
        return self.info.track

    @property
    def key(self) -> tuple[str, str, str, int]:
        """There is one of each: person, source, media, quality."""
        return self.person, self.info.source, self.info.media, self.info.quality


class Tracks:
    """All of them. Numbers rest for a minute before they are given again."""

    def __init__(self) -> None:
        self.by_number: dict[int, Track] = {}
        self._by_key: dict[tuple[str, str, str, int], Track] = {}
        self._by_person: dict[str, dict[int, Track]] = {}
        self._by_room: dict[str, dict[int, Track]] = {}
        self._resting: deque[tuple[float, int]] = deque()
        self._taken: set[int] = set()
        self._next = 0

    def number(self, now: float) -> int:
        """A free number; raises Refused."""
        while self._resting and now - self._resting[0][0] > REST_S:
            self._taken.discard(self._resting.popleft()[1])
        if len(self._taken) >= _NUMBERS:
            raise Refused("too_many_tracks", "There are too many tracks at the moment. Try again.", retry=True)
        while self._next in self._taken:
            self._next = (self._next + 1) % _NUMBERS
        return self._next

    def same(self, key: tuple[str, str, str, int]) -> Track | None:
        """The track that has this person, source, media and quality."""
        return self._by_key.get(key)

    def full(self, person: str) -> bool:
        """Whether somebody has as many tracks as he may."""
        return len(self._by_person.get(person, ())) >= MAX_TRACKS_PER_PERSON

    def add(self, track: Track) -> None:
        """It is published; its number came from :meth:`number`."""
        number = track.number
        self._taken.add(number)
        self._next = (number + 1) % _NUMBERS
        self.by_number[number] = track
        self._by_key[track.key] = track
        self._by_person.setdefault(track.person, {})[number] = track
        if track.info.room:
            self._by_room.setdefault(track.info.room, {})[number] = track

    def remove(self, track: Track, now: float) -> None:
        """It is over."""
        number = track.number
        del self.by_number[number]
        del self._by_key[track.key]
        _drop(self._by_person, track.person, number)
        if track.info.room:
            _drop(self._by_room, track.info.room, number)
        self._resting.append((now, number))

    def of_person(self, person: str) -> list[Track]:
        """What somebody publishes."""
        return list(self._by_person.get(person, {}).values())

    def of_room(self, room: str) -> list[Track]:
        """What is published to a room, voices not among it."""
        return list(self._by_room.get(room, {}).values())

    def rooms(self) -> Collection[str]:
        """Rooms to which something is published."""
        return set(self._by_room)

    def voices(self) -> Iterable[Track]:
        """Voices of people where they stand."""
        return (track for track in self.by_number.values() if track.info.source == "voice")


def _drop(index: dict[str, dict[int, Track]], key: str, number: int) -> None:
    index[key].pop(number, None)
    if not index[key]:
        del index[key]
