"""The GLB container: header, chunks and JSON, read from untrusted bytes and written back.

Nothing outside the file is ever followed: a ``uri`` that names another file is an error. ``docs/venue-format.md`` says
what a venue holds; :mod:`turia.venue.gltf` checks what the JSON says against the bytes.
"""

from __future__ import annotations

import struct
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any, Final

import msgspec

from turia.errors import BundleError

#: Bytes of a file that is looked at; a venue that browsers load is a hundred times smaller.
MAX_GLB_BYTES: Final = 256 * 1024 * 1024
MAX_JSON_BYTES: Final = 32 * 1024 * 1024
#: Far deeper than any material or extension, and far from the end of the stack of those who walk through it.
MAX_JSON_DEPTH: Final = 64
#: Where a ``uri`` is text for people.
_FREE: Final = ("/extras", "/OMI_link")
_MAGIC: Final = 0x46546C67
_JSON: Final = 0x4E4F534A
_BIN: Final = 0x004E4942
_HEADER: Final = struct.Struct("<III")
_CHUNK: Final = struct.Struct("<II")

Json = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Glb:
    """The two halves of a GLB: its JSON as a dictionary and its binary chunk (empty when there is none)."""

    json: Json
    binary: bytes


def read_glb(data: bytes) -> Glb:
    """Split and decode a GLB. Raises BundleError: what is wrong with the container, or where a reference leads out."""
    chunks = list(_chunks(data))
    if not chunks or chunks[0][0] != _JSON:
        raise BundleError("The GLB has no JSON chunk at its start; export it again as glTF 2.0 binary (.glb).")
    document = _decode(chunks[0][1])
    binary = chunks[1][1] if len(chunks) > 1 and chunks[1][0] == _BIN else b""
    _refuse_references(document)
    return Glb(document, binary)


def write_glb(glb: Glb) -> bytes:
    """Bytes of a GLB; chunks are padded to four bytes as the format asks. The same input gives the same bytes."""
    text = msgspec.json.encode(glb.json)
    text += b" " * (-len(text) % 4)
    binary = glb.binary + b"\0" * (-len(glb.binary) % 4)
    parts = [_CHUNK.pack(len(text), _JSON), text]
    if binary:
        parts += [_CHUNK.pack(len(binary), _BIN), binary]
    return _HEADER.pack(_MAGIC, 2, _HEADER.size + sum(map(len, parts))) + b"".join(parts)


def _chunks(data: bytes) -> Iterator[tuple[int, bytes]]:
    if len(data) > MAX_GLB_BYTES:
        raise BundleError(
            f"The GLB has {len(data):,} bytes; at most {MAX_GLB_BYTES:,} are read. Make textures smaller."
        )
    if len(data) < _HEADER.size:
        raise BundleError("The file is too short to be a GLB; it may have been cut off while copying.")
    magic, version, length = _HEADER.unpack_from(data)
    if magic != _MAGIC:
        raise BundleError("The file is not a GLB (it does not begin with 'glTF'); export it as glTF 2.0 binary (.glb).")
    if version != 2:
        raise BundleError(f"The GLB is of version {version}; only glTF 2.0 is read. Export it again as glTF 2.0.")
    if length > len(data):
        raise BundleError(f"The GLB is cut off: it should have {length:,} bytes and has {len(data):,}. Copy it again.")
    offset = _HEADER.size
    while offset + _CHUNK.size <= length:
        size, kind = _CHUNK.unpack_from(data, offset)
        offset += _CHUNK.size
        if size > length - offset:
            raise BundleError(
                f"A chunk of the GLB says {size:,} bytes where {length - offset:,} are left; the file is broken."
            )
        yield kind, data[offset : offset + size]
        offset += size + (-size % 4)


def _decode(text: bytes) -> Json:
    if len(text) > MAX_JSON_BYTES:
        raise BundleError(f"The JSON of the GLB has {len(text):,} bytes; at most {MAX_JSON_BYTES:,} are read.")
    try:
        document = msgspec.json.decode(text)
    except (ValueError, RecursionError) as error:
        raise BundleError(f"The JSON of the GLB cannot be read ({error}); export it again.") from error
    if not isinstance(document, dict):
        raise BundleError("The JSON of the GLB is not an object; export it again.")
    return document


def _refuse_references(document: Json) -> None:
    """Any ``uri`` is refused, in extensions too; only ``extras`` and the hints of OMI_link are free text."""
    stack: list[tuple[str, object, int]] = [("", document, 0)]
    while stack:
        path, value, depth = stack.pop()
        if depth > MAX_JSON_DEPTH:
            raise BundleError(f"{path} is nested more than {MAX_JSON_DEPTH} deep; export it again.")
        if isinstance(value, dict):
            if isinstance(value.get("uri"), str) and not path.endswith(_FREE):
                raise BundleError(
                    f"{path or 'the document'} refers to another file ({value['uri'][:60]!r}), which is never followed;"
                    " pack everything into the GLB."
                )
            items: Iterable[tuple[Any, object]] = value.items()
        else:
            items = enumerate(value) if isinstance(value, list) else ()
        stack += [
            (path if path.endswith(_FREE) else f"{path}/{key}"[:200], item, depth + 1)
            for key, item in items
            if isinstance(item, dict | list)
        ]
