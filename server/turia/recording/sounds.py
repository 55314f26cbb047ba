"""Sound in lanes: what sounds one after the other shares a lane, what overlaps has lanes of its own. Pure.

A lane is one row of Opus packets without gaps: what is missing is filled with silence, so that all lanes and the
picture stay in step in every player.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from turia.recording.index import Track

#: A packet may be so far from its time, microseconds; then silence is put in, or a packet left out.
_TOLERANCE_US: Final = 30_000
_TOGETHER_US: Final = 1_000_000
_SILENCE_US: Final = 20_000
#: 20 ms of silence for a decoder of one channel or two (RFC 6716: CELT, full band, all zero).
SILENCE: Final = b"\xf8\xff\xfe"
#: Six of them in one packet (code 3, constant bit rate).
_LONG_SILENCE: Final = b"\xfb\x06" + b"\xff\xfe" * 6
_LONG_US: Final = 6 * _SILENCE_US

_SILK_US: Final = (10_000, 20_000, 40_000, 60_000)
_HYBRID_US: Final = (10_000, 20_000)
_CELT_US: Final = (2_500, 5_000, 10_000, 20_000)


class Packet(NamedTuple):
    """``at``, ``lasts``: microseconds in the recording."""

    at: int
    lasts: int
    data: bytes


@dataclass(slots=True)
class Lane:
    """``parts``: (begins, ends, number of the track), microseconds in the recording, in order."""

    parts: list[tuple[int, int, int]] = field(default_factory=list)

    @property
    def ends(self) -> int:
        """Nothing sounds in it from then on."""
        return self.parts[-1][1] if self.parts else 0


def lanes(tracks: Sequence[Track], times: Sequence[NDArray[np.int64]]) -> list[Lane]:
    """Tracks of sound in as few lanes as it takes; somebody comes back to where he was heard before if he can."""
    parts = []
    for number, track in enumerate(tracks):
        heard = times[number][times[number] >= 0]
        if track.info.media == "audio" and len(heard):
            parts.append((int(heard[0]), int(heard[-1]) + _SILENCE_US, number))
    found: list[Lane] = []
    # of those that begin together the longest comes first: whoever takes only the main file has most of it
    for part in sorted(parts, key=lambda part: (part[0] // _TOGETHER_US, part[0] - part[1], part[2])):
        free = [lane for lane in found if lane.ends <= part[0]]
        person = tracks[part[2]].info.person
        mine = [lane for lane in free if any(tracks[each].info.person == person for _, _, each in lane.parts)]
        lane = next(iter(mine or free), None)
        if lane is None:
            lane = Lane()
            found.append(lane)
        lane.parts.append(part)
    return found


def packets(
    lane: Lane,
    tracks: Sequence[Track],
    times: Sequence[NDArray[np.int64]],
    payload: Callable[[Track, int], bytes],
    until: int,
) -> Iterator[Packet]:
    """The whole lane from 0 on, without a gap; silent to its end (``until``, microseconds)."""
    cursor = 0
    for _, _, number in lane.parts:
        track, at = tracks[number], times[number]
        for frame in range(len(track)):
            if at[frame] < 0:
                continue
            time = int(at[frame])
            if time - cursor >= _TOLERANCE_US:
                for silent in _silence(cursor, time):
                    yield silent
                    cursor = silent.at + silent.lasts
            data = payload(track, frame)
            lasts = duration_us(data)
            if not lasts or cursor - time > _TOLERANCE_US:
                continue
            yield Packet(cursor, lasts, data)
            cursor += lasts
    yield from _silence(cursor, until)


def duration_us(packet: bytes) -> int:
    """How long an Opus packet sounds (RFC 6716, 3.1 and 3.2), microseconds; 0: it is none."""
    if not packet:
        return 0
    config, code = packet[0] >> 3, packet[0] & 3
    if config < 12:
        each = _SILK_US[config & 3]
    elif config < 16:
        each = _HYBRID_US[config & 1]
    else:
        each = _CELT_US[config & 3]
    if code == 3:
        return each * (packet[1] & 63) if len(packet) > 1 and each * (packet[1] & 63) <= 120_000 else 0
    return each * (1 if code == 0 else 2)


def _silence(cursor: int, until: int) -> Iterator[Packet]:
    while until - cursor >= _LONG_US:
        yield Packet(cursor, _LONG_US, _LONG_SILENCE)
        cursor += _LONG_US
    while until - cursor >= _SILENCE_US:
        yield Packet(cursor, _SILENCE_US, SILENCE)
        cursor += _SILENCE_US
