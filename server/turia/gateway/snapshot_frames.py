"""Frames the snapshots of one tick where they lie: no copy, no loop over clients. Pure numpy."""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray

from turia.protocol.codec import BINARY_SUFFIX, SNAPSHOT_PREFIX
from turia.world.space import Packed

I64 = NDArray[np.int64]

_PREFIX: Final = np.frombuffer(SNAPSHOT_PREFIX, dtype=np.uint8)
_SUFFIX: Final = np.frombuffer(BINARY_SUFFIX, dtype=np.uint8)
_WS_HEAD: Final = 4
_LENGTH: Final = 2
#: Bytes that framing needs before and after each body (arguments of ``Space.select_and_pack``).
HEAD: Final = _WS_HEAD + len(_PREFIX) + _LENGTH
TAIL: Final = len(_SUFFIX)
_BINARY_FRAME: Final = 0x82
_EXTENDED: Final = 126


def frame_in_place(packed: Packed) -> tuple[I64, I64]:
    """Write WebSocket and Socket.IO framing around every body; (begin, end) of each whole frame in the buffer.

    Bodies are under 64 KB. A WebSocket head is 2 bytes for payloads under 126 bytes, else 4: the frame begins where
    its head does.
    """
    buffer = packed.buffer
    start = packed.start.astype(np.int64)
    length = packed.length.astype(np.int64)
    packet = start - len(_PREFIX) - _LENGTH
    end = start + length
    buffer[packet[:, None] + np.arange(len(_PREFIX))] = _PREFIX
    buffer[start - 2] = length >> 8
    buffer[start - 1] = length & 0xFF
    buffer[end[:, None] + np.arange(TAIL)] = _SUFFIX
    payload = end + TAIL - packet
    short = payload < _EXTENDED
    buffer[packet - 4] = _BINARY_FRAME
    buffer[packet - 3] = _EXTENDED
    buffer[packet - 2] = np.where(short, _BINARY_FRAME, payload >> 8)
    buffer[packet - 1] = np.where(short, payload, payload & 0xFF)
    return np.where(short, packet - 2, packet - _WS_HEAD), end + TAIL
