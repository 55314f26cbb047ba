"""Walks a msgpack value without building it: what a client sends is measured before anything is allocated. Pure.

A decoder alone is no guard: a frame of 16 KB can ask for thousands of maps, which cost 64 bytes each, or nest deeper
than the interpreter's stack. Of the extension types only type 0 passes (JavaScript's ``undefined`` and ArrayBuffers of
Node); :func:`without_undefined` turns the first into nil, because typed decoding knows no ``undefined``.
"""

from __future__ import annotations

from array import array
from typing import Final, NoReturn

from turia.errors import ProtocolViolation
from turia.protocol import limits
from turia.protocol.close_codes import CloseCode

_UNDEFINED: Final = b"\xd4\x00\x00"
_SCALAR: Final = {0xC0: 0, 0xC2: 0, 0xC3: 0, 0xCA: 4, 0xCB: 8, 0xCC: 1, 0xCD: 2, 0xCE: 4, 0xCF: 8}
_SCALAR.update({0xD0: 1, 0xD1: 2, 0xD2: 4, 0xD3: 8})
#: First byte: (bytes of the length, what it is).
_SIZED: Final = {
    0xC4: (1, "bin"),
    0xC5: (2, "bin"),
    0xC6: (4, "bin"),
    0xC7: (1, "ext"),
    0xC8: (2, "ext"),
    0xC9: (4, "ext"),
    0xD9: (1, "str"),
    0xDA: (2, "str"),
    0xDB: (4, "str"),
    0xDC: (2, "array"),
    0xDD: (4, "array"),
    0xDE: (2, "map"),
    0xDF: (4, "map"),
}
_FIXED_EXT: Final = {0xD4: 1, 0xD5: 2, 0xD6: 4, 0xD7: 8, 0xD8: 16}
#: Longest of each; "bin" and "ext" are up to who asks.
_LIMIT: Final = {
    "str": limits.MAX_STR_LEN,
    "array": limits.MAX_ARRAY_LEN,
    "map": limits.MAX_MAP_LEN,
}


def check(frame: bytes, *, max_bin: int = limits.MAX_BIN_LEN) -> None:
    """Raise ProtocolViolation unless ``frame`` is exactly one msgpack value within :mod:`turia.protocol.limits`;
    ``max_bin``: bytes of its longest binary value."""
    _walk(frame, max_bin)


def without_undefined(frame: bytes) -> bytes:
    """``frame`` (checked before) with every JavaScript ``undefined`` replaced by nil."""
    if _UNDEFINED not in frame:
        return frame
    out = bytearray()
    end = 0
    for position in _walk(frame, len(frame)):
        out += frame[end:position] + b"\xc0"
        end = position + len(_UNDEFINED)
    return bytes(out + frame[end:])


def _walk(frame: bytes, max_bin: int) -> array[int]:
    """Positions of every ``undefined``; ``open_items``: how many values each open container still needs."""
    position = 0
    values = 0
    open_items = [1]
    undefined = array("H")  # positions in a frame of 16 KB; a list would weigh more than the frame
    while open_items:
        if open_items[-1] == 0:
            open_items.pop()
            continue
        open_items[-1] -= 1
        values += 1
        if values > limits.MAX_VALUES:
            _refuse(f"more than {limits.MAX_VALUES} values")
        if frame[position : position + 3] == _UNDEFINED:
            undefined.append(position)
        position, children = _value(frame, position, max_bin)
        if children:
            if len(open_items) > limits.MAX_DEPTH:
                _refuse(f"nested deeper than {limits.MAX_DEPTH}")
            open_items.append(children)
    if position != len(frame):
        _refuse("bytes after its end")
    return undefined


def _value(frame: bytes, position: int, max_bin: int) -> tuple[int, int]:
    """End of the head or scalar at ``position``, and how many values it contains."""
    if position >= len(frame):
        _refuse("an end before its last value")
    first = frame[position]
    if first < 0xC0 or first >= 0xE0:
        return _short(frame, position, first)
    if first in _SCALAR:
        return _bytes(frame, position + 1, _SCALAR[first]), 0
    if first in _FIXED_EXT:
        return _extension(frame, position + 1, _FIXED_EXT[first]), 0
    if first not in _SIZED:
        _refuse(f"the unknown type byte {first:#04x}")
    width, kind = _SIZED[first]
    start = _bytes(frame, position + 1, width)
    length = int.from_bytes(frame[position + 1 : start], "big")
    most = _LIMIT.get(kind, max_bin)
    if length > most:
        _refuse(f"{kind} of {length}, at most {most} pass")
    if kind == "ext":
        return _extension(frame, start, length), 0
    if kind in ("str", "bin"):
        return _bytes(frame, start, length), 0
    return start, length if kind == "array" else 2 * length


def _short(frame: bytes, position: int, first: int) -> tuple[int, int]:
    """Small integers, maps, arrays and strings, whose first byte holds all there is to know."""
    if first < 0x80 or first >= 0xE0:
        return position + 1, 0
    if first < 0x90:
        return position + 1, 2 * (first & 0x0F)
    if first < 0xA0:
        return position + 1, first & 0x0F
    return _bytes(frame, position + 1, first & 0x1F), 0


def _extension(frame: bytes, start: int, length: int) -> int:
    data = _bytes(frame, start, 1)
    if frame[start] != 0:
        _refuse(f"the extension type {frame[start]}, only type 0 passes")
    return _bytes(frame, data, length)


def _bytes(frame: bytes, start: int, length: int) -> int:
    end = start + length
    if end > len(frame):
        _refuse("an end before its last value")
    return end


def _refuse(what: str) -> NoReturn:
    raise ProtocolViolation("malformed", f"The frame has {what}.", close_code=CloseCode.MALFORMED)
