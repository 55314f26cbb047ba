"""Frames of streams and answers for one connection, in order, and no faster than its line takes them.

A fresh state may be longer than an outbox, and so may the entries of one large import: given all at once, a slow line
would look like a slow consumer. So a part goes ahead and the rest waits here, and whatever comes later waits behind it.
A *place* in the order can be kept for frames that are still being read from the database, or that are made when their
turn comes: what waits of one stream may be replaced by the stream's state of that later moment, which holds it all.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable
from typing import Final

from turia.gateway.connection import Connection
from turia.protocol import limits

#: Reliable bytes that an outbox holds before more waits here: at first, where a line takes all in time, and where it
#: does not: a line of 128 kbit/s takes a frame of a page in a second, and seems blocked after three.
_AHEAD: Final = 32_768
_AHEAD_MOST: Final = 65_536
_AHEAD_LEAST: Final = 8_192


class Place:
    """Where frames of ``stream`` ("" for answers) will stand; nothing after it goes before it is filled. ``begin``:
    called when its turn comes, to fill it. ``counted``: frames that came one by one."""

    __slots__ = ("begin", "counted", "frames", "stream")

    def __init__(
        self,
        stream: str,
        frames: Iterable[bytes] | None = None,
        *,
        begin: Callable[[Place], None] | None = None,
    ) -> None:
        self.stream = stream
        self.frames: deque[bytes] | None = None if frames is None else deque(frames)
        self.counted = frames is not None
        self.begin = begin


class Feed:
    """``slow`` is shared by a gateway: the feeds that hold something back. ``waiting_bytes``: frames that were put one
    by one and wait, of each stream ("": answers); fresh states are shared by all who get them, and are not counted."""

    __slots__ = ("_ahead", "_connection", "_later", "_places", "_slow", "waiting_bytes")

    def __init__(self, connection: Connection, slow: dict[Feed, None]) -> None:
        self._connection = connection
        self._slow = slow
        self._places: deque[Place] = deque()
        self._ahead = _AHEAD
        #: Streams whose state is made when its turn comes: it will hold what comes until then.
        self._later: set[str] = set()
        self.waiting_bytes: dict[str, int] = {}

    @property
    def connection(self) -> Connection:
        """Whose feed it is."""
        return self._connection

    def put(self, stream: str, frame: bytes) -> None:
        """Queue one WebSocket frame."""
        if not self._places and self._connection.outbox.pending_bytes < self._ahead:
            self._connection.send_frame(frame)
        elif stream not in self._later:
            self._append(Place(stream, (frame,)))
            self._count(stream, len(frame))

    def put_all(self, stream: str, frames: Iterable[bytes]) -> None:
        """Queue several."""
        for frame in frames:
            self.put(stream, frame)

    def keep_place(self, stream: str) -> Place:
        """Frames will come here; until :meth:`fill`, nothing passes."""
        place = Place(stream)
        self._append(place)
        return place

    def fill(self, place: Place, frames: Iterable[bytes]) -> None:
        """The frames of a kept place; none gives it up. One that was forgotten stays so."""
        if place not in self._places:
            return
        place.frames = deque(frames)
        self.pump()

    def replace(self, stream: str, begin: Callable[[Place], None]) -> None:
        """Instead of the frames of a stream that wait, ``begin`` fills a place where the first of them stood, with all
        that was so until then. A fresh state that waits or is on its way already comes first, whole."""
        kept: deque[Place] = deque()
        replaced = False
        for place in self._places:
            if not (place.counted and place.stream == stream):
                kept.append(place)
            elif not replaced:
                kept.append(Place(stream, begin=begin))
                self._later.add(stream)
                replaced = True
        self._places = kept
        self.waiting_bytes.pop(stream, None)

    def forget(self, stream: str) -> None:
        """Nothing of this stream that still waits is sent."""
        self._places = deque(place for place in self._places if place.stream != stream)
        self._later.discard(stream)
        self.waiting_bytes.pop(stream, None)

    def pump(self) -> None:
        """Send on what the line takes."""
        outbox = self._connection.outbox
        if outbox.pending_bytes == 0 and self._places:
            self._ahead = min(2 * self._ahead, _AHEAD_MOST) if outbox.line_free() else _AHEAD_LEAST
        while self._places:
            place = self._places[0]
            if place.frames is None:
                if place.begin is None:
                    return
                begin, place.begin = place.begin, None
                self._later.discard(place.stream)
                begin(place)
                continue
            while place.frames:
                if outbox.pending_bytes >= self._ahead or (outbox.pending_bytes == 0 and not outbox.line_free()):
                    return
                frame = place.frames.popleft()
                if place.counted:
                    self._count(place.stream, -len(frame))
                self._connection.send_frame(frame)
            if self._places and self._places[0] is place:
                self._places.popleft()
        self._slow.pop(self, None)

    def too_long(self) -> bool:
        """Whether more answers wait than any line will ever take. Of streams no more waits than their states are long
        (:meth:`replace`)."""
        return self.waiting_bytes.get("", 0) > limits.BACKLOG_MAX_BYTES

    def close(self) -> None:
        """The connection is gone."""
        self._places.clear()
        self._later.clear()
        self.waiting_bytes.clear()
        self._slow.pop(self, None)

    def _count(self, stream: str, change: int) -> None:
        left = self.waiting_bytes.get(stream, 0) + change
        if left:
            self.waiting_bytes[stream] = left
        else:
            self.waiting_bytes.pop(stream, None)

    def _append(self, place: Place) -> None:
        self._places.append(place)
        self._slow[self] = None
