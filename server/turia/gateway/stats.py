"""Figures of the gateway: plain counters and histograms that /metrics and the benches read. No library, no clock."""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter
from dataclasses import dataclass, field
from typing import Final

#: Upper bounds of the buckets for durations, seconds.
DURATION_BOUNDS: Final = (0.001, 0.002, 0.005, 0.010, 0.015, 0.020, 0.030, 0.040, 0.050, 0.075, 0.1, 0.25, 1.0)
PHASES: Final = ("ingest", "rooms", "move", "expire", "refresh", "select", "streams", "flush", "housekeeping")


class Histogram:
    """Counts of observations at most each bound, plus one bucket for the rest."""

    __slots__ = ("bounds", "buckets", "count", "total")

    def __init__(self, bounds: tuple[float, ...] = DURATION_BOUNDS) -> None:
        self.bounds = bounds
        self.buckets = [0] * (len(bounds) + 1)
        self.count = 0
        self.total = 0.0

    def observe(self, value: float) -> None:
        """Count one value."""
        self.buckets[bisect_left(self.bounds, value)] += 1
        self.count += 1
        self.total += value

    def quantile(self, share: float) -> float:
        """Upper bound of the bucket in which ``share`` (0 to 1) of the values end; 0 without values."""
        wanted = share * self.count
        seen = 0
        for bound, bucket in zip((*self.bounds, float("inf")), self.buckets, strict=True):
            seen += bucket
            if self.count and seen >= wanted:
                return bound
        return 0.0


@dataclass(slots=True)
class GatewayStats:
    """Totals count up from the start of the process; the others are as of the last tick."""

    #: Now.
    connections: int = 0
    joined: int = 0
    companions: int = 0
    #: People who are connected, and places taken: those kept for people who were cut off are places, too.
    people: int = 0
    subscriptions: int = 0
    places: int = 0
    tick: int = 0
    overload_level: int = 0
    behind: int = 0
    #: Totals.
    opened: int = 0
    joins: int = 0
    resumes: int = 0
    replaced: int = 0
    poses: int = 0
    corrections: int = 0
    commands: int = 0
    refused: int = 0
    snapshots: int = 0
    snapshot_bytes: int = 0
    reliable_messages: int = 0
    #: Frames of entries that were queued for somebody.
    entries_delivered: int = 0
    bytes_out: int = 0
    withheld: int = 0
    overruns: int = 0
    skipped_ticks: int = 0
    tiers_lowered: int = 0
    tiers_raised: int = 0
    #: Lines that broke before or while they were opened, and newcomers told to wait because the server is late.
    lost_lines: int = 0
    put_off: int = 0
    #: Connections closed by the server, by name of the close code; refused connects likewise.
    closed: Counter[str] = field(default_factory=Counter)
    turned_away: Counter[str] = field(default_factory=Counter)
    #: Seconds.
    tick_seconds: Histogram = field(default_factory=Histogram)
    tick_lateness_seconds: Histogram = field(default_factory=Histogram)
    phase_seconds: dict[str, float] = field(default_factory=lambda: dict.fromkeys(PHASES, 0.0))

    def figures(self) -> dict[str, float]:
        """Every number by name, flat: ``closed_slow_consumer``, ``phase_select_seconds``, ..."""
        flat: dict[str, float] = {
            name: getattr(self, name) for name in self.__slots__ if isinstance(getattr(self, name), int | float)
        }
        for name in ("closed", "turned_away"):
            flat |= {f"{name}_{reason.lower()}": count for reason, count in getattr(self, name).items()}
        for name in ("tick_seconds", "tick_lateness_seconds"):
            histogram: Histogram = getattr(self, name)
            flat |= {f"{name}_sum": histogram.total, f"{name}_count": histogram.count}
            flat[f"{name}_p99"] = min(histogram.quantile(0.99), 10.0)
        return flat | {f"phase_{name}_seconds": seconds for name, seconds in self.phase_seconds.items()}
