"""What is counted of tracks, viewers and flushes for the staff who look after a talk. Pure: seconds are arguments.

Everything here is a handful of numbers for each track or viewer, added up as things happen; nobody has to be walked for
it but when somebody looks (:mod:`turia.gateway.media_overview`).
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Mapping, Sequence
from typing import Final, NamedTuple

from turia.protocol.media import KEY, Report, TrackReport
from turia.world.audibility import SPEAKING_LEVEL

#: Rates are worked out over so long, seconds: the whole picture that comes now and then is spread over it.
WINDOW_S: Final = 2.0
#: Counts of the last half minute: two buckets, so that it is a quarter of a minute at least.
BUCKET_S: Final = 15.0
#: Flushes are looked at over the last marks, which come every two seconds.
_MARKS: Final = 6
_FLAGS_AT, _PIECE_AT, _LEVEL_AT = 2, 3, 5


class TrackMeter:
    """Of one track, at the server. ``came_at``, ``key_at``: its last piece, and its last whole picture; ``heard_at``:
    when it was last as loud as speech; all None before the first. ``level``: the loudest of the last window, 0 to
    127."""

    __slots__ = (
        "_bytes",
        "_frames",
        "_peak",
        "_since",
        "began_at",
        "bit_rate",
        "came_at",
        "frame_rate",
        "heard_at",
        "key_at",
        "level",
    )

    def __init__(self, now: float) -> None:
        self.began_at = now
        self.came_at: float | None = None
        self.key_at: float | None = None
        self.heard_at: float | None = None
        self.frame_rate = self.bit_rate = 0.0
        self.level = 0
        self._since = now
        self._frames = self._bytes = self._peak = 0

    def take(self, data: bytes, now: float) -> None:
        """A piece that was taken: its head and payload."""
        self.came_at = now
        self._bytes += len(data)
        if data[_PIECE_AT] == 0:
            self._frames += 1
            if data[_FLAGS_AT] & KEY:
                self.key_at = now
        level = data[_LEVEL_AT]
        self._peak = max(self._peak, level)
        if level >= SPEAKING_LEVEL:
            self.heard_at = now

    def look(self, now: float) -> None:
        """Once a second: work the rates out anew when a window is over."""
        seconds = now - self._since
        if seconds < WINDOW_S:
            return
        self.frame_rate, self.bit_rate, self.level = self._frames / seconds, self._bytes * 8 / seconds, self._peak
        self._since = now
        self._frames = self._bytes = self._peak = 0

    def idle_s(self, now: float) -> float:
        """Since when nothing has come; of a track that has yet to begin, since it was announced."""
        return now - (self.began_at if self.came_at is None else self.came_at)

    def silent_s(self, now: float) -> float:
        """Since when it has not been as loud as speech."""
        return now - (self.began_at if self.heard_at is None else self.heard_at)


class Lately:
    """Counts by name, of the last quarter to half minute."""

    __slots__ = ("_before", "_now", "_since")

    def __init__(self) -> None:
        self._now: dict[str, int] = {}
        self._before: dict[str, int] = {}
        self._since = float("-inf")

    def add(self, name: str, count: int, now: float) -> None:
        """It happened ``count`` times."""
        self._turn(now)
        self._now[name] = self._now.get(name, 0) + count

    def counts(self, now: float) -> dict[str, int]:
        """Name -> how often."""
        self._turn(now)
        return {
            name: self._before.get(name, 0) + self._now.get(name, 0) for name in sorted({*self._before, *self._now})
        }

    def _turn(self, now: float) -> None:
        age = now - self._since
        if age < BUCKET_S:
            return
        self._before = self._now if age < 2 * BUCKET_S else {}
        self._now, self._since = {}, now


class Viewing:
    """How one viewer says that he gets on. ``round_trip_ms``: None before he told; ``without``: of sound and pictures
    that come to the server and that he wants, since when he has been getting none, by medium."""

    __slots__ = ("round_trip_ms", "told_at", "without")

    def __init__(self) -> None:
        self.round_trip_ms: int | None = None
        self.told_at = float("-inf")
        self.without: dict[str, float] = {}

    def told(self, report: Report, due: Iterable[tuple[int, str]], now: float) -> None:
        """``due``: number and medium of the tracks that should have come to him since the last report. A page in the
        background may sleep: what it lacks is no trouble."""
        self.told_at = now
        if report.round_trip_ms:
            self.round_trip_ms = report.round_trip_ms
        if report.hidden:
            self.without = {}
            return
        got = {each.track: each for each in report.tracks}
        missing = {media for number, media in due if not _arrives(got.get(number), media)}
        self.without = {media: self.without.get(media, now) for media in missing} if missing else {}


def _arrives(track: TrackReport | None, media: str) -> bool:
    """A picture that nobody can decode is none."""
    return track is not None and track.frames > 0 and (media == "audio" or track.decoded > 0)


class Mark(NamedTuple):
    """Totals at one time: seconds and number of all flushes, by upper bound of their length; bytes out; flushes that
    were left out."""

    at: float
    seconds: float
    flushes: int
    buckets: tuple[int, ...]
    bytes_out: int
    skipped: int


class Beat(NamedTuple):
    """Flushes of the last ten seconds or so: milliseconds, bits a second out, and how many could not be kept."""

    mean_ms: float
    p99_ms: float
    bit_rate: float
    skipped: int


class Pulse:
    """Totals that only grow, looked at over the last seconds."""

    __slots__ = ("_marks",)

    def __init__(self) -> None:
        self._marks: deque[Mark] = deque(maxlen=_MARKS)

    def mark(self, mark: Mark) -> None:
        """Every two seconds or so."""
        self._marks.append(mark)

    def beat(self, bounds: Sequence[float]) -> Beat:
        """Nothing before two marks. ``bounds``: of the buckets, seconds; what is beyond the last counts as that."""
        if len(self._marks) < 2:
            return Beat(0.0, 0.0, 0.0, 0)
        first, last = self._marks[0], self._marks[-1]
        count, seconds = last.flushes - first.flushes, last.at - first.at
        longest = _quantile([b - a for a, b in zip(first.buckets, last.buckets, strict=True)], bounds, count)
        mean = (last.seconds - first.seconds) / count if count else 0.0
        bits = (last.bytes_out - first.bytes_out) * 8 / seconds if seconds > 0 else 0.0
        return Beat(mean * 1_000, longest * 1_000, bits, last.skipped - first.skipped)


def _quantile(buckets: Sequence[int], bounds: Sequence[float], count: int) -> float:
    seen = 0
    for bucket, bound in zip(buckets, bounds, strict=False):
        seen += bucket
        if count and seen >= 0.99 * count:
            return bound
    return bounds[-1] if count else 0.0


def added(counts: Iterable[Mapping[str, int]]) -> dict[str, int]:
    """Sums by name."""
    total: dict[str, int] = {}
    for each in counts:
        for name, count in each.items():
            total[name] = total.get(name, 0) + count
    return total
