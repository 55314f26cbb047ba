"""Lines of text as pictures: one atlas for all signs, so that letters stay readable from afar and on slow devices.

What lost: strokes as triangles. They are sharp from near, but a few pixels wide letters of them break up where the
picture has no antialiasing ("Entronce"); a texture with mipmaps turns grey instead.
"""

from __future__ import annotations

import struct
import zlib
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from world_assets.valencia.geometry import F64, Surface
from world_assets.valencia.signs import CAPITAL, line_strokes, line_units

#: Pixels a capital is high, and the widest atlas.
CAPITAL_PX, ATLAS_PX = 44, 2048
#: Grid units about a line: descenders reach 2 below; the rest keeps neighbours apart in small mipmaps.
_LOW, _HIGH, _ASIDE = -3.4, 7.7, 1.3
_WEIGHT = 0.95
_SCALE = CAPITAL_PX / CAPITAL


@dataclass(frozen=True, slots=True)
class Atlas:
    """Opacity uint8 (h, w), rows from the top, and the corners of each line in it: u0, v0, u1, v1."""

    opacity: NDArray[np.uint8]
    place: dict[str, tuple[float, float, float, float]]


def picture_of(line: str) -> NDArray[np.uint8]:
    """Opacity of a line, uint8 (h, w), rows from the top."""
    wide = int(np.ceil((line_units(line) + 2 * _ASIDE) * _SCALE))
    tall = int(np.ceil((_HIGH - _LOW) * _SCALE))
    x: F64 = (np.arange(wide, dtype=np.float64) + 0.5) / _SCALE - _ASIDE
    y: F64 = _HIGH - (np.arange(tall, dtype=np.float64) + 0.5) / _SCALE
    nearest = np.full((tall, wide), np.inf)
    for run in line_strokes(line):
        for a, b in pairwise(run):
            low, high = np.minimum(a, b) - 1.5, np.maximum(a, b) + 1.5
            columns = np.flatnonzero((x >= low[0]) & (x <= high[0]))
            rows = np.flatnonzero((y >= low[1]) & (y <= high[1]))
            part = nearest[np.ix_(rows, columns)]
            nearest[np.ix_(rows, columns)] = np.minimum(part, _to_segment(x[columns], y[rows], a, b))
    inside = (_WEIGHT / 2 - nearest) * _SCALE
    return np.round(np.clip(inside + 0.5, 0, 1) * 255).astype(np.uint8)


def _to_segment(x: F64, y: F64, a: F64, b: F64) -> F64:
    """Distances (len(y), len(x)) from points to a segment."""
    along = b - a
    t = np.clip(((x[None] - a[0]) * along[0] + (y[:, None] - a[1]) * along[1]) / (along @ along), 0, 1)
    return np.asarray(np.hypot(x[None] - a[0] - t * along[0], y[:, None] - a[1] - t * along[1]))


def atlas_of(lines: Iterable[str]) -> Atlas:
    """All lines in one picture, the longest first, on shelves of the same height."""
    pictures = {line: picture_of(line) for line in dict.fromkeys(lines)}
    tall = max(picture.shape[0] for picture in pictures.values())
    corner: dict[str, tuple[int, int]] = {}
    shelves: list[int] = []
    for line in sorted(pictures, key=lambda line: (-pictures[line].shape[1], line)):
        wide = pictures[line].shape[1]
        shelf = next((k for k, used in enumerate(shelves) if used + wide <= ATLAS_PX), len(shelves))
        if shelf == len(shelves):
            shelves.append(0)
        corner[line] = (shelves[shelf], shelf * tall)
        shelves[shelf] += wide
    # sides that are powers of two: some readers want them for mipmaps
    width, height = _power_of_two(max(shelves)), _power_of_two(len(shelves) * tall)
    opacity = np.zeros((height, width), np.uint8)
    place = {}
    for line, (x, y) in corner.items():
        high, wide = pictures[line].shape
        opacity[y : y + high, x : x + wide] = pictures[line]
        place[line] = (x / width, y / height, (x + wide) / width, (y + high) / height)
    return Atlas(opacity, place)


def _power_of_two(least: int) -> int:
    return 1 << (least - 1).bit_length()


def quad(line: str, height: float) -> Surface:
    """The rectangle of a line about the origin in the plane z = 0, to be read from +Z, the capitals centred."""
    unit = height / CAPITAL
    wide = np.ceil((line_units(line) + 2 * _ASIDE) * _SCALE) / _SCALE
    tall = np.ceil((_HIGH - _LOW) * _SCALE) / _SCALE
    left = -line_units(line) / 2 - _ASIDE
    top = _HIGH - CAPITAL / 2
    x, y = (left * unit, (left + wide) * unit), ((top - tall) * unit, top * unit)
    vertices = np.array([[x[0], y[0], 0.0], [x[1], y[0], 0.0], [x[1], y[1], 0.0], [x[0], y[1], 0.0]])
    return vertices, np.array([[0, 1, 2], [0, 2, 3]])


def quad_uv(place: tuple[float, float, float, float]) -> F64:
    """Texture coordinates (4, 2) of a :func:`quad`'s vertices."""
    u0, v0, u1, v1 = place
    return np.array([[u0, v1], [u1, v1], [u1, v0], [u0, v0]])


def png(opacity: NDArray[np.uint8]) -> bytes:
    """White of this opacity as a PNG (grey with alpha, 8 bits each)."""
    height, width = opacity.shape
    pixels = np.full((height, width, 2), 255, np.uint8)
    pixels[:, :, 1] = opacity
    rows = np.concatenate([np.zeros((height, 1), np.uint8), pixels.reshape(height, -1)], axis=1)
    header = struct.pack(">IIBBBBB", width, height, 8, 4, 0, 0, 0)
    body = _chunk(b"IHDR", header) + _chunk(b"IDAT", zlib.compress(rows.tobytes(), 9)) + _chunk(b"IEND", b"")
    return b"\x89PNG\r\n\x1a\n" + body


def _chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
