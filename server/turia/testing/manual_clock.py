"""A clock that stands still until a test moves it."""

from __future__ import annotations


class ManualClock:
    """Implements :class:`turia.clock.Clock`; ``advance`` moves both readings, ``step_wall`` the wall clock alone."""

    def __init__(self, monotonic: float = 1_000.0, wall: float = 1_762_160_400.0) -> None:
        self._monotonic = monotonic
        self._wall = wall

    def monotonic(self) -> float:
        """See :class:`turia.clock.Clock`."""
        return self._monotonic

    def wall(self) -> float:
        """See :class:`turia.clock.Clock`."""
        return self._wall

    def advance(self, seconds: float) -> None:
        """Let ``seconds`` (>= 0) pass."""
        if seconds < 0:
            raise ValueError("time does not go back: use step_wall for a clock that is set")
        self._monotonic += seconds
        self._wall += seconds

    def step_wall(self, seconds: float) -> None:
        """Set the wall clock forward or back, as an administrator or NTP does."""
        self._wall += seconds
