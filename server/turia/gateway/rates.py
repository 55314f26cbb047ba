"""Rates of one connection: a token bucket per command, and strikes in a sliding window. Time is an argument. Pure."""

from __future__ import annotations

from collections import deque
from typing import Final

from turia.protocol import limits

_WINDOW_S: Final = 10.0


class Bucket:
    """``per_second`` on average, ``burst`` at once."""

    __slots__ = ("_at", "_burst", "_level", "_per_second")

    def __init__(self, per_second: float, burst: float, now: float) -> None:
        self._per_second = per_second
        self._burst = float(burst)
        self._level = float(burst)
        self._at = now

    def take(self, now: float) -> bool:
        """Take one; False if there is none."""
        self._level = min(self._burst, self._level + max(0.0, now - self._at) * self._per_second)
        self._at = now
        if self._level < 1.0:
            return False
        self._level -= 1.0
        return True

    def wait(self) -> float:
        """Seconds from the last :meth:`take` until there is one again."""
        return max(0.0, (1.0 - self._level) / self._per_second)


class Strikes:
    """Refused messages of the last 10 seconds."""

    __slots__ = ("_times",)

    def __init__(self) -> None:
        self._times: deque[float] = deque(maxlen=limits.STRIKES_PER_10_S)

    def add(self, now: float) -> bool:
        """Count one; True when that makes STRIKES_PER_10_S within 10 s."""
        self._times.append(now)
        return len(self._times) == limits.STRIKES_PER_10_S and now - self._times[0] <= _WINDOW_S
