"""Poses on their way in: recognised by their bytes, copied into arrays, counted; no object per message.

Stock clients encode the same pose in four ways, each with constant bytes around the 16 that matter
(tests/golden/pose.json). Anything else with the event name ``p`` goes the ordinary way and ends here as well.
"""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray

from turia.protocol import frames, limits

_EVENT: Final = b"\x83\xa4type\x02\xa4data\x92\xa1p"
_OPTIONS: Final = b"\xa7options\x81\xa8compress\xc3"
_NSP: Final = b"\xa3nsp\xa1/"
_BIN: Final = bytes([0xC4, frames.POSE_BYTES])
_EXT: Final = bytes([0xC7, frames.POSE_BYTES, 0])
#: Map of three: python-socketio. Map of four (with options): socket.io-client with a Buffer or in a browser; with an
#: ArrayBuffer in Node, which its encoder takes for extension type 0.
_LAYOUTS: Final = (
    (_EVENT + _BIN, _NSP),
    (b"\x84" + _EVENT[1:] + _BIN, _OPTIONS + _NSP),
    (b"\x84" + _EVENT[1:] + _EXT, _OPTIONS + _NSP),
)
#: By length of the message: (bytes before, bytes after, where the pose starts, where it ends).
LAYOUTS: Final[dict[int, tuple[bytes, bytes, int, int]]] = {
    len(head) + frames.POSE_BYTES + len(tail): (head, tail, len(head), len(head) + frames.POSE_BYTES)
    for head, tail in _LAYOUTS
}

#: Poses of one client that one tick takes at most; the rest is counted as too frequent at once. So many seconds of them
#: come together when the server, or the network, stood still.
BURST: Final = 10 * limits.POSE_RATE_LIMIT


def find_pose(message: bytes) -> bytes | None:
    """The 16 bytes of a pose in one of the known layouts, else None."""
    layout = LAYOUTS.get(len(message))
    if layout is None:
        return None
    head, tail, start, end = layout
    return message[start:end] if message.startswith(head) and message.endswith(tail) else None


class PoseInbox:
    """The newest pose of every slot since the last tick, and how many came."""

    def __init__(self, capacity: int) -> None:
        self._poses = np.zeros(capacity, dtype=frames.POSE)
        self._bytes = self._poses.view(np.uint8).data
        self._counts = bytearray(capacity)
        self._count_array = np.frombuffer(self._counts, dtype=np.uint8)
        self._tokens = np.full(capacity, BURST, dtype=np.float32)

    def put(self, slot: int, pose: bytes) -> bool:
        """Take 16 bytes; False (nothing taken) if this slot sent more than BURST since the last tick."""
        count = self._counts[slot]
        if count >= BURST:
            return False
        self._counts[slot] = count + 1
        start = slot * frames.POSE_BYTES
        self._bytes[start : start + frames.POSE_BYTES] = pose
        return True

    def take(self, seconds: float) -> tuple[NDArray[np.int32], NDArray[np.void], NDArray[np.int32], int]:
        """What came in the last ``seconds``: slots, their newest poses, the slots that sent too often, poses in all."""
        slots = np.flatnonzero(self._count_array).astype(np.int32)
        counts = self._count_array[slots].astype(np.float32)
        poses = self._poses[slots]
        self._count_array[slots] = 0
        np.minimum(self._tokens + np.float32(limits.POSE_RATE_LIMIT * seconds), BURST, out=self._tokens)
        self._tokens[slots] -= counts
        too_often = slots[self._tokens[slots] < 0]
        self._tokens[too_often] = 0
        return slots, poses, too_often, int(counts.sum())

    def last_seq(self, slot: int) -> int:
        """Sequence number of the newest pose of ``slot``, taken or not."""
        return int(self._poses["seq"][slot])

    def forget(self, slot: int) -> None:
        """Drop what waits of ``slot``: it was put somewhere else, so poses sent before are void."""
        self._counts[slot] = 0

    def reset(self, slot: int) -> None:
        """A new connection owns ``slot``."""
        self._counts[slot] = 0
        self._poses[slot] = np.zeros((), dtype=frames.POSE)
        self._tokens[slot] = BURST
