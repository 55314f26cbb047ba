"""One server per data folder."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from turia.errors import StartError
from turia.store.lock import LOCK_NAME, FolderLock

HOLD = """
import sys, pathlib, turia.store.lock
turia.store.lock.FolderLock(pathlib.Path(sys.argv[1])).take()
print("held", flush=True)
input()
"""


def test_a_second_process_is_refused_until_the_first_ends_however_it_ends(tmp_path: Path) -> None:
    with subprocess.Popen(
        [sys.executable, "-c", HOLD, str(tmp_path)], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as holder:
        assert holder.stdout is not None
        assert holder.stdout.readline() == b"held\n"
        with pytest.raises(StartError, match=rf"in use by another Turia \(process {holder.pid}\)\. Stop that one"):
            FolderLock(tmp_path).take()
        holder.kill()
    lock = FolderLock(tmp_path)
    lock.take()
    assert (tmp_path / LOCK_NAME).read_text() == f"{os.getpid()}\n"
    lock.release()


def test_it_is_taken_and_let_go(tmp_path: Path) -> None:
    first, second = FolderLock(tmp_path / "new"), FolderLock(tmp_path / "new")
    first.take()
    with pytest.raises(StartError, match="in use"):
        second.take()
    first.release()
    first.release()
    second.take()
    second.release()


def test_a_folder_that_cannot_be_used_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(StartError, match="data_dir"):
        FolderLock(tmp_path / "file" / "data").take()
