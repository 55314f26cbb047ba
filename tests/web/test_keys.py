"""The signing key in the data folder."""

from __future__ import annotations

from pathlib import Path

import pytest

from turia.errors import StartError
from turia.web.keys import KEY_NAME, signing_key


def test_the_key_is_made_once_and_for_the_owner_alone(tmp_path: Path) -> None:
    folder = tmp_path / "new" / "data"
    key = signing_key(folder)
    assert len(key) == 32
    assert signing_key(folder) == key
    assert (folder / KEY_NAME).stat().st_mode & 0o777 == 0o600
    assert [path.name for path in folder.iterdir()] == [KEY_NAME]


def test_every_data_folder_has_its_own_key(tmp_path: Path) -> None:
    assert signing_key(tmp_path / "a") != signing_key(tmp_path / "b")


def test_a_key_that_others_can_read_is_refused(tmp_path: Path) -> None:
    signing_key(tmp_path)
    (tmp_path / KEY_NAME).chmod(0o644)
    with pytest.raises(StartError, match="chmod 600"):
        signing_key(tmp_path)


@pytest.mark.parametrize("content", [b"", b"short", b"x" * 33])
def test_a_broken_key_is_refused_with_what_to_do(tmp_path: Path, content: bytes) -> None:
    (tmp_path / KEY_NAME).write_bytes(content)
    (tmp_path / KEY_NAME).chmod(0o600)
    with pytest.raises(StartError, match="Restore it from a backup, or delete it"):
        signing_key(tmp_path)


def test_a_data_folder_that_cannot_be_made_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(StartError, match="data_dir"):
        signing_key(tmp_path / "file" / "data")
