"""Small files in the shapes of real tools, of our own making; see docs/programme-files.md for what was tried."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from turia.event.imported import ImportedFile
from turia.programme.reader import read

FILES = Path(__file__).parent / "files"


@pytest.fixture
def imported() -> Callable[..., ImportedFile]:
    """The programme of one of the files; times without a zone are of Madrid."""

    def imported(name: str, zone: str = "Europe/Madrid") -> ImportedFile:
        return read((FILES / name).read_bytes(), name, zone)

    return imported
