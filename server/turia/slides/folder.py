"""Where slides lie: a folder ``decks/<deck>`` in the data folder, made and removed as a whole.

::

    decks/<deck>/original.pdf       as it was uploaded
    decks/<deck>/drawn/pages.json   Drawn: sizes and texts
    decks/<deck>/drawn/<page>-<side>.webp
    decks/.upload-*, .draft-*, .gone-*   on their way; removed at the next start
"""

from __future__ import annotations

import contextlib
import os
import re
import shutil
import tempfile
from pathlib import Path
from typing import Final

import msgspec

#: Name of the folder in the data folder.
DECKS: Final = "decks"
ORIGINAL: Final = "original.pdf"
DRAWN: Final = "drawn"
PAGES: Final = "pages.json"
PROGRESS: Final = "progress"

_ID: Final = re.compile(r"[A-Za-z0-9_-]{1,64}")


class DrawnPage(msgspec.Struct, frozen=True):
    """A page. ``width``, ``height``: of its larger picture, pixels; ``rotation``: degrees by which the file turns it,
    clockwise (the picture is turned already); ``text``: what it says, line by line."""

    width: int
    height: int
    rotation: int
    text: str


class Drawn(msgspec.Struct, frozen=True):
    """What was drawn of a file, page by page."""

    pages: tuple[DrawnPage, ...]


def picture_name(page: int, side: int) -> str:
    """Name of the picture of a page (from 1) whose longer side has ``side`` pixels."""
    return f"{page}-{side}.webp"


class DecksFolder:
    """The folder of all decks; everything here blocks. Errors are OSError."""

    def __init__(self, data_dir: Path) -> None:
        self.path = data_dir / DECKS
        #: Where decks are being drawn: pages that are done can be seen already.
        self._drafts: dict[str, Path] = {}

    def of(self, deck: str) -> Path:
        """The folder of a deck. Raises ValueError for what can be no id of one."""
        if not _ID.fullmatch(deck):
            raise ValueError(f"{deck!r} is no id of a deck")
        return self.path / deck

    def original(self, deck: str) -> Path:
        """The file as it was uploaded."""
        return self.of(deck) / ORIGINAL

    def new_upload(self) -> Path:
        """An empty file of a name of its own, for its owner's eyes alone."""
        self.path.mkdir(mode=0o700, parents=True, exist_ok=True)
        handle, name = tempfile.mkstemp(prefix=".upload-", dir=self.path)
        os.close(handle)
        return Path(name)

    def keep_upload(self, upload: Path, deck: str) -> None:
        """What was uploaded becomes the file of a deck, on disk when this returns."""
        target = self.original(deck)
        target.parent.mkdir(mode=0o700, exist_ok=True)
        _sync(upload)
        upload.replace(target)
        _sync(target.parent)
        _sync(self.path)

    def new_draft(self, deck: str) -> Path:
        """An empty folder to draw a deck into."""
        self.path.mkdir(mode=0o700, parents=True, exist_ok=True)
        draft = self._drafts[deck] = Path(tempfile.mkdtemp(prefix=".draft-", dir=self.path))
        return draft

    def keep_draft(self, deck: str) -> None:
        """What was drawn becomes the pages of a deck, on disk when this returns."""
        draft = self._drafts[deck]
        (draft / PROGRESS).unlink(missing_ok=True)
        for path in (*draft.iterdir(), draft):
            _sync(path)
        target = self.of(deck) / DRAWN
        self._move_away(target)
        draft.replace(target)
        _sync(target.parent)

    def drop_draft(self, deck: str) -> None:
        """Nothing is drawn for the deck any more."""
        draft = self._drafts.pop(deck, None)
        if draft is not None:
            discard(draft)

    def drawn(self, deck: str) -> Drawn:
        """Sizes and texts of a deck's pages."""
        return msgspec.json.decode((self.of(deck) / DRAWN / PAGES).read_bytes(), type=Drawn)

    def picture(self, deck: str, page: int, side: int) -> bytes:
        """The picture of a page, as soon as it is drawn."""
        kept, name = self.of(deck) / DRAWN, picture_name(page, side)
        for place in (kept, self._drafts.get(deck, kept)):
            with contextlib.suppress(FileNotFoundError):
                return (place / name).read_bytes()
        return (kept / name).read_bytes()  # it was kept at this very moment

    def remove(self, deck: str) -> None:
        """Nothing of a deck is left; fine if nothing was there."""
        self._move_away(self.of(deck))

    def decks(self) -> set[str]:
        """Ids of the decks that have a folder."""
        if not self.path.is_dir():
            return set()
        return {path.name for path in self.path.iterdir() if _ID.fullmatch(path.name) and path.is_dir()}

    def tidy(self) -> None:
        """Remove what a killed server was about to write or to remove."""
        for path in self.path.glob(".*"):
            discard(path)

    def _move_away(self, path: Path) -> None:
        """In one step, so that a killed server leaves all of it or a name that the next one tidies away."""
        gone = Path(tempfile.mkdtemp(prefix=".gone-", dir=self.path)) if path.exists() else None
        if gone is not None:
            path.replace(gone / path.name)
            shutil.rmtree(gone, ignore_errors=True)


def discard(path: Path) -> None:
    """Remove a file or folder that nobody needs any more."""
    with contextlib.suppress(OSError):
        if path.is_dir():
            shutil.rmtree(path, ignore_errors=True)
        else:
            path.unlink(missing_ok=True)


def _sync(path: Path) -> None:
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
