"""Whatever is torn from a segment: what was before is read, and nothing that was never written."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st
from tests.recording.encoded import info

from turia.recording.records import (
    MAGIC,
    Begun,
    Kind,
    Mark,
    Paused,
    Picture,
    Record,
    Slide,
    about,
    key_of,
    mark_of,
    pack_ended,
    pack_mark,
    pack_piece,
    pack_track,
    records,
    track_of,
)

PIECES = st.lists(st.binary(min_size=20, max_size=300), max_size=12)


def segment(pieces: list[bytes]) -> bytes:
    return MAGIC + b"".join(pack_piece(7, data, 1_000 + at) for at, data in enumerate(pieces))


def bodies(data: bytes) -> list[bytes]:
    return [data[each.start + 4 : each.end] for each in records(data)]


@given(PIECES)
def test_what_is_written_is_read(pieces: list[bytes]) -> None:
    data = segment(pieces)
    assert bodies(data) == pieces
    assert [each.time for each in records(data)] == [1_000 + at for at in range(len(pieces))]


@given(PIECES, st.integers(min_value=0, max_value=4_000))
def test_a_torn_segment_holds_all_that_was_whole(pieces: list[bytes], end: int) -> None:
    data = segment(pieces)
    ends = [each.end for each in records(data)]
    torn = data[: min(end, len(data))]
    whole = sum(each <= len(torn) for each in ends) if len(torn) >= len(MAGIC) else 0
    assert bodies(torn) == pieces[:whole]


@given(st.lists(st.binary(min_size=20, max_size=300), min_size=1, max_size=6), st.data())
def test_a_wrong_byte_ends_the_reading_before_it(pieces: list[bytes], data: st.DataObject) -> None:
    good = segment(pieces)
    at = data.draw(st.integers(min_value=len(MAGIC), max_value=len(good) - 1))
    bad = bytearray(good)
    bad[at] ^= data.draw(st.integers(min_value=1, max_value=255))
    before = sum(each.end <= at for each in records(good))
    assert bodies(bytes(bad)) == pieces[:before]


@given(st.binary(max_size=400))
def test_anything_else_is_no_segment_or_an_empty_one(data: bytes) -> None:
    assert list(records(data)) == []
    assert list(records(MAGIC + data)) == []


def test_each_kind_says_what_it_is_about() -> None:
    track = info(3)
    packed = [pack_track(9, track, 5), pack_ended(9, 6)]
    marks: list[Mark] = [Begun(), Paused(), Slide("d", 4), Picture("both", "ana")]
    data = MAGIC + b"".join([*packed, *(pack_mark(mark, 7) for mark in marks)])
    first, second, *rest = records(data)
    assert (first.kind, key_of(data, first), track_of(data, first)) == (Kind.TRACK, 9, track)
    assert (second.kind, key_of(data, second)) == (Kind.ENDED, 9)
    assert [mark_of(data, each) for each in rest] == marks
    assert [about(each) for each in packed] == [(Kind.TRACK, 9), (Kind.ENDED, 9)]
    assert isinstance(first, Record)
