"""Records of a segment, one after the other, so that whatever was cut off in the middle is noticed. Pure.

A segment is :data:`MAGIC` and records; a record is a head, little-endian, and a body::

    0   u32  bytes of the body
    4   u32  CRC-32 of the rest of the head and of the body
    8   u8   :class:`Kind`
    9   u64  time: microseconds of the event's clock, when the server had it (evenly on where that is set)
    17       body

Bodies: ``TRACK`` u32 key, then the track's TrackInfo as JSON; ``PIECE`` u32 key, then the piece as it came (head and
payload); ``ENDED`` u32 key; ``MARK`` a :data:`Mark` as JSON. Each segment can be understood alone.
"""

from __future__ import annotations

import struct
import zlib
from collections.abc import Iterator
from enum import IntEnum
from typing import Final, NamedTuple

import msgspec

from turia.protocol.media import TrackInfo

MAGIC: Final = b"turia recording 1\n"
_HEAD: Final = struct.Struct("<IIBQ")
_REST: Final = struct.Struct("<BQ")
_KEY: Final = struct.Struct("<I")
#: Bytes of a record's head, and of the key before a piece.
HEAD_BYTES: Final = _HEAD.size
KEY_BYTES: Final = _KEY.size
_KIND_AT: Final = 8
#: A body that says it is longer is none.
_MOST_BYTES: Final = 1 << 20


class Kind(IntEnum):
    """What a record is."""

    TRACK = 1
    PIECE = 2
    ENDED = 3
    MARK = 4


class Begun(msgspec.Struct, frozen=True, tag="begun"):
    """From here on it is recorded."""


class Paused(msgspec.Struct, frozen=True, tag="paused"):
    """From here on it is not."""


class Slide(msgspec.Struct, frozen=True, tag="slide"):
    """The page on the screen; ``deck`` "": none, or the screen is dark."""

    deck: str = ""
    page: int = 0


class Picture(msgspec.Struct, frozen=True, tag="picture"):
    """What the big screen shows (a :class:`turia.event.stage.Layout`, "" the client's choice), and who is large."""

    layout: str = ""
    focus: str = ""


class ClockSet(msgspec.Struct, frozen=True, tag="clock_set"):
    """From here on the event's clock is so far ahead of the times of records, milliseconds: it was set meanwhile."""

    ahead_ms: int = 0


Mark = Begun | Paused | Slide | Picture | ClockSet


class Record(NamedTuple):
    """``start``, ``end``: where the body lies in the segment."""

    kind: Kind
    time: int
    start: int
    end: int


def pack(kind: Kind, time: int, body: bytes) -> bytes:
    """A record."""
    check = zlib.crc32(body, zlib.crc32(_REST.pack(kind, time)))
    return _HEAD.pack(len(body), check, kind, time) + body


def pack_track(key: int, info: TrackInfo, time: int) -> bytes:
    """A track begins."""
    return pack(Kind.TRACK, time, _KEY.pack(key) + msgspec.json.encode(info))


def pack_piece(key: int, data: bytes, time: int) -> bytes:
    """A piece of a track's frame."""
    return pack(Kind.PIECE, time, _KEY.pack(key) + data)


def pack_ended(key: int, time: int) -> bytes:
    """A track is over."""
    return pack(Kind.ENDED, time, _KEY.pack(key))


def pack_mark(mark: Mark, time: int) -> bytes:
    """Something that matters for what is shown."""
    return pack(Kind.MARK, time, msgspec.json.encode(mark))


def about(record: bytes) -> tuple[int, int]:
    """Kind and key of a packed record that is no MARK."""
    return record[_KIND_AT], int.from_bytes(record[HEAD_BYTES : HEAD_BYTES + KEY_BYTES], "little")


def records(segment: bytes | memoryview) -> Iterator[Record]:
    """All records up to the first that is torn or wrong."""
    view = memoryview(segment)
    at = len(MAGIC)
    if bytes(view[:at]) != MAGIC:
        return
    while at + HEAD_BYTES <= len(view):
        length, check, kind, time = _HEAD.unpack_from(view, at)
        start = at + HEAD_BYTES
        at = start + length
        if length > _MOST_BYTES or at > len(view):
            return
        if zlib.crc32(view[start:at], zlib.crc32(_REST.pack(kind, time))) != check:
            return
        yield Record(Kind(kind), time, start, at)


def key_of(segment: bytes | memoryview, record: Record) -> int:
    """Which track a TRACK, PIECE or ENDED is about."""
    return int(_KEY.unpack_from(segment, record.start)[0])


def track_of(segment: bytes | memoryview, record: Record) -> TrackInfo:
    """What a TRACK says."""
    return msgspec.json.decode(bytes(segment[record.start + KEY_BYTES : record.end]), type=TrackInfo)


def mark_of(segment: bytes | memoryview, record: Record) -> Mark:
    """What a MARK says."""
    mark: Mark = msgspec.json.decode(bytes(segment[record.start : record.end]), type=Mark)
    return mark
