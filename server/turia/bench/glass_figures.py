"""Figures of bench ``glass`` from what its two pages noted. Pure; times are milliseconds."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Final, NamedTuple

from turia.bench.glass_pages import PITCHES

#: Of a byte of loudness in a frame's head: a burst is above, the soft tone below.
LOUD: Final = 108
#: What is below is no tone: the speaker's own sound stood still, as on a machine that is too busy.
_TONE: Final = 80
#: A burst that is heard later than that is taken for a later one of its pitch.
_LATEST_MS: Final = 1_000.0 * (PITCHES - 1)
#: Pictures this near a burst are compared with it.
_NEAR_MS: Final = 500.0


class Shown(NamedTuple):
    """A picture; ``drawn``: what its clock said, None when it could not be read; ``time``: its head's, microseconds."""

    drawn: float | None
    at: float
    time: int


class Wire(NamedTuple):
    """A frame that left or arrived; ``time`` as in its head, microseconds; ``size``: of its first piece, bytes."""

    track: int
    level: int
    time: int
    at: float
    size: int
    key: int


@dataclass
class Phase:
    """What was noted under one kind of network, from ``begin`` to ``end``."""

    begin: float = 0.0
    end: float = 0.0
    shown: list[Shown] = field(default_factory=list)
    #: (number, when) of bursts made; (number modulo PITCHES, when) of bursts heard.
    made: list[tuple[int, float]] = field(default_factory=list)
    heard: list[tuple[int, float]] = field(default_factory=list)
    left: list[Wire] = field(default_factory=list)
    came: list[Wire] = field(default_factory=list)
    #: Of what left the loudspeaker: milliseconds listened to, silent among them, and the longest silence.
    listened: int = 0
    silent: int = 0
    longest_silence: int = 0


def share(values: Iterable[float], part: float) -> float | None:
    """The value under which ``part`` (0 to 1) of them lie; None of nothing."""
    ranked = sorted(values)
    return ranked[min(len(ranked) - 1, int(part * len(ranked)))] if ranked else None


def glass(phase: Phase) -> list[float]:
    """From drawing a picture to showing it, by picture; those that could not be read are left out."""
    return [at - drawn for drawn, at, _ in phase.shown if drawn is not None]


def ears(phase: Phase) -> list[tuple[float, float]]:
    """(when it was made, how much later it was heard) of each burst that was heard."""
    found = []
    for pitch, at in phase.heard:
        made = [when for number, when in phase.made if number % PITCHES == pitch and 0 <= at - when < _LATEST_MS]
        if made:
            found.append((max(made), at - max(made)))
    return found


def lips(phase: Phase) -> list[float]:
    """How much sooner sound came than pictures of the same moment, by burst; negative: later."""
    drawn = sorted((drawn, at - drawn) for drawn, at, _ in phase.shown if drawn is not None)
    found = []
    for made, late in ears(phase):
        near = [way for when, way in drawn if abs(when - made) <= _NEAR_MS]
        if near:
            found.append((share(near, 0.5) or 0.0) - late)
    return found


def longest_freeze(phase: Phase) -> float:
    """Longest time without a new picture, the edges counted."""
    times = [phase.begin, *sorted(at for _, at, _ in phase.shown if phase.begin <= at <= phase.end), phase.end]
    return max(after - before for before, after in pairwise(times))


def stages(phase: Phase) -> dict[str, float | None]:
    """Where the time goes, medians: pictures from drawing to sending, on the way, from arriving to being shown; the
    same of sound."""
    left = {(wire.track, wire.time): wire.at for wire in phase.left}
    came = {(wire.track, wire.time): wire.at for wire in phase.came}
    ways = {key: at - left[key] for key, at in came.items() if key in left}
    sound = {wire.track for wire in phase.came if wire.level}
    out = {time: at for (track, time), at in left.items() if track not in sound}
    arrived = {time: at for (track, time), at in came.items() if track not in sound}
    drawn = [(each.drawn, out[each.time]) for each in phase.shown if each.drawn is not None and each.time in out]
    onsets_out, onsets_in = _onsets(phase.left), _onsets(phase.came)
    heard = [(made, made + late) for made, late in ears(phase)]
    return {
        "picture_to_line_ms": share([at - when for when, at in drawn], 0.5),
        "picture_on_the_way_ms": share([way for (track, _), way in ways.items() if track not in sound], 0.5),
        "picture_to_eye_ms": share([s.at - arrived[s.time] for s in phase.shown if s.time in arrived], 0.5),
        "sound_to_line_ms": share(_after([made for _, made in phase.made], onsets_out), 0.5),
        "sound_on_the_way_ms": share([way for (track, _), way in ways.items() if track in sound], 0.5),
        "sound_to_ear_ms": share(_after(onsets_in, [at for _, at in heard]), 0.5),
    }


def _onsets(wires: Sequence[Wire]) -> list[float]:
    """When frames passed with which something loud began."""
    found, loud_at = [], float("-inf")
    for wire in wires:
        if wire.level > LOUD:
            if wire.time - loud_at > 300_000:
                found.append(wire.at)
            loud_at = wire.time
    return found


def _silent(wires: Sequence[Wire]) -> float | None:
    """Share of the packets of sound that hold none."""
    levels = [wire.level for wire in wires if wire.level]
    return round(sum(level < _TONE for level in levels) / len(levels), 3) if levels else None


def _after(first: Sequence[float], then: Sequence[float]) -> list[float]:
    """How long after each of ``first`` the next of ``then`` came, within a second."""
    ranked = sorted(then)
    places = [(at, bisect_left(ranked, at)) for at in first]
    waits = [ranked[place] - at for at, place in places if place < len(ranked)]
    return [wait for wait in waits if wait < 950]


def figures(phase: Phase) -> dict[str, float | int | None]:
    """All of a phase; None where nothing was seen or heard."""
    ways, late, apart = glass(phase), [late for _, late in ears(phase)], lips(phase)
    due = [at for _, at in phase.made if phase.begin <= at <= phase.end - 1_500]
    found = {made for made, _ in ears(phase)}
    seconds = (phase.end - phase.begin) / 1_000
    seen = [each for each in phase.shown if phase.begin <= each.at <= phase.end]
    rounded: dict[str, float | None] = {
        "glass_to_glass_ms_p50": share(ways, 0.5),
        "glass_to_glass_ms_p95": share(ways, 0.95),
        "mouth_to_ear_ms_p50": share(late, 0.5),
        "mouth_to_ear_ms_p95": share(late, 0.95),
        "lip_sync_ms_p50": share(apart, 0.5),
        "lip_sync_ms_worst": max(apart, key=abs, default=None),
        **stages(phase),
    }
    return {
        **{key: None if value is None else round(value) for key, value in rounded.items()},
        "pictures_per_s": round(len(seen) / seconds, 1),
        "pictures_unreadable": sum(drawn is None for drawn, _, _ in phase.shown),
        "longest_freeze_s": round(longest_freeze(phase) / 1_000, 2),
        "bursts_heard_share": round(sum(at in found for at in due) / len(due), 3) if due else None,
        "source_silent_share": _silent(phase.left),
        "silent_share": round(phase.silent / phase.listened, 3) if phase.listened else None,
        "longest_silence_s": round(phase.longest_silence / 1_000, 2),
        "key_frames": sum(wire.key for wire in phase.left if not wire.level),
    }
