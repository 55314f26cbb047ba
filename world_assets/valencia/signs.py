"""Lettering as geometry: a stroke font of our own, and the sign boards that carry it.

Glyphs are strokes on a grid 4 wide and 6 high (capitals; small letters are 4 high). A stroke is a run of points, each
two characters: x, then y, where a and b stand for -1 and -2 below the line.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from world_assets.valencia import materials as m
from world_assets.valencia.geometry import F64, Spot, Surface, box, join, placed
from world_assets.valencia.materials import Material
from world_assets.valencia.scene import Scene

GLYPHS = {
    "A": "000416364440 0242", "B": "00063645443303 3342413000", "C": "4536160501103041", "D": "00062644422000",
    "E": "46060040 0333", "F": "460600 0333", "G": "45361605011030414323", "H": "0006 4046 0343", "I": "0006",
    "J": "3631201001", "K": "0006 4603 0340", "L": "060040", "M": "0006234640", "N": "00064046",
    "O": "103041453616050110", "P": "00063645443303", "Q": "103041453616050110 2240", "R": "00063645443303 2340",
    "S": "453616050413334241301001", "T": "0646 2620", "U": "060110304146", "V": "062046", "W": "0610243046",
    "X": "0046 0640", "Y": "062346 2320", "Z": "06460040",
    "a": "3034 3324140301102031", "b": "0006 0314243331201001", "c": "3324140301102031", "d": "3036 3324140301102031",
    "e": "02323324140301102031", "f": "261510 0424", "g": "343a2b1b0a 3324140301102031", "h": "0006 0314243330",
    "i": "0004 0506", "j": "141a0b 1516", "k": "0006 3401 1230", "l": "0006", "m": "0004 03142320 23344340",
    "n": "0004 0314243330", "o": "102031332414030110", "p": "0b04 0314243331201001", "q": "3b34 3324140301102031",
    "r": "0004 031424", "s": "33241403122231201001", "t": "161120 0424", "u": "0401102031 3034", "v": "042044",
    "w": "0410233044", "x": "0034 0430", "y": "0420 441b", "z": "04340030",
    "0": "103041453616050110", "1": "051610", "2": "05163645440040", "3": "05163645443313 334241301001",
    "4": "30360242", "5": "460603334241301001", "6": "4536160501103041423303", "7": "064610",
    "8": "13040516364544331302011030414233", "9": "0110304145361605041343",
    ".": "0001", ",": "110a", ":": "0001 0304", "-": "0222", "/": "0046", "'": "0506", ">": "0343 254321",
    "<": "0343 250321", "^": "2026 042644", "+": "0343 2125",
}  # fmt: skip
_DEPTH = {"a": -1, "b": -2}
_GAP, _SPACE, _CAPITAL, _WEIGHT = 1.5, 2.6, 6.0, 0.85


def strokes(character: str) -> list[F64]:
    """Strokes of a character as arrays (n, 2) on the grid; none for a space. Raises ValueError for an unknown one."""
    if character == " ":
        return []
    if character not in GLYPHS:
        raise ValueError(f"the stroke font has no {character!r}; add it to GLYPHS or write it differently")
    return [
        np.array([[int(x), _DEPTH.get(y) or int(y)] for x, y in zip(run[::2], run[1::2], strict=True)], dtype=float)
        for run in GLYPHS[character].split()
    ]


def _advance(character: str) -> float:
    runs = strokes(character)
    return _SPACE if not runs else max(float(run[:, 0].max()) for run in runs) + _GAP


def text_width(text: str, height: float) -> float:
    """Width of a line of text in metres; ``height`` is that of the capitals."""
    return (sum(_advance(c) for c in text) - _GAP) * height / _CAPITAL


def text(line: str, height: float) -> Surface:
    """A line of text about the origin in the plane z = 0, to be read from +Z, centred both ways."""
    scale = height / _CAPITAL
    x = -text_width(line, height) / 2 / scale
    parts = []
    for character in line:
        parts += [_stroke((run + np.array([x, -_CAPITAL / 2])) * scale, _WEIGHT * scale) for run in strokes(character)]
        x += _advance(character)
    return join(parts)


def _stroke(run: F64, weight: float) -> Surface:
    a, b = run[:-1], run[1:]
    along = b - a
    along /= np.linalg.norm(along, axis=1, keepdims=True)
    across = np.column_stack([-along[:, 1], along[:, 0]]) * weight / 2
    over = along * weight * 0.45
    corners = np.stack([a - over - across, b + over - across, b + over + across, a - over + across], axis=1).reshape(
        -1, 2
    )
    vertices = np.column_stack([corners, np.zeros(len(corners))])
    faces = (np.arange(len(a))[:, None, None] * 4 + np.array([[0, 1, 2], [0, 2, 3]])).reshape(-1, 3)
    return vertices, faces


def write(
    scene: Scene,
    zone: str,
    line: str,
    height: float,
    position: Spot,
    yaw: float,
    material: Material = m.LETTER,
) -> None:
    """Letters that look along ``yaw``."""
    scene.show(zone, material, placed(text(line, height), position, yaw + np.pi))


def board(
    scene: Scene, zone: str, lines: Sequence[str], height: float, position: Spot, yaw: float,
    *, back: Material = m.SIGN, letters: Material = m.LETTER, both: bool = False, width: float | None = None,
) -> None:  # fmt: skip
    """A board with lines of text about ``position``; ``both`` sides are lettered if asked."""
    pitch = height * 1.75
    wide = width or max(text_width(line, height) for line in lines) + height * 1.6
    tall = pitch * (len(lines) - 1) + height * 2.2
    plate = box((-wide / 2, wide / 2), (-tall / 2, tall / 2), (-0.03, 0.03), bottom=True)
    scene.show(zone, back, placed(plate, position, yaw))
    for turn in (0.0, np.pi) if both else (0.0,):
        for number, line in enumerate(lines):
            y = pitch * ((len(lines) - 1) / 2 - number)
            front = np.array([-np.sin(yaw + turn), 0.0, -np.cos(yaw + turn)]) * 0.036
            write(
                scene,
                zone,
                line,
                height,
                np.asarray(position, dtype=float) + front + [0.0, y, 0.0],
                yaw + turn,
                letters,
            )
