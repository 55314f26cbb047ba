"""Uploaded pictures: PNG and JPEG, told by their content, taken apart piece by piece and put together again.

What no browser needs to draw them is left out: places and names that cameras write, comments, and whatever hides behind
the end. Runs in the sandbox's child (:mod:`turia.venue.sandbox`), over bytes alone.
"""

from __future__ import annotations

import struct
import zlib
from pathlib import Path
from typing import Final

from turia.errors import BundleError

MAX_BYTES: Final = 1_048_576
MAX_SIDE: Final = 4_096
_PNG: Final = b"\x89PNG\r\n\x1a\n"
_JPEG: Final = b"\xff\xd8"
#: Chunks that change what is seen.
_CHUNKS: Final = frozenset({b"IHDR", b"PLTE", b"IDAT", b"IEND", b"tRNS", b"gAMA", b"cHRM", b"sRGB", b"iCCP", b"sBIT"})
_FRAMES: Final = frozenset({*range(0xC0, 0xC4), *range(0xC5, 0xC8), *range(0xC9, 0xCC), *range(0xCD, 0xD0)})
#: JFIF's head, colour profile and Adobe's colour transform are needed; other APPn and comments are not.
_DROPPED: Final = frozenset({0xE1, *range(0xE3, 0xEE), 0xEF, 0xFE})
_SCAN: Final = 0xDA
_END: Final = 0xD9


def clean_file(source: str, target: str) -> str:
    """Write the cleaned picture; its ending, ``png`` or ``jpg``. Raises BundleError with what to do."""
    data = Path(source).read_bytes()
    ending, cleaned = clean(data)
    Path(target).write_bytes(cleaned)
    return ending


def clean(data: bytes) -> tuple[str, bytes]:
    """(ending, picture). Raises BundleError (code ``picture``) with what to do."""
    if len(data) > MAX_BYTES:
        raise _wrong(f"The picture has {len(data):,} bytes; at most {MAX_BYTES:,} are taken. Make it smaller.")
    try:
        if data.startswith(_PNG):
            return "png", _clean_png(data)
        if data.startswith(_JPEG):
            return "jpg", _clean_jpeg(data)
    except (struct.error, IndexError):
        raise _wrong("The picture is cut off. Save it again and upload that.") from None
    raise _wrong("This is neither a PNG nor a JPEG picture. Save it as PNG and upload that.")


def _clean_png(data: bytes) -> bytes:
    out, at, first = bytearray(_PNG), len(_PNG), True
    while True:
        length, kind = struct.unpack_from(">I4s", data, at)
        end = at + 12 + length
        if end > len(data) or zlib.crc32(data[at + 4 : end - 4]) != struct.unpack_from(">I", data, end - 4)[0]:
            raise _wrong("The picture is damaged. Save it again and upload that.")
        if first != (kind == b"IHDR"):
            raise _wrong("The picture is damaged. Save it again and upload that.")
        if first:
            _check_sides(*struct.unpack_from(">II", data, at + 8))
        if kind in _CHUNKS:
            out += data[at:end]
        first, at = False, end
        if kind == b"IEND":
            return bytes(out)


def _clean_jpeg(data: bytes) -> bytes:
    out, at, sized = bytearray(_JPEG), len(_JPEG), False
    while True:
        marker, start, end = _segment(data, at)
        if marker in _FRAMES:
            height, width = struct.unpack_from(">HH", data, start + 4)
            _check_sides(width, height)
            sized = True
        if marker == _SCAN:
            last = data.rfind(bytes((0xFF, _END)), end)
            if last < 0 or not sized:
                raise _wrong("The picture is cut off. Save it again and upload that.")
            return bytes(out + bytes((0xFF,)) + data[start : last + 2])
        if marker not in _DROPPED:
            out += bytes((0xFF,)) + data[start:end]
        at = end


def _segment(data: bytes, at: int) -> tuple[int, int, int]:
    """(marker, where it stands, end) of the segment at ``at``; fill bytes before it are passed over."""
    start = at
    while data[start] == 0xFF:
        start += 1
    (length,) = struct.unpack_from(">H", data, start + 1)
    end = start + 1 + length
    if start == at or data[start] == _END or length < 2 or end > len(data):
        raise _wrong("The picture is damaged or empty. Save it again and upload that.")
    return data[start], start, end


def _check_sides(width: int, height: int) -> None:
    if not (0 < width <= MAX_SIDE and 0 < height <= MAX_SIDE):
        raise _wrong(f"The picture is {width:,} by {height:,} pixels; at most {MAX_SIDE:,} a side are taken.")


def _wrong(sentence: str) -> BundleError:
    return BundleError(sentence, code="picture")
