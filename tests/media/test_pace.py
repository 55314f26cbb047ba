"""Buckets: what passes, what does not, and how soon again."""

from __future__ import annotations

import pytest

from turia.media.pace import BURST_S, LARGEST_FRAME_BYTES, PAUSE_S, Bucket, Pace
from turia.protocol.media import (
    MAX_AUDIO_BIT_RATE,
    MAX_FRAMES_PER_SECOND,
    MAX_PIECE_BYTES,
    MAX_PIECES,
    MAX_VIDEO_BIT_RATE,
)


def test_a_bucket_fills_with_time_up_to_its_burst() -> None:
    bucket = Bucket(10, 20, now=100.0)
    assert bucket.has(20, 100.0)
    bucket.take(20)
    assert not bucket.has(1, 100.0)
    assert bucket.has(10, 101.0)
    assert not bucket.has(11, 101.0)
    assert bucket.has(20, 200.0)
    assert not bucket.has(20.1, 200.0)


def test_time_that_runs_backwards_fills_nothing() -> None:
    bucket = Bucket(10, 20, now=100.0)
    bucket.take(20)
    assert not bucket.has(1, 50.0)
    assert not bucket.has(1, 100.0)


def test_the_largest_keyframe_passes() -> None:
    pace = Pace("video", 0.0)
    assert all(pace.takes(MAX_PIECE_BYTES + 20, piece == 0, 0.0) for piece in range(MAX_PIECES))
    assert MAX_PIECES * (MAX_PIECE_BYTES + 20) == LARGEST_FRAME_BYTES


@pytest.mark.parametrize(("media", "bit_rate"), [("video", MAX_VIDEO_BIT_RATE), ("audio", MAX_AUDIO_BIT_RATE)])
def test_the_highest_bit_rate_passes_for_ever_and_one_and_a_half_of_it_does_not(media: str, bit_rate: int) -> None:
    def seconds_taken(factor: float) -> float:
        pace = Pace(media, 0.0)
        size = round(bit_rate / 8 / 50 * factor)
        return next((tick / 50 for tick in range(3_000) if not pace.takes(size, 1, tick / 50)), 60.0)

    assert seconds_taken(1.0) == 60.0
    assert BURST_S <= seconds_taken(1.5) < 3 * BURST_S


@pytest.mark.parametrize("media", ["video", "audio"])
def test_frames_are_counted_too(media: str) -> None:
    pace = Pace(media, 0.0)
    rate = MAX_FRAMES_PER_SECOND[media]
    assert sum(pace.takes(21, 1, 0.0) for _ in range(1_000)) == rate * BURST_S


def test_whoever_overdoes_it_is_refused_for_a_while_and_then_taken() -> None:
    pace = Pace("audio", 0.0)
    while pace.takes(1_000, 0, 0.0):
        pass
    assert not pace.takes(1, 0, PAUSE_S / 2)
    assert pace.takes(1, 0, PAUSE_S)
