"""Where recordings lie: a folder ``recordings/<session>/<take>`` in the data folder.

A session that is recorded again after its recording was finished gets another take, from 1.

::

    recordings/<session>/<take>/segments/000001.part   what came, up to 4 s each (turia.recording.records)
    recordings/<session>/<take>/finished.json          Finished: what there is to be watched; then segments/ is gone
    recordings/<session>/<take>/*.webm, *.mp4          files to be watched
    recordings/<session>/<take>/draft/                 the same while they are made, and how far that is
    recordings/.server                                 which server this is
    recordings/.gone-*                                 to be removed; at the latest at the next start
"""

from __future__ import annotations

import contextlib
import os
import re
import secrets
import shutil
import tempfile
from pathlib import Path
from typing import Final

import msgspec

RECORDINGS: Final = "recordings"
SEGMENTS: Final = "segments"
DRAFT: Final = "draft"
FINISHED: Final = "finished.json"
PROGRESS: Final = "progress"
SERVER: Final = ".server"

_ID: Final = re.compile(r"[A-Za-z0-9_:-][A-Za-z0-9_.:-]{0,63}")
_FILE: Final = re.compile(r"[a-z]+(-[0-9]{1,3})?\.(webm|mp4)")


class Span(msgspec.Struct, frozen=True):
    """A time that was recorded. ``begins``, ``ends``: microseconds of the event's clock; ``at``: microseconds in the
    recording."""

    begins: int
    ends: int
    at: int


class Spoken(msgspec.Struct, frozen=True):
    """Whose sound a file holds, from when to when, milliseconds in the recording."""

    person: str
    start: int
    end: int


class Media(msgspec.Struct, frozen=True):
    """A file. ``kind``: main (picture and sound), sound (more sound, to be played in step), interpreter, picture (in
    another codec than the main one). ``mime``: with codecs. ``people``: who is in it."""

    name: str
    kind: str
    mime: str
    bytes: int
    people: tuple[str, ...] = ()
    spoken: tuple[Spoken, ...] = ()


class Shown(msgspec.Struct, frozen=True):
    """A page of slides from ``at`` on, milliseconds in the recording; ``deck`` "": none."""

    at: int
    deck: str
    page: int


class Finished(msgspec.Struct, frozen=True):
    """What a take holds. ``torn``: segments whose end was lost. ``kept``: when it was on the record, which begins
    before the first frame and ends after the last (:func:`turia.recording.timeline.kept`); () in older files."""

    duration_ms: int
    spans: tuple[Span, ...]
    files: tuple[Media, ...]
    slides: tuple[Shown, ...]
    segments: int
    torn: int
    kept: tuple[Span, ...] = ()

    @property
    def bytes(self) -> int:
        """Of all files."""
        return sum(each.bytes for each in self.files)


