from __future__ import annotations

import struct
from itertools import islice, takewhile

from turia.bench import talk
from turia.protocol.media import FLUSH_MS, MAX_PIECE_BYTES, MAX_PIECES


def test_a_talk_is_what_the_bench_says() -> None:
    frames = list(takewhile(lambda frame: frame.at < 10, talk.talk()))
    pictures = [frame for frame in frames if frame.video]
    assert len(pictures) == 300
    assert len(frames) - len(pictures) == 500
    assert abs(sum(frame.size for frame in pictures) * 8 / 10 - talk.BIT_RATE) < 0.01 * talk.BIT_RATE
    assert frames == sorted(frames, key=lambda frame: frame.at)
    assert [frame.key for frame in pictures[:61]] == [True, *[False] * 59, True]
    assert {frame.layer for frame in pictures} == {0, 1}
    assert all(frame.layer == 0 for frame in pictures if frame.key)
    assert all(0 < frame.size <= MAX_PIECE_BYTES * MAX_PIECES for frame in frames)


def test_sound_comes_as_often_as_flushes() -> None:
    first, second = islice(talk.audio(), 2)
    assert round((second.at - first.at) * 1_000) == FLUSH_MS


def test_a_marked_payload_says_its_time_near_every_beginning() -> None:
    payload = talk.marked(3_000, 123_456_789)
    assert len(payload) == 3_000
    for start in (0, 1_299, 2_600):
        at = payload.index(b"TuriaRTP", start)
        assert at - start < 16
        assert struct.unpack_from("<Q", payload, at + 8) == (123_456_789,)
