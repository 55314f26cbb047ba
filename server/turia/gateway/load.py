"""What to give up when a tick takes too long: snapshots now and then, far detail, then every second tick. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from turia.protocol import limits

_PERIOD: Final = limits.TICK_MS / 1_000
#: Share of the period that counts as full.
_FULL: Final = 0.8
#: Share that counts as calm at a level: one level less must then still fit. Leaving HALVED nearly doubles the
#: share: a tick then carries what two did, save what all of them cost.
_CALM: Final = 0.65
_CALM_HALVED: Final = 0.45
#: A tick that begins no later than this, seconds, is on time: reading what clients send shares the loop with it.
LATE_S: Final = 0.025
_TICKS_TO_DEGRADE: Final = 10
#: Calm periods before one level is taken back: doubled, up to the most, each time that proves too early, and halved
#: each time it proves right, so that a venue is itself again some 15 s after a crowd came in at once.
_PERIODS_TO_RECOVER: Final = 40
_MOST_PERIODS_TO_RECOVER: Final = 120
#: Calm periods that one full tick undoes. All of them, and a hiccup every few seconds would keep a venue down for good.
_SETBACK: Final = 10
#: Levels 1 to 3 take snapshots and far detail (Space.count_overrun); at 4 the tick rate is halved as well.
HALVED: Final = 4
_MAX_DETAIL: Final = 3


@dataclass(slots=True)
class LoadGovernor:
    """Feed it every tick's duration and lateness."""

    level: int = 0
    _full: int = 0
    _calm: int = 0
    _patience: int = _PERIODS_TO_RECOVER
    #: Periods since a level was last taken back.
    _since_recovery: int = _MOST_PERIODS_TO_RECOVER
    #: Whether a level was given up since.
    _relapsed: bool = False

    def tick_took(self, seconds: float, late_s: float = 0.0) -> bool:
        """Count one tick, which began so late: other work was in its way. True when the level changed."""
        periods = self.ticks_a_round
        share = (seconds + max(0.0, late_s - LATE_S)) / (_PERIOD * periods)
        before = self.level
        self._since_recovery += periods
        if share > _FULL:
            self._full, self._calm = self._full + 1, max(0, self._calm - _SETBACK)
        elif share < (_CALM_HALVED if self.level == HALVED else _CALM):
            self._full, self._calm = max(0, self._full - 1), self._calm + periods
        if self._full >= _TICKS_TO_DEGRADE:
            self._degrade()
        elif self._calm >= self._patience:
            self._recover()
        return self.level != before

    def _degrade(self) -> None:
        self._full, self._calm, self._relapsed = 0, 0, True
        self.level = min(HALVED, self.level + 1)
        if self._since_recovery < self._patience:
            self._patience = min(_MOST_PERIODS_TO_RECOVER, 2 * self._patience)

    def _recover(self) -> None:
        self._calm = 0
        if not self._relapsed:
            self._patience = max(_PERIODS_TO_RECOVER, self._patience // 2)
        if self.level:
            self._since_recovery, self._relapsed = 0, False
            self.level -= 1

    @property
    def detail(self) -> int:
        """Argument of ``Space.count_overrun``."""
        return min(self.level, _MAX_DETAIL)

    @property
    def ticks_a_round(self) -> int:
        """Periods from one tick to the next: 1, or 2 when the rate is halved."""
        return 2 if self.level >= HALVED else 1
