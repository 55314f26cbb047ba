"""Forms with files (``multipart/form-data``), taken apart within bounds. Pure."""

from __future__ import annotations

import re
from typing import Final

import msgspec

from turia.errors import Refused

_MOST_PARTS: Final = 20
_LONGEST_HEAD: Final = 4_096
_BOUNDARY: Final = re.compile(r'boundary="?([A-Za-z0-9\'()+_,./:=? -]{1,70})"?\s*(?:;|$)')
_NAME: Final = re.compile(r';\s*name="((?:[^"\\]|\\.)*)"')
_FILE: Final = re.compile(r';\s*filename="((?:[^"\\]|\\.)*)"')


class Part(msgspec.Struct, frozen=True):
    """A field of a form; ``file``: the name of the file, "" for plain text."""

    name: str
    file: str
    data: bytes


def parts(content_type: str, body: bytes) -> dict[str, Part]:
    """The fields of a form by their names. Raises Refused (``bad_request``)."""
    found = _BOUNDARY.search(content_type)
    if found is None:
        raise _broken("it names no boundary")
    pieces = (b"\r\n" + body).split(b"\r\n--" + found[1].strip().encode("ascii"))
    if len(pieces) > _MOST_PARTS + 2:
        raise _broken(f"it has more than {_MOST_PARTS} fields")
    if len(pieces) < 3 or not pieces[-1].startswith(b"--"):
        raise _broken("it ends too early")
    return {part.name: part for part in map(_part, pieces[1:-1])}


def _part(piece: bytes) -> Part:
    head, gap, data = piece.partition(b"\r\n\r\n")
    if not gap or len(head) > _LONGEST_HEAD:
        raise _broken("a field has no head")
    for line in head.decode("utf-8", "replace").split("\r\n"):
        if line.lower().startswith("content-disposition:"):
            name, file = _NAME.search(line), _FILE.search(line)
            if name is not None:
                return Part(name[1], file[1] if file else "", data)
    raise _broken("a field has no name")


def _broken(why: str) -> Refused:
    return Refused("bad_request", f"The form cannot be read: {why}. Send the file again.")
