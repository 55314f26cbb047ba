"""Where a presenter points on his page: to everybody who follows the room, some times a second, and kept nowhere."""

from __future__ import annotations

from typing import Final

from turia.errors import Refused
from turia.gateway.media_state import MediaState
from turia.protocol import codec
from turia.protocol.media import POINT_EVERY_MS, Point

_EVERY_S: Final = POINT_EVERY_MS / 1_000


class Points:
    """Part of the plane: the newest point of each room waits until its turn."""

    def __init__(self, plane: MediaState) -> None:
        self._plane = plane
        self._waiting: dict[str, Point] = {}
        #: When a room was told last, monotonic seconds; only of rooms where that was a moment ago.
        self._told_at: dict[str, float] = {}

    def take(self, person: str, point: Point) -> None:
        """Replaces the point before it. Raises Refused unless he has the slides of this room in hand."""
        no = self._plane.rights.may_point(person, point.room)
        if no is not None:
            raise Refused(no.code, no.message)
        self._waiting[point.room] = point

    def tell(self, now: float) -> None:
        """With each flush: what is due. ``now``: monotonic seconds."""
        for room in [each for each, at in self._told_at.items() if now >= at + _EVERY_S]:
            del self._told_at[room]
        for room in [each for each in self._waiting if each not in self._told_at]:
            packet = codec.encode_event("point", self._waiting.pop(room))
            self._told_at[room] = now
            for follower in self._plane.followers.get(room, ()):
                follower.send_packet(packet)
