"""When things were, told from the beginning of the recording. Pure.

Three clocks meet: frames carry their publisher's, records carry the event's, and the recording has its own, which
stands still while nothing is recorded (off the record, a break, a server that was down).
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Sequence
from itertools import pairwise
from typing import Final

import numpy as np

from turia.recording.folder import Shown, Span
from turia.recording.index import Index, Track
from turia.recording.records import Begun, ClockSet, Mark, Paused, Slide

#: Frames from which it is first guessed whether two tracks of a person are told by the same clock.
_FIRST_FRAMES: Final = 100
_SAME_CLOCK_US: Final = 1_000_000
#: A page that was shown for less was only turned over.
_LEAST_SHOWN_MS: Final = 1_000


class Timeline:
    """Times that were recorded, one after the other. Microseconds."""

    def __init__(self, spans: Sequence[Span]) -> None:
        self.spans = tuple(spans)
        self._begins = [span.begins for span in spans]
        last = self.spans[-1] if self.spans else Span(0, 0, 0)
        self.length = last.at + last.ends - last.begins

    def place(self, time: int) -> int:
        """Where an instant is in the recording; one that was not recorded is where it goes on."""
        at = bisect_right(self._begins, time) - 1
        if at < 0:
            return 0
        span = self.spans[at]
        return span.at + min(time, span.ends) - span.begins


def timeline_of(marks: Iterable[tuple[int, Mark]]) -> Timeline:
    """Each :class:`Begun` is followed by a :class:`Paused`; :func:`turia.recording.index.read` takes care of that."""
    spans: list[Span] = []
    begun: int | None = None
    at = 0
    for time, mark in marks:
        if isinstance(mark, Begun):
            begun = max(time, spans[-1].ends) if spans else time
        elif isinstance(mark, Paused) and begun is not None:
            if time > begun:
                spans.append(Span(begun, time, at))
                at += time - begun
            begun = None
    return Timeline(spans)


def trimmed(timeline: Timeline, first: int, last: int) -> Timeline:
    """Without what came before the first and after the last frame (times of the event's clock): nobody was on air."""
    spans: list[Span] = []
    at = 0
    for span in timeline.spans:
        begins, ends = max(span.begins, first), min(span.ends, last)
        if ends > begins:
            spans.append(Span(begins, ends, at))
            at += ends - begins
    return Timeline(spans)


def kept(timeline: Timeline, first: int, marks: Iterable[tuple[int, Mark]] = ()) -> tuple[Span, ...]:
    """When something could be said on the record, by the event's clock as it was then: before the first frame
    (``first``) and after the last one, too. What came before is told by an ``at`` below 0."""
    lead = timeline.place(first)
    steps = [(time, mark.ahead_ms * 1_000) for time, mark in marks if isinstance(mark, ClockSet)]
    spans = []
    for span in timeline.spans:
        inside = [time for time, _ in steps if span.begins < time < span.ends]
        for begins, ends in pairwise((span.begins, *inside, span.ends)):
            ahead = next((step for time, step in reversed(steps) if time <= begins), 0)
            spans.append(Span(begins + ahead, ends + ahead, span.at + begins - span.begins - lead))
    return tuple(spans)


def offsets(tracks: Sequence[Track]) -> list[int]:
    """For each track what to add to its publisher's clock, microseconds. All tracks of a person that are told by the
    same clock get the same, so that lips and voice stay together however late either came."""
    clocks: dict[str, list[tuple[int, list[int]]]] = {}
    for at, track in enumerate(tracks):
        if not len(track):
            continue
        first = int(np.median(_late(track)[:_FIRST_FRAMES]))
        mine = clocks.setdefault(track.info.person, [])
        for guess, members in mine:
            if abs(guess - first) < _SAME_CLOCK_US:
                members.append(at)
                break
        else:
            mine.append((first, [at]))
    answer = [0] * len(tracks)
    for _, members in (clock for each in clocks.values() for clock in each):
        sounds = [at for at in members if tracks[at].info.media == "audio"]  # small packets are not held up by others
        offset = int(np.median(np.concatenate([_late(tracks[at]) for at in sounds or members])))
        for at in members:
            answer[at] = offset
    return answer


def times(index: Index, timeline: Timeline) -> list[np.ndarray]:
    """For each track the time of each frame in the recording, microseconds, -1 for what was not recorded."""
    placed = []
    for track, offset in zip(index.tracks, offsets(index.tracks), strict=True):
        arrived = np.frombuffer(track.arrived, np.int64)
        said = np.frombuffer(track.captured, np.int64) + offset
        answer = np.full(len(track), -1, np.int64)
        for span in timeline.spans:
            inside = (arrived >= span.begins) & (arrived <= span.ends)
            answer[inside] = span.at + np.clip(said[inside], span.begins, span.ends) - span.begins
        placed.append(answer)
    return placed


def slides(marks: Iterable[tuple[int, Mark]], timeline: Timeline) -> list[Shown]:
    """Pages of slides; those that were only turned over are left out."""
    shown: list[Shown] = []
    for time, mark in marks:
        if not isinstance(mark, Slide):
            continue
        at = timeline.place(time) // 1_000
        if shown and at - shown[-1].at < _LEAST_SHOWN_MS:
            at = shown.pop().at
        if not shown or (shown[-1].deck, shown[-1].page) != (mark.deck, mark.page):
            shown.append(Shown(at, mark.deck, mark.page))
    end = timeline.length // 1_000
    return [each for each in shown if each.at < end]


def _late(track: Track) -> np.ndarray:
    return np.frombuffer(track.arrived, np.int64) - np.frombuffer(track.captured, np.int64)
