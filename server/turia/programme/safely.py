"""Reads untrusted files of programmes in a child process with limits of memory, processor time and wall clock."""

from __future__ import annotations

import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Final

import msgspec

from turia.errors import BundleError, Refused
from turia.event.imported import ImportedFile
from turia.programme.reader import MOST_BYTES, too_large
from turia.venue import sandbox

LIMITS: Final = sandbox.Limits(memory_bytes=1024**3, cpu_s=30, wall_s=60.0, file_bytes=64 * 1024**2)
_LONGEST_NAME: Final = 100


def read_file(data: bytes, name: str, zone: str, mapping: Mapping[str, str] | None = None) -> ImportedFile:
    """:func:`turia.programme.reader.read` in a child; blocks until it is done. Raises Refused (``bad_file``)."""
    name = Path(name).name[:_LONGEST_NAME] or "The file"
    if len(data) > MOST_BYTES:
        raise too_large(name, len(data))
    with tempfile.NamedTemporaryFile(prefix="turia-programme-") as file:
        file.write(data)
        file.flush()
        arguments = {"path": file.name, "name": name, "zone": zone, "mapping": dict(mapping or {})}
        try:
            found = sandbox.call("turia.programme.reader:read_to_builtins", arguments, LIMITS)
        except BundleError as error:
            raise Refused("bad_file", error.message) from None
    return msgspec.convert(found, ImportedFile)