class RecordingsFolder:
    """The folder of all recordings; everything here blocks. Errors are OSError."""

    def __init__(self, data_dir: Path) -> None:
        self.path = data_dir / RECORDINGS

    def server(self) -> str:
        """Who records here: always the same, however often the server is started."""
        path = self.path / SERVER
        if not path.exists():
            self.path.mkdir(mode=0o700, exist_ok=True)
            new = self.path / f"{SERVER}.new"
            new.write_text(secrets.token_hex(8), encoding="ascii")
            sync(new)
            new.replace(path)
            sync(self.path)
        return path.read_text(encoding="ascii").strip()[:64]

    def of(self, session: str) -> Path:
        """The folder of a session. Raises ValueError for what can be no key of one."""
        if not _ID.fullmatch(session):
            raise ValueError(f"{session!r} is no key of a session")
        return self.path / session

    def sessions(self) -> list[str]:
        """Sessions that have a folder."""
        return sorted(path.name for path in _folders(self.path) if _ID.fullmatch(path.name))

    def takes(self, session: str) -> list[Path]:
        """Folders of its takes, in order."""
        found = [path for path in _folders(self.of(session)) if path.name.isascii() and path.name.isdigit()]
        return sorted(found, key=lambda path: int(path.name))

    def begin(self, session: str, *, new: bool = False) -> Path:
        """The take to write to: the last one if it is not finished (and none that is ``new`` is wanted), else a new
        one; on disk when this returns."""
        takes = self.takes(session)
        if takes and not new and not (takes[-1] / FINISHED).exists():
            return takes[-1]
        take = self.of(session) / str(1 + (int(takes[-1].name) if takes else 0))
        for path in (self.path, take.parent, take, take / SEGMENTS):
            path.mkdir(mode=0o700, exist_ok=True)
        for path in (take, take.parent, self.path, self.path.parent):
            sync(path)
        return take

    def forget(self, take: Path) -> None:
        """It was not recorded after all: of a take that was just begun nothing is left."""
        shutil.rmtree(take, ignore_errors=True)
        with contextlib.suppress(OSError):  # there are earlier ones
            take.parent.rmdir()

    def unfinished(self, session: str) -> list[Path]:
        """Takes of which there are only segments."""
        return [take for take in self.takes(session) if not (take / FINISHED).exists()]

    def finished(self, session: str) -> list[tuple[int, Finished]]:
        """(number, what it holds) of its finished takes; none of a recording that is deleted meanwhile."""
        found = []
        for take in self.takes(session):
            with contextlib.suppress(FileNotFoundError):
                found.append((int(take.name), read_finished(take)))
        return found

    def file(self, session: str, take: int, name: str) -> Path:
        """A file of a take. Raises ValueError for what can be none."""
        if not _FILE.fullmatch(name) or take < 1:
            raise ValueError(f"{name!r} is no file of a recording")
        return self.of(session) / str(take) / name

    def bytes(self, session: str) -> int:
        """All that it takes on disk."""
        return sum(path.stat().st_size for path in self.of(session).rglob("*") if path.is_file())

    def remove(self, session: str) -> None:
        """Nothing of it is left; fine if nothing was there. In one step: a killed server leaves all or nothing."""
        path = self.of(session)
        if path.exists():
            gone = Path(tempfile.mkdtemp(prefix=".gone-", dir=self.path))
            path.replace(gone / "recording")
            shutil.rmtree(gone, ignore_errors=True)

    def tidy(self) -> None:
        """Remove what a killed server was about to remove, and what it had half made."""
        for path in self.path.glob(".gone-*"):
            shutil.rmtree(path, ignore_errors=True)
        for path in self.path.glob(f"*/*/{DRAFT}"):
            shutil.rmtree(path, ignore_errors=True)
        for path in self.path.glob(f"*/*/{FINISHED}"):  # it was killed before it had removed them
            shutil.rmtree(path.parent / SEGMENTS, ignore_errors=True)


def read_finished(take: Path) -> Finished:
    """What a take holds. Raises OSError, msgspec.MsgspecError."""
    return msgspec.json.decode((take / FINISHED).read_bytes(), type=Finished)


def keep_draft(take: Path, finished: Finished) -> None:
    """The files become those of the take, on disk when this returns; the segments go."""
    draft = take / DRAFT
    for media in finished.files:
        sync(draft / media.name)
        (draft / media.name).replace(take / media.name)
    new = draft / FINISHED
    new.write_bytes(msgspec.json.encode(finished))
    sync(new)
    sync(take)
    new.replace(take / FINISHED)
    sync(take)
    shutil.rmtree(draft, ignore_errors=True)
    shutil.rmtree(take / SEGMENTS, ignore_errors=True)


def segments_of(take: Path) -> list[Path]:
    """Its segments, in order."""
    return sorted((take / SEGMENTS).glob("*.part"))


def sync(path: Path) -> None:
    """What the file or folder holds is on disk when this returns."""
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _folders(path: Path) -> list[Path]:
    with contextlib.suppress(FileNotFoundError):
        return [each for each in path.iterdir() if each.is_dir()]
    return []
