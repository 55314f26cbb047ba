"""Frames of streams and answers for one connection, in order, and no faster than its line takes them.

A fresh state may be longer than an outbox: given all at once, a slow line would look like a slow consumer. So a part
goes ahead and the rest waits here, and whatever comes later waits behind it. A *place* in the order can be kept for
frames that are still being read from the database.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable
from typing import Final

from turia.gateway.connection import Connection
from turia.protocol import limits

#: Reliable bytes that an outbox holds before more waits here.
_AHEAD: Final = 65_536


class Place:
    """Where frames of ``stream`` ("" for answers) will stand; nothing after it goes before it is filled."""

    __slots__ = ("frames", "stream")

    def __init__(self, stream: str, frames: Iterable[bytes] | None = None) -> None:
        self.stream = stream
        self.frames: deque[bytes] | None = None if frames is None else deque(frames)


class Feed:
    """``slow`` is shared by a gateway: the feeds that hold something back."""

    __slots__ = ("_connection", "_places", "_slow", "waiting_bytes")

    def __init__(self, connection: Connection, slow: dict[Feed, None]) -> None:
        self._connection = connection
        self._slow = slow
        self._places: deque[Place] = deque()
        self.waiting_bytes = 0

    @property
    def connection(self) -> Connection:
        """Whose feed it is."""
        return self._connection

    def put(self, stream: str, frame: bytes) -> None:
        """Queue one WebSocket frame."""
        if not self._places and self._connection.outbox.pending_bytes < _AHEAD:
            self._connection.send_frame(frame)
        else:
            self._append(Place(stream, (frame,)))
            self.waiting_bytes += len(frame)

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
        self.waiting_bytes += sum(map(len, place.frames))
        self.pump()

    def forget(self, stream: str) -> None:
        """Nothing of this stream that still waits is sent."""
        kept = [place for place in self._places if place.stream != stream]
        self._places = deque(kept)
        self.waiting_bytes = sum(len(frame) for place in kept for frame in place.frames or ())

    def pump(self) -> None:
        """Send on what the line takes."""
        outbox = self._connection.outbox
        while self._places and (frames := self._places[0].frames) is not None:
            while frames:
                if outbox.pending_bytes >= _AHEAD or (outbox.pending_bytes == 0 and not outbox.line_free()):
                    return
                frame = frames.popleft()
                self.waiting_bytes -= len(frame)
                self._connection.send_frame(frame)
            self._places.popleft()
        if not self._places:
            self._slow.pop(self, None)

    def too_long(self) -> bool:
        """Whether more waits than any line will ever take."""
        return self.waiting_bytes > limits.BACKLOG_MAX_BYTES

    def close(self) -> None:
        """The connection is gone."""
        self._places.clear()
        self._slow.pop(self, None)

    def _append(self, place: Place) -> None:
        self._places.append(place)
        self._slow[self] = None
