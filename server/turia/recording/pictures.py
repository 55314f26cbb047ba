"""Which picture is the main one at each moment: one video track, switched where a track begins anew. Pure.

Frames are (time in the recording in microseconds, number of the track, number of the frame in it).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Final

import numpy as np
from numpy.typing import NDArray

from turia.event.stage import Layout
from turia.recording.index import Track
from turia.recording.records import Mark, Picture
from turia.recording.timeline import Timeline

Frame = tuple[int, int, int]
Times = Sequence[NDArray[np.int64]]

#: Sources that take turns in the main picture.
MAIN: Final = frozenset({"camera", "screen", "film"})
#: A track that sends nothing for so long is given up at the next beginning of another.
_GONE_US: Final = 2_000_000
#: Somebody is the speaker when he is louder over so long, and stays it for at least as long again.
_TURN_US: Final = 1_500_000
_LOUD: Final = 70
_PEOPLE_FIRST: Final = frozenset({Layout.SPEAKER, Layout.GALLERY})


def whole(track: Track, at: NDArray[np.int64]) -> list[int]:
    """Frames that can be decoded: from a key on, as long as none is missing."""
    good: list[int] = []
    group = number = -1
    for frame in range(len(track)):
        goes_on = track.group[frame] == group and track.number[frame] == number + 1
        if at[frame] < 0 or not (track.key[frame] or goes_on):
            group = -1
            continue
        group, number = track.group[frame], track.number[frame]
        good.append(frame)
    return good


def better_quality(tracks: Sequence[Track]) -> list[int]:
    """Numbers of the video tracks, without the lower quality of a source that is there in a better one."""
    best = {(each.info.person, each.info.source) for each in tracks if not each.info.quality and len(each)}
    return [
        number
        for number, each in enumerate(tracks)
        if each.info.media == "video"
        and len(each)
        and (not each.info.quality or (each.info.person, each.info.source) not in best)
    ]


def codec_of(track: Track) -> str:
    """The codec without its profile: ``vp8``, ``vp09``, ``av01``, ``avc1``."""
    return track.info.codec.split(".", maxsplit=1)[0]


def speakers(tracks: Sequence[Track], times: Times) -> list[tuple[int, str]]:
    """(from when on, person) who speaks, by loudness; in order."""
    loud: list[tuple[int, str]] = []
    for track, at in zip(tracks, times, strict=True):
        if track.info.media != "audio" or track.info.source not in ("microphone", "voice"):
            continue
        levels = np.frombuffer(track.level, np.uint8)
        loud += [(int(time), track.info.person) for time in at[(levels >= _LOUD) & (at >= 0)]]
    turns: list[tuple[int, str]] = []
    counts: dict[str, int] = {}
    window_ends = _TURN_US
    for time, person in [*sorted(loud), (1 << 62, "")]:
        if time >= window_ends:
            top = max(counts, key=lambda each: counts[each], default="")
            if top and (not turns or turns[-1][1] != top):
                turns.append((window_ends - _TURN_US, top))
            counts.clear()
            window_ends = (time // _TURN_US + 1) * _TURN_US
        counts[person] = counts.get(person, 0) + 1
    return turns


def switched(
    tracks: Sequence[Track],
    chosen: Iterable[int],
    times: Times,
    marks: Iterable[tuple[int, Mark]],
    timeline: Timeline,
) -> list[Frame]:
    """The main picture: frames of the chosen tracks, each switch at a frame that can be decoded alone."""
    director = _Director(tracks, speakers(tracks, times), [(timeline.place(at), mark) for at, mark in marks])
    frames = sorted(
        (int(times[each][frame]), each, frame) for each in chosen for frame in whole(tracks[each], times[each])
    )
    shown: list[Frame] = []
    seen: dict[int, int] = {}
    current = -1
    for time, number, frame in frames:
        key = bool(tracks[number].key[frame])
        gone = current < 0 or time - seen[current] > _GONE_US
        seen[number] = time
        if key and number != current and (gone or director.rank(number, time) > director.rank(current, time)):
            current = number
        if number == current:
            shown.append((time, number, frame))
    return shown


class _Director:
    """Who should be shown when."""

    def __init__(self, tracks: Sequence[Track], turns: list[tuple[int, str]], marks: list[tuple[int, Mark]]) -> None:
        self._tracks = tracks
        self._turns = turns
        self._wishes = [(at, mark) for at, mark in marks if isinstance(mark, Picture)]
        self._turn = self._wish = 0

    def rank(self, number: int, time: int) -> tuple[bool, bool, bool]:
        """Higher is better. ``time`` never goes back."""
        while self._turn < len(self._turns) and self._turns[self._turn][0] <= time:
            self._turn += 1
        while self._wish < len(self._wishes) and self._wishes[self._wish][0] <= time:
            self._wish += 1
        speaker = self._turns[self._turn - 1][1] if self._turn else ""
        wish = self._wishes[self._wish - 1][1] if self._wish else Picture()
        info = self._tracks[number].info
        people_first = wish.layout in _PEOPLE_FIRST
        kind = (info.source == "camera") if people_first else (info.source != "camera")
        focus = bool(wish.focus) and info.person == wish.focus
        return (kind, focus, info.person == (wish.focus or speaker))
