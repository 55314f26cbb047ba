"""A track's ring: what is kept and for how long, where somebody begins, what he gets from there."""

from __future__ import annotations

import pytest

from turia.media.line import NO_CAP
from turia.media.track import Track
from turia.media.viewer import WAITING, Mode
from turia.protocol.media import DROP_AUDIO_MS, DROP_GROUP_MS, GROUP_CACHE_BYTES
from turia.testing.media_rig import Publisher


class Ring:
    def __init__(self, media: str = "video", layers: int = 1) -> None:
        self.track = Track(1, media, layers, bytes, 0.0)
        self.publisher = Publisher(1, media, layers)
        self.now = 0.0

    def frames(self, count: int, *, key: bool = False, size: int = 1, every: float = 0.02) -> None:
        for number in range(count):
            self.now += every
            for piece in self.publisher.pieces(bytes(size), key=key and not number):
                self.track.push(piece, self.now)

    def flushed(self) -> None:
        self.track.settle(self.now)


def test_the_current_group_is_kept_and_of_the_last_what_is_young() -> None:
    ring = Ring()
    ring.frames(100)
    ring.flushed()
    assert (ring.track.first, ring.track.key, ring.track.end) == (0, 0, 100)
    ring.frames(10, key=True)
    ring.flushed()
    assert ring.track.key == 100
    assert 100 - ring.track.first == pytest.approx(DROP_GROUP_MS / 20 - 10, abs=2)
    ring.frames(20)
    ring.flushed()
    assert (ring.track.first, ring.track.key, ring.track.end) == (100, 100, 130)


def test_of_sound_the_newest_is_kept() -> None:
    ring = Ring("audio")
    for _ in range(200):
        ring.frames(1)
        ring.flushed()
    assert ring.track.end - ring.track.first == pytest.approx(DROP_AUDIO_MS / 20, abs=2)


def test_what_no_flush_has_seen_is_kept() -> None:
    ring = Ring("audio")
    ring.frames(200)
    assert ring.track.first == 0
    ring.flushed()
    assert ring.track.first > 100


def test_until_a_flush_newcomers_keep_the_sound_that_they_begin_with() -> None:
    """However late the server is, and whatever comes meanwhile."""
    ring = Ring("audio")
    ring.frames(50)
    ring.flushed()
    begins = ring.track.start(ring.now + 0.01)
    ring.frames(100)
    assert ring.track.first < begins == 45
    assert ring.track.run(begins, ring.track.mode(0, NO_CAP)).frames == 105


def test_the_bytes_are_counted_and_bounded() -> None:
    ring = Ring()
    ring.frames(300, size=20_000, every=0.05)
    assert GROUP_CACHE_BYTES * 0.9 < ring.track.bytes <= GROUP_CACHE_BYTES
    assert ring.track.key == -1
    ring.frames(1, every=1.0)
    ring.flushed()
    assert ring.track.bytes == 21
    ring.frames(1, key=True)
    assert ring.track.key == ring.track.end - 1


def test_where_somebody_begins() -> None:
    ring = Ring()
    assert ring.track.start(0.0) == 0
    ring.frames(5)
    ring.frames(5, key=True)
    assert ring.track.start(ring.now) == 5
    sound = Ring("audio")
    sound.frames(50)
    assert sound.track.start(sound.now + 0.01) == 45
    assert sound.track.start(sound.now + 1) == 50


def test_a_run_from_the_key_to_the_end() -> None:
    ring = Ring(layers=3)
    ring.frames(5)
    run = ring.track.run(0, ring.track.mode(1, NO_CAP))
    assert (run.frames, run.seq, run.mode, run.missed) == (3, 5, Mode(1, 1, 1), {})
    assert len(run.payload) == 3 * 21


def test_a_run_skips_to_the_newest_key_when_it_waits() -> None:
    ring = Ring()
    ring.frames(5)
    ring.frames(2, key=True)
    run = ring.track.run(1, Mode(WAITING, 0, 0))
    assert (run.frames, run.seq, run.missed) == (2, 7, {"waiting_key": 4})


def test_a_run_from_before_the_ring_is_a_lost_group_for_pictures_and_a_gap_for_sound() -> None:
    ring = Ring()
    ring.frames(10)
    ring.frames(1, key=True, every=1.0)
    ring.flushed()
    ring.frames(2)
    assert ring.track.first == 10
    run = ring.track.run(3, Mode(0, 0, 0))
    assert (run.frames, run.seq, run.missed) == (3, 13, {"group": 7})
    sound = Ring("audio")
    sound.frames(10)
    sound.frames(1, every=1.0)
    sound.flushed()
    run = sound.track.run(3, Mode(0, 0, 0))
    assert (run.frames, run.missed) == (1, {"audio": 7})


def test_a_portion_has_one_frame_at_least() -> None:
    ring = Ring()
    ring.frames(5, size=100)
    mode = ring.track.mode(0, NO_CAP)
    assert [ring.track.run(0, mode, most).frames for most in (1, 120, 240, 359, 10_000)] == [1, 1, 2, 2, 5]


def test_ages() -> None:
    ring = Ring()
    ring.frames(2)
    assert ring.track.age(0, ring.now) == pytest.approx(0.02)
    assert ring.track.age(1, ring.now) == 0.0
    assert ring.track.age(2, ring.now + 9) == 0.0, "there is none yet"
    assert ring.track.age(-1, ring.now) == float("inf"), "it is not kept any more"
