"""Figures of bench glass from what its pages noted."""

from __future__ import annotations

import pytest

from turia.bench import glass_figures as glass
from turia.bench.glass_figures import LOUD, Phase, Shown, Wire
from turia.bench.glass_pages import PITCHES

VIDEO, AUDIO = 1, 2
T = 1_000_000.0
SOFT, BURST = 98, 120


def talk(seconds: int = 10, *, picture_ms: float = 200, sound_ms: float = 150) -> Phase:
    """Ten pictures and fifty packets a second, a burst each second from a half on; 20 ms to the line, 30 on the way."""
    phase = Phase(begin=T, end=T + seconds * 1_000)
    for number in range(seconds * 10):
        at = T + number * 100
        phase.shown.append(Shown(at, at + picture_ms, number * 100_000))
        phase.left.append(Wire(VIDEO, 0, number * 100_000, at + 20, 900, int(number == 0)))
        phase.came.append(Wire(VIDEO, 0, number * 100_000, at + 50, 900, int(number == 0)))
    for number in range(seconds * 50):
        at = T + number * 20
        level = BURST if 500 <= number * 20 % 1_000 < 560 else SOFT
        phase.left.append(Wire(AUDIO, level, number * 20_000, at + 20, 90, 0))
        phase.came.append(Wire(AUDIO, level, number * 20_000, at + 50, 90, 0))
    for second in range(seconds):
        phase.made.append((second, T + 500 + second * 1_000))
        phase.heard.append((second % PITCHES, T + 500 + second * 1_000 + sound_ms))
    phase.listened, phase.silent, phase.longest_silence = seconds * 1_000, 50, 40
    return phase


def test_ways_of_pictures_and_sound_and_where_their_time_goes() -> None:
    assert glass.figures(talk()) == {
        "glass_to_glass_ms_p50": 200,
        "glass_to_glass_ms_p95": 200,
        "mouth_to_ear_ms_p50": 150,
        "mouth_to_ear_ms_p95": 150,
        "lip_sync_ms_p50": 50,
        "lip_sync_ms_worst": 50,
        "picture_to_line_ms": 20,
        "picture_on_the_way_ms": 30,
        "picture_to_eye_ms": 150,
        "sound_to_line_ms": 20,
        "sound_on_the_way_ms": 30,
        "sound_to_ear_ms": 100,
        "pictures_per_s": 9.9,
        "pictures_unreadable": 0,
        "longest_freeze_s": 0.2,
        "bursts_heard_share": 1.0,
        "source_silent_share": 0.0,
        "silent_share": 0.005,
        "longest_silence_s": 0.04,
        "key_frames": 1,
    }


def test_sound_that_is_later_than_its_picture_is_negative() -> None:
    assert glass.figures(talk(picture_ms=120, sound_ms=180))["lip_sync_ms_p50"] == -60


def test_a_freeze_counts_up_to_the_end_of_a_phase() -> None:
    phase = talk()
    phase.shown = [each for each in phase.shown if not 2_000 <= each.at - T < 3_500]
    assert glass.longest_freeze(phase) == pytest.approx(1_600)
    phase.shown = [each for each in phase.shown if each.at < T + 6_000]
    assert glass.longest_freeze(phase) == pytest.approx(4_100)
    phase.shown = []
    assert glass.longest_freeze(phase) == 10_000


def test_a_burst_that_is_seconds_late_is_still_known_by_its_pitch() -> None:
    phase = talk(3)
    phase.heard = [(1, T + 1_500 + 2_400)]
    assert glass.ears(phase) == [(T + 1_500, 2_400)]
    assert glass.figures(phase)["bursts_heard_share"] == 0.5, "the last one was not due yet, of the others one came"


def test_a_pitch_of_no_burst_is_no_burst() -> None:
    phase = talk(3)
    phase.heard = [(7, T + 900), (1, T + 800)]
    assert glass.ears(phase) == []


def test_what_cannot_be_read_is_counted_and_nothing_else() -> None:
    phase = talk()
    phase.shown[3] = phase.shown[3]._replace(drawn=None)
    found = glass.figures(phase)
    assert found["pictures_unreadable"] == 1
    assert found["pictures_per_s"] == 9.9
    assert found["glass_to_glass_ms_p95"] == 200


def test_what_was_silent_at_its_source_is_told_apart() -> None:
    phase = talk()
    for number in range(25):
        phase.left[100 + 10 + number] = phase.left[100 + 10 + number]._replace(level=20)
    assert glass.figures(phase)["source_silent_share"] == 0.05


def test_of_nothing_there_are_no_figures() -> None:
    found = glass.figures(Phase(begin=T, end=T + 1_000))
    assert {found[key] for key in found if key.endswith(("p50", "p95", "worst", "share"))} == {None}
    assert found["longest_freeze_s"] == 1.0


def test_shares_are_of_ranks() -> None:
    assert glass.share([5, 1, 3], 0.5) == 3
    assert glass.share(range(100), 0.95) == 95
    assert glass.share([2], 1.0) == 2
    assert glass.share([], 0.5) is None
    assert SOFT < LOUD < BURST
