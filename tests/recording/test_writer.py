"""Segments on disk: short, understandable alone, and given up with a sentence when the disk does not take them."""

from __future__ import annotations

import errno
import os
import threading
from pathlib import Path

import pytest
from tests.recording.encoded import info

from turia.recording.folder import RecordingsFolder, segments_of
from turia.recording.records import Kind, key_of, pack_ended, pack_piece, pack_track, records
from turia.recording.writer import BROKEN, FULL, SLOW, Segments, Writer, sentence

PIECE = bytes(100)


@pytest.fixture
def take(tmp_path: Path) -> Path:
    return RecordingsFolder(tmp_path).begin("s")


def fill(segments: Segments, until_ms: int, *, keys_every_ms: int = 0, begins_ms: int = 0) -> None:
    for ms in range(begins_ms, until_ms, 100):
        key = bool(keys_every_ms) and ms % keys_every_ms == 0
        segments.write(pack_piece(1, PIECE, ms * 1_000), ms * 1_000, key=key)


def lengths(take: Path) -> list[int]:
    """Milliseconds from the first to the last record of each segment."""
    every = [list(records(path.read_bytes())) for path in segments_of(take)]
    return [(each[-1].time - each[0].time) // 1_000 for each in every]


def test_no_segment_is_longer_than_four_seconds(take: Path) -> None:
    segments = Segments(take, 0)
    fill(segments, 10_000)
    segments.close()
    assert lengths(take) == [3_900, 3_900, 1_900]


def test_a_segment_ends_where_a_picture_begins_anew(take: Path) -> None:
    segments = Segments(take, 0)
    fill(segments, 10_000, keys_every_ms=700)
    segments.close()
    assert [each % 700 for each in lengths(take)[:-1]] == [600, 600]


def test_each_segment_begins_with_the_tracks_that_are_open(take: Path) -> None:
    segments = Segments(take, 0)
    segments.write(pack_track(1, info(1), 0), 0)
    segments.write(pack_track(2, info(2), 0), 0)
    fill(segments, 4_000)
    segments.write(pack_ended(2, 3_950_000), 3_950_000)
    fill(segments, 9_000, begins_ms=4_000)
    segments.close()
    opened = []
    for path in segments_of(take):
        data = path.read_bytes()
        opened.append([key_of(data, each) for each in records(data) if each.kind is Kind.TRACK])
    assert opened == [[1, 2], [1], [1]]


def test_what_was_written_is_there_at_once(take: Path) -> None:
    """A killed process loses nothing of it."""
    segments = Segments(take, 0)
    fill(segments, 1_000)
    assert len(list(records(segments_of(take)[0].read_bytes()))) == 10
    segments.close()


def test_another_server_goes_on_with_the_next_segment(take: Path) -> None:
    for _ in range(2):
        segments = Segments(take, 0)
        fill(segments, 100)
        segments.close()
    assert [path.name for path in segments_of(take)] == ["000001.part", "000002.part"]
    assert segments.count == 2


def test_some_of_the_disk_is_left_to_the_event(take: Path) -> None:
    with pytest.raises(OSError, match="No space left") as caught:
        fill(Segments(take, 1 << 62), 100)
    assert sentence(caught.value) == FULL
    assert segments_of(take) == []


def failed(take: Path, monkeypatch: pytest.MonkeyPatch, number: int) -> tuple[list[str], int]:
    """What a writer says whose disk fails with this error after three records, and how much is kept."""
    real = os.write
    written: list[bytes] = []

    def write(handle: int, data: bytes) -> int:
        if len(written) > 3:
            raise OSError(number, os.strerror(number))
        written.append(data)
        return real(handle, data)

    monkeypatch.setattr(os, "write", write)
    said: list[str] = []
    it = Writer(Segments(take, 0), said.append)
    for ms in range(0, 9_000, 100):
        it.put(pack_piece(1, PIECE, ms * 1_000), ms * 1_000)
    it.close()
    assert it.broken
    return said, len(list(records(segments_of(take)[0].read_bytes())))


def test_a_full_disk_ends_it_with_a_sentence_and_what_was_written_is_kept(
    take: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert failed(take, monkeypatch, errno.ENOSPC) == ([FULL], 3)


def test_a_broken_disk_says_what_it_says(take: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert failed(take, monkeypatch, errno.EIO) == ([BROKEN.format("Input/output error")], 3)


def test_a_disk_that_hangs_never_keeps_the_caller_waiting(take: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    goes_on, real = threading.Event(), os.write

    def write(handle: int, data: bytes) -> int:
        goes_on.wait(10)
        return real(handle, data)

    monkeypatch.setattr(os, "write", write)
    said: list[str] = []
    it = Writer(Segments(take, 0), said.append, queue_bytes=20_000)
    for number in range(500):
        it.put(pack_piece(1, PIECE, number), number)
    assert (it.broken, said) == (True, [SLOW]), "said once, and while the disk still hangs"
    goes_on.set()
    it.close()
