"""Figures of the media plane: /metrics shows them as ``turia_media_*``. No library, no clock."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import Final

from turia.gateway.stats import Histogram

#: Upper bounds, milliseconds: round trips and lateness as viewers report them.
_MS_BOUNDS: Final = (10.0, 20.0, 40.0, 80.0, 150.0, 250.0, 400.0, 800.0, 1_500.0, 3_000.0)


@dataclass(slots=True)
class MediaStats:
    """Totals count up from the start of the process; the others are as of the last flush."""

    #: Now.
    connections: int = 0
    viewers: int = 0
    tracks: int = 0
    voices_heard: int = 0
    blocked: int = 0
    #: 1 while the flush runs every 40 ms because it takes too long for 20 ms.
    stretched: int = 0
    #: Totals.
    opened: int = 0
    joins: int = 0
    replaced: int = 0
    commands: int = 0
    refused: int = 0
    frames_in: int = 0
    bytes_in: int = 0
    frames_refused: int = 0
    tracks_published: int = 0
    tracks_refused: int = 0
    writes: int = 0
    partial_writes: int = 0
    bytes_out: int = 0
    flushes: int = 0
    skipped_flushes: int = 0
    pauses: int = 0
    keyframes_asked: int = 0
    frames_left_out: int = 0
    reports: int = 0
    reported_frames: int = 0
    reported_lost_groups: int = 0
    reported_decoded: int = 0
    reported_dropped: int = 0
    #: By name of the close code.
    closed: Counter[str] = field(default_factory=Counter)
    turned_away: Counter[str] = field(default_factory=Counter)
    #: Frames left out for viewers, by reason.
    left_out: Counter[str] = field(default_factory=Counter)
    #: Seconds.
    flush_seconds: Histogram = field(default_factory=Histogram)
    flush_lateness_seconds: Histogram = field(default_factory=Histogram)
    #: Milliseconds, as viewers report them.
    report_late_ms: Histogram = field(default_factory=lambda: Histogram(_MS_BOUNDS))
    report_round_trip_ms: Histogram = field(default_factory=lambda: Histogram(_MS_BOUNDS))

    def figures(self) -> dict[str, float]:
        """Every number by name, flat: ``closed_slow_consumer``, ``left_out_group``, ``report_late_ms_p99``, ..."""
        flat: dict[str, float] = {
            name: getattr(self, name) for name in self.__slots__ if isinstance(getattr(self, name), int | float)
        }
        for name in ("closed", "turned_away", "left_out"):
            flat |= {f"{name}_{reason.lower()}": count for reason, count in getattr(self, name).items()}
        for name in ("flush_seconds", "flush_lateness_seconds", "report_late_ms", "report_round_trip_ms"):
            histogram: Histogram = getattr(self, name)
            flat |= {f"{name}_sum": histogram.total, f"{name}_count": histogram.count}
            flat[f"{name}_p99"] = min(histogram.quantile(0.99), 10_000.0)
        return flat
