"""The signing key: 32 random bytes in the data folder, so that tokens and tickets outlive a restart."""

from __future__ import annotations

import os
import secrets
from pathlib import Path
from typing import Final

from turia.errors import StartError

KEY_BYTES: Final = 32
KEY_NAME: Final = "signing.key"


def signing_key(data_dir: Path) -> bytes:
    """The key of this data folder, made (mode 0600) on the first start. Raises StartError with what to do."""
    path = data_dir / KEY_NAME
    try:
        data_dir.mkdir(parents=True, exist_ok=True)
        if not path.exists():
            _create(path)
        key = path.read_bytes()
        mode = path.stat().st_mode
    except OSError as error:
        raise StartError(
            f"The data folder {data_dir} cannot be used: {error.strerror or error}. "
            "Make it writable for the user that runs Turia, or choose another one with data_dir."
        ) from None
    if len(key) != KEY_BYTES:
        raise StartError(
            f"{path} holds {len(key)} bytes instead of {KEY_BYTES}. Restore it from a backup, or delete it: "
            "a new one is made, and everybody has to enter again."
        )
    if mode & 0o077:
        raise StartError(f"{path} can be read by other users of this machine. Run: chmod 600 {path}")
    return key


def _create(path: Path) -> None:
    """Write the whole key under another name first: a crash in between leaves no half key."""
    draft = path.with_name(f"{KEY_NAME}.{secrets.token_hex(4)}")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(secrets.token_bytes(KEY_BYTES))
        file.flush()
        os.fsync(file.fileno())
    try:
        os.link(draft, path)  # fails if another process was first: then its key counts
    except FileExistsError:
        pass
    finally:
        draft.unlink()
