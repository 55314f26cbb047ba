"""Recordings appear and go as a whole."""

from __future__ import annotations

from pathlib import Path

import msgspec
import pytest

from turia.recording.folder import (
    DRAFT,
    FINISHED,
    SEGMENTS,
    Finished,
    Media,
    RecordingsFolder,
    keep_draft,
    segments_of,
)

FILE = Media("main.webm", "main", 'video/webm; codecs="vp8"', 4)
DONE = Finished(1_000, (), (FILE,), (), 1, 0)


@pytest.fixture
def folder(tmp_path: Path) -> RecordingsFolder:
    return RecordingsFolder(tmp_path)


def finish(take: Path) -> None:
    (take / DRAFT).mkdir()
    (take / DRAFT / FILE.name).write_bytes(b"webm")
    keep_draft(take, DONE)


def test_a_take_goes_on_until_it_is_finished(folder: RecordingsFolder) -> None:
    take = folder.begin("s")
    assert folder.begin("s") == take
    assert folder.unfinished("s") == [take]
    finish(take)
    assert folder.unfinished("s") == []
    assert folder.finished("s") == [(1, DONE)]
    assert not (take / SEGMENTS).exists()
    assert folder.file("s", 1, "main.webm").read_bytes() == b"webm"
    assert folder.begin("s").name == "2"
    assert [path.name for path in folder.takes("s")] == ["1", "2"]
    assert folder.sessions() == ["s"]
    assert take.stat().st_mode & 0o077 == 0


def test_what_an_older_server_finished_can_be_read(folder: RecordingsFolder) -> None:
    take = folder.begin("s")
    finish(take)
    told = msgspec.json.decode((take / FINISHED).read_bytes())
    del told["kept"]
    (take / FINISHED).write_bytes(msgspec.json.encode(told))
    assert folder.finished("s") == [(1, DONE)]


def test_a_removed_recording_leaves_nothing(folder: RecordingsFolder) -> None:
    finish(folder.begin("s"))
    assert folder.bytes("s") > 4
    folder.remove("s")
    folder.remove("s")
    assert folder.sessions() == []
    assert list(folder.path.iterdir()) == []


def test_what_a_killed_server_left_half_done_is_tidied_away(folder: RecordingsFolder) -> None:
    gone, half, done = (folder.begin(name) for name in ("gone", "half", "done"))
    gone.parent.rename(folder.path / ".gone-1")
    (half / SEGMENTS / "000001.part").write_bytes(b"x")
    (half / DRAFT).mkdir()
    (done / FINISHED).write_bytes(msgspec.json.encode(DONE))
    folder.tidy()
    assert folder.sessions() == ["done", "half"]
    assert [path.name for path in half.iterdir()] == [SEGMENTS]
    assert len(segments_of(half)) == 1
    assert not (done / SEGMENTS).exists()


@pytest.mark.parametrize("name", ["", "..", ".hidden", "a/b", "x" * 65])
def test_what_can_be_no_session_has_no_folder(folder: RecordingsFolder, name: str) -> None:
    with pytest.raises(ValueError, match="no key"):
        folder.of(name)


@pytest.mark.parametrize("name", ["finished.json", "../main.webm", "main.webm.part", "main"])
def test_only_files_to_be_watched_are_found(folder: RecordingsFolder, name: str) -> None:
    with pytest.raises(ValueError, match="no file"):
        folder.file("s", 1, name)


def test_a_server_is_the_same_after_the_next_start(folder: RecordingsFolder, tmp_path: Path) -> None:
    folder.path.mkdir()
    first = folder.server()
    assert RecordingsFolder(tmp_path).server() == first
    assert len(first) == 16
    assert folder.sessions() == []


def test_of_a_take_that_was_just_begun_nothing_is_left(folder: RecordingsFolder) -> None:
    finish(folder.begin("s"))
    folder.forget(folder.begin("s"))
    assert [path.name for path in folder.takes("s")] == ["1"]
    folder.forget(folder.begin("other"))
    assert folder.sessions() == ["s"]
