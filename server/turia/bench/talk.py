"""What media benches send: a talk like 720p of a camera at 1 Mbit/s, and voices. Pure, and without any import of ours,
so that the peers' publisher, who lives in another environment, sends the very same.
"""

from __future__ import annotations

import heapq
import struct
from collections.abc import Iterator
from typing import Final, NamedTuple

FRAME_RATE: Final = 30
BIT_RATE: Final = 1_000_000
#: A key frame every two seconds, two temporal layers: every second frame is of the upper one.
GROUP: Final = 60
KEY_BYTES: Final = 30_000
_BASE_SHARE: Final = 1.3
PACKETS_PER_SECOND: Final = 50
PACKET_BYTES: Final = 80
#: Of one second of sound.
AUDIO_GROUP: Final = 50

_GROUP_BYTES: Final = BIT_RATE // 8 * GROUP // FRAME_RATE
_OTHER_BYTES: Final = (_GROUP_BYTES - KEY_BYTES) / (GROUP - 1)


class Frame(NamedTuple):
    """``at``: seconds from the beginning; ``size``: bytes of payload; ``layer``: temporal."""

    at: float
    video: bool
    key: bool
    layer: int
    group: int
    number: int
    size: int


def video() -> Iterator[Frame]:
    """All frames of the picture, without end."""
    count = 0
    while True:
        group, number = divmod(count, GROUP)
        layer = number % 2
        share = _BASE_SHARE if layer == 0 else 2 - _BASE_SHARE
        size = KEY_BYTES if number == 0 else round(_OTHER_BYTES * share)
        yield Frame(count / FRAME_RATE, True, number == 0, layer, group, number, size)
        count += 1


def audio() -> Iterator[Frame]:
    """All packets of the sound, without end."""
    count = 0
    while True:
        group, number = divmod(count, AUDIO_GROUP)
        yield Frame(count / PACKETS_PER_SECOND, False, number == 0, 0, group, number, PACKET_BYTES)
        count += 1


def talk() -> Iterator[Frame]:
    """Picture and sound in order of time."""
    return heapq.merge(video(), audio(), key=lambda frame: frame.at)


def marked(size: int, time_us: int) -> bytes:
    """A payload that says everywhere when it was sent; see ``sink.c``."""
    mark = b"TuriaRTP" + struct.pack("<Q", time_us)
    return (mark * (size // len(mark) + 1))[:size]
