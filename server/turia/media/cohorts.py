"""Viewers in step who get the same bytes: one join for all of them. Pure.

A cohort is a row of lanes (a track and a mode each), sound first. Whether a thousand watch one talk or each of five
hundred hears other voices: the work of a flush is one join for each cohort. What happens to a cohort happens to all in
it, so it moves to other lanes as a whole, and joins one that is there already.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from operator import attrgetter
from typing import Final, NamedTuple

from turia.media.line import Line
from turia.media.track import Lane
from turia.media.viewer import Mode

_NEWS: Final = attrgetter("news")


class Batch(NamedTuple):
    """``payload`` goes to each of ``viewers``. The list may be the relay's own: read it before the next call, and
    leave it as it is."""

    payload: bytes
    viewers: list[int]


class Cohort:
    """``lines``: viewer -> his line."""

    __slots__ = ("_modes", "_viewers", "lanes", "lines")

    def __init__(self, lanes: tuple[Lane, ...]) -> None:
        self.lanes = lanes
        self.lines: dict[int, Line] = {}
        self._viewers: list[int] | None = None
        self._modes: dict[int, Mode] | None = None

    def modes(self) -> dict[int, Mode]:
        """Track -> what everybody in it gets of it; always the same object."""
        if self._modes is None:
            self._modes = {lane.track.number: lane.mode for lane in self.lanes}
        return self._modes

    def viewers(self) -> list[int]:
        """All in it; the same list until somebody comes or goes."""
        if self._viewers is None:
            self._viewers = list(self.lines)
        return self._viewers

    def add(self, lines: dict[int, Line]) -> None:
        """They come in."""
        self.lines |= lines
        self._viewers = None
        for line in lines.values():
            line.cohort = self
        for lane in self.lanes:
            lane.viewers += len(lines)

    def remove(self, lines: dict[int, Line]) -> None:
        """They leave; a lane that nobody is on any more is gone."""
        for viewer, line in lines.items():
            del self.lines[viewer]
            line.cohort = None
        self._viewers = None
        for lane in self.lanes:
            lane.viewers -= len(lines)
            if not lane.viewers:
                del lane.track.lanes[lane.mode]


class Cohorts:
    """All of them, by their lanes."""

    def __init__(self) -> None:
        self._by_lanes: dict[tuple[Lane, ...], Cohort] = {}

    def __len__(self) -> int:
        return len(self._by_lanes)

    def __iter__(self) -> Iterator[Cohort]:
        return iter(list(self._by_lanes.values()))

    def enter(self, lines: dict[int, Line], lanes: Iterable[Lane]) -> None:
        """They are in step from now on, on ``lanes`` (of one track one at most)."""
        row = tuple(sorted(lanes, key=lambda lane: lane.track.order))
        cohort = self._by_lanes.get(row)
        if cohort is None:
            cohort = self._by_lanes[row] = Cohort(row)
        cohort.add(lines)

    def leave(self, cohort: Cohort, lines: dict[int, Line]) -> None:
        """They are not in step any more."""
        cohort.remove(lines)
        if not cohort.lines:
            del self._by_lanes[cohort.lanes]

    def batches(self) -> list[Batch]:
        """What the lanes' news are for each cohort: the hot path."""
        found = []
        join = b"".join
        for cohort in self._by_lanes.values():
            payload = join(map(_NEWS, cohort.lanes))
            if payload:
                found.append(Batch(payload, cohort.viewers()))
        return found
