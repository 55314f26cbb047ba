"""How much one track may send: a token bucket each for bytes and frames, and a pause for whoever overdoes it. Pure."""

from __future__ import annotations

from typing import Final

from turia.protocol.media import (
    HEAD_BYTES,
    MAX_AUDIO_BIT_RATE,
    MAX_FRAMES_PER_SECOND,
    MAX_PIECE_BYTES,
    MAX_PIECES,
    MAX_VIDEO_BIT_RATE,
)

#: What may come at once after a quiet time, seconds' worth: a line that stalled hands over what waited in it.
BURST_S: Final = 2.0
#: Nothing is taken for so long after too much came. A bucket alone would let through a frame here and there of a flood,
#: and each of them would be without those it depends on.
PAUSE_S: Final = 1.0
#: The largest frame there is passes a full bucket.
LARGEST_FRAME_BYTES: Final = MAX_PIECES * (HEAD_BYTES + MAX_PIECE_BYTES)


class Bucket:
    """``per_second`` flows in, up to ``burst``; it begins full."""

    __slots__ = ("_at", "_burst", "_level", "_per_second")

    def __init__(self, per_second: float, burst: float, now: float) -> None:
        self._per_second = per_second
        self._burst = burst
        self._level = burst
        self._at = now

    def has(self, amount: float, now: float) -> bool:
        """Whether ``amount`` can be taken at ``now`` (seconds)."""
        self._level = min(self._burst, self._level + max(0.0, now - self._at) * self._per_second)
        self._at = max(self._at, now)
        return self._level >= amount

    def take(self, amount: float) -> None:
        """Take what :meth:`has` said is there."""
        self._level -= amount


class Pace:
    """Both buckets of one track."""

    __slots__ = ("_bytes", "_frames", "_paused_until")

    def __init__(self, media: str, now: float) -> None:
        per_second = (MAX_AUDIO_BIT_RATE if media == "audio" else MAX_VIDEO_BIT_RATE) / 8
        burst = per_second * BURST_S if media == "audio" else max(per_second * BURST_S, LARGEST_FRAME_BYTES)
        frames = MAX_FRAMES_PER_SECOND[media]
        self._bytes = Bucket(per_second, burst, now)
        self._frames = Bucket(frames, frames * BURST_S, now)
        self._paused_until = now

    def takes(self, size: int, frames: int, now: float) -> bool:
        """Whether ``size`` bytes and ``frames`` frames are within the limits now; if so, they are taken."""
        if now < self._paused_until:
            return False
        if not (self._bytes.has(size, now) and self._frames.has(frames, now)):
            self._paused_until = now + PAUSE_S
            return False
        self._bytes.take(size)
        self._frames.take(frames)
        return True
