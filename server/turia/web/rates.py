"""How often one address may ask: a token bucket each, in bounded memory. Pure."""

from __future__ import annotations

from typing import Final

#: Buckets kept; when there are more, full ones (idle addresses) are forgotten.
MAX_BUCKETS: Final = 20_000


class Rates:
    """``per_minute`` calls of each key, with a burst of as many, or of ``burst``."""

    def __init__(self, per_minute: float, burst: float | None = None) -> None:
        self._burst = float(per_minute if burst is None else burst)
        self._per_second = per_minute / 60.0
        self._buckets: dict[str, tuple[float, float]] = {}

    def wait(self, key: str, now: float) -> float:
        """Take one call at ``now`` (monotonic seconds): 0.0 if it may go on, else the seconds until one may."""
        level, at = self._buckets.get(key, (self._burst, now))
        level = min(self._burst, level + (now - at) * self._per_second)
        if level < 1.0:
            self._buckets[key] = (level, now)
            return (1.0 - level) / self._per_second
        if key not in self._buckets and len(self._buckets) >= MAX_BUCKETS:
            self._forget(now)
        self._buckets[key] = (level - 1.0, now)
        return 0.0

    def __len__(self) -> int:
        return len(self._buckets)

    def _forget(self, now: float) -> None:
        """Drop buckets that have filled up again; if a flood keeps all of them busy, drop the oldest half."""
        self._buckets = {
            key: (level, at)
            for key, (level, at) in self._buckets.items()
            if level + (now - at) * self._per_second < self._burst
        }
        if len(self._buckets) >= MAX_BUCKETS:
            oldest = sorted(self._buckets, key=lambda key: self._buckets[key][1])
            for key in oldest[: MAX_BUCKETS // 2]:
                del self._buckets[key]
