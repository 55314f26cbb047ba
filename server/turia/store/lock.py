"""One server per data folder: a lock that the system lets go of with the process, however it ends."""

from __future__ import annotations

import fcntl
import os
from pathlib import Path
from typing import Final

from turia.errors import StartError

LOCK_NAME: Final = "turia.lock"
#: Code of the StartError that says so.
IN_USE: Final = "in_use"


class FolderLock:
    """``take()`` before the data is used, ``release()`` after it."""

    def __init__(self, folder: Path) -> None:
        self._path = folder / LOCK_NAME
        self._descriptor: int | None = None

    def take(self) -> None:
        """Raises StartError when another process holds it, with its process id."""
        try:
            self._path.parent.mkdir(parents=True, exist_ok=True)
            descriptor = os.open(self._path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        except OSError as error:
            raise unusable(self._path.parent, error) from None
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            holder = os.pread(descriptor, 20, 0).decode(errors="replace").strip()
            os.close(descriptor)
            raise StartError(
                f"The data folder {self._path.parent} is in use by another Turia"
                f"{f' (process {holder})' if holder else ''}. Stop that one first, or choose another data_dir.",
                code=IN_USE,
            ) from None
        os.ftruncate(descriptor, 0)
        os.pwrite(descriptor, f"{os.getpid()}\n".encode(), 0)
        self._descriptor = descriptor

    def release(self) -> None:
        """Safe to call twice. The file stays: removing it would let two processes lock two files of one name."""
        if self._descriptor is not None:
            os.close(self._descriptor)
            self._descriptor = None


def unusable(folder: Path, error: OSError) -> StartError:
    """The sentence for a folder that cannot be written to."""
    return StartError(
        f"The data folder {folder} cannot be used: {error.strerror or error}. "
        "Make it writable for the user that runs Turia, or choose another one with data_dir."
    )
