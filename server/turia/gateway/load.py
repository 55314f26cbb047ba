"""What to give up when a tick takes too long: first far detail, level by level, then every second tick. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from turia.protocol import limits

_PERIOD: Final = limits.TICK_MS / 1_000
#: Share of the period that counts as full, and as relaxed.
_FULL: Final = 0.8
_RELAXED: Final = 0.5
_TICKS_TO_DEGRADE: Final = 10
_TICKS_TO_RECOVER: Final = 100
#: Levels 0 to 3 degrade far detail (Space.count_overrun); at 4 the tick rate is halved as well.
HALVED: Final = 4
_MAX_DETAIL: Final = 3


@dataclass(slots=True)
class LoadGovernor:
    """Feed it every tick's duration and lateness."""

    level: int = 0
    _full: int = 0
    _relaxed: int = 0

    def tick_took(self, seconds: float, late_s: float = 0.0) -> bool:
        """Count one tick, which began so late: other work was in its way. True when the level changed."""
        share = (seconds + late_s) / (_PERIOD * self.ticks_a_round)
        before = self.level
        if share > _FULL:
            self._full, self._relaxed = self._full + 1, 0
        elif share < _RELAXED:
            self._full, self._relaxed = max(0, self._full - 1), self._relaxed + 1
        if self._full >= _TICKS_TO_DEGRADE:
            self._full, self.level = 0, min(HALVED, self.level + 1)
        elif self._relaxed >= _TICKS_TO_RECOVER:
            self._relaxed, self.level = 0, max(0, self.level - 1)
        return self.level != before

    @property
    def detail(self) -> int:
        """Argument of ``Space.count_overrun``."""
        return min(self.level, _MAX_DETAIL)

    @property
    def ticks_a_round(self) -> int:
        """Periods from one tick to the next: 1, or 2 when the rate is halved."""
        return 2 if self.level >= HALVED else 1
