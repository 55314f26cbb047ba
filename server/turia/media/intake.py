"""What a publisher sends on one track, checked, and its pieces put together to frames. Pure.

The line from a publisher keeps order, so whatever is out of order is wrong, not late. What is refused changes nothing:
the frame that should have come is still taken after it. (Too much does change something: see :mod:`turia.media.pace`.)
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final, NamedTuple

from turia.errors import Refused
from turia.media.pace import Pace
from turia.protocol.media import (
    ASK_KEY_AFTER_S,
    DISCARDABLE,
    END,
    HEAD_BYTES,
    KEY,
    MAX_PIECE_BYTES,
    MAX_PIECES,
    REFUSE_WITHOUT_KEY_AFTER_S,
    Head,
    flags,
    read_head,
)

#: Opus has no longer packets; tenths of a millisecond.
MAX_AUDIO_DURATION: Final = 1_200
MAX_LEVEL: Final = 127
_KNOWN_FLAGS: Final = KEY | END | DISCARDABLE | flags(layer=3)


class Frame(NamedTuple):
    """A whole frame, ready for the lines. ``data``: its encoded pieces; ``arrived``: when it was whole, seconds."""

    data: bytes
    layer: int
    key: bool
    arrived: float


class Intake:
    """One track's: where its publisher is.

    ``wants_key``: he should begin a new group, for his frames cannot be taken or the group is too long; whoever passes
    that on sets it back.
    """

    __slots__ = (
        "_asked_at",
        "_encode",
        "_frame",
        "_group",
        "_group_at",
        "_head",
        "_layers",
        "_media",
        "_pace",
        "_pieces",
        "_time",
        "_track",
        "ended",
        "wants_key",
    )

    def __init__(self, track: int, media: str, layers: int, encode: Callable[[bytes], bytes], now: float) -> None:
        self._track = track
        self._media = media
        self._layers = layers
        self._encode = encode
        self._pace = Pace(media, now)
        #: Of the newest frame that was begun.
        self._group = -1
        self._frame = -1
        self._time = 0
        self._group_at = now
        #: Since when a key has been due because the group is too long.
        self._asked_at: float | None = None
        #: The frame being put together: the head of its last piece (None: no frame is open), its encoded pieces.
        self._head: Head | None = None
        self._pieces: list[bytes] = []
        self.ended = False
        self.wants_key = False

    def take(self, data: bytes, now: float) -> Frame | None:
        """One piece; the frame, when it is whole with it. Refused, and nothing changed, when it is not in order."""
        head = self._read(data)
        if self.ended:
            raise Refused("ended", "This track has ended; publish again to send more.")
        if head.piece:
            self._check_continues(head)
        else:
            self._check_begins(head, now)
        if not self._pace.takes(len(data), head.piece == 0, now):
            raise Refused("too_much", "Too much data on this track; it is refused for a second. Send less.", retry=True)
        if head.piece == 0:
            self._begin(head, now)
        self._head = head
        self._pieces.append(self._encode(data))
        return self._whole(head, now) if head.piece + 1 == head.pieces else None

    def _read(self, data: bytes) -> Head:
        """The head, sane in itself."""
        if not HEAD_BYTES < len(data) <= HEAD_BYTES + MAX_PIECE_BYTES:
            most = HEAD_BYTES + MAX_PIECE_BYTES
            raise Refused("size", f"A piece has {HEAD_BYTES + 1} to {most:,} bytes, this one {len(data):,}.")
        head = read_head(data)
        fault = self._fault(head)
        if fault:
            raise Refused("head", f"The head of this piece is wrong: {fault}.")
        return head

    def _fault(self, head: Head) -> str:
        audio = self._media == "audio"
        if head.track != self._track:
            return f"its track is {head.track}, not {self._track}"
        if not 1 <= head.pieces <= MAX_PIECES or head.piece >= head.pieces:
            return f"piece {head.piece} of {head.pieces}"
        if head.flags & ~_KNOWN_FLAGS:
            return f"unknown flags {head.flags:#04x}"
        if head.layer >= self._layers:
            return f"temporal layer {head.layer} of {self._layers}"
        if head.key != (head.frame == 0):
            return "a group's first frame, and no other, is a key"
        if head.key and head.layer:
            return "a key in an upper layer"
        if head.level > (MAX_LEVEL if audio else 0):
            return f"audio level {head.level}"
        if audio and head.duration > MAX_AUDIO_DURATION:
            return f"{head.duration / 10} ms of sound in a frame"
        return ""

    def _check_continues(self, head: Head) -> None:
        if self._head is None or head != self._head._replace(piece=self._head.piece + 1):
            raise Refused("order", "This piece does not follow the last one; begin a new group.", retry=True)

    def _check_begins(self, head: Head, now: float) -> None:
        if head.time < self._time:
            raise Refused("time", "The time of capture runs backwards on this track.")
        if head.key:
            if head.group <= self._group:
                raise Refused("order", f"Group {head.group} comes after group {self._group}; groups count up.")
            return
        if head.group != self._group or not self._follows(head):
            self.wants_key = True
            raise Refused("order", "This frame does not follow the last one; begin a new group.", retry=True)
        self._check_length(now)

    def _follows(self, head: Head) -> bool:
        """Sound is decodable from any packet, so a gap in it is no harm; a picture needs all that came before."""
        if self._media == "audio":
            return head.frame > self._frame
        return head.frame == self._frame + 1 and self._head is None

    def _check_length(self, now: float) -> None:
        """A group that is too long is refused so long after a key was due as a steady sender would have had. Not simply
        by its age: of a still screen no frame may come for a minute, and then its publisher has done nothing wrong."""
        if self._media == "audio" or now - self._group_at <= ASK_KEY_AFTER_S:
            return
        self.wants_key = True
        if self._asked_at is None:
            self._asked_at = now
        if now - self._asked_at > REFUSE_WITHOUT_KEY_AFTER_S - ASK_KEY_AFTER_S:
            raise Refused("no_key", "No keyframe has come for too long; begin a new group.", retry=True)

    def _begin(self, head: Head, now: float) -> None:
        if head.key:
            self._group_at = now
            self._asked_at = None
            self.wants_key = False
        self._group, self._frame, self._time = head.group, head.frame, head.time
        self._pieces = []

    def _whole(self, head: Head, now: float) -> Frame:
        data = self._pieces[0] if len(self._pieces) == 1 else b"".join(self._pieces)
        self._head = None
        self._pieces = []
        self.ended = bool(head.flags & END)
        return Frame(data, head.layer, head.key, now)
