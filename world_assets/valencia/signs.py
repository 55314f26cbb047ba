"""A stroke font of our own, and the sign boards that carry it; :mod:`lettering` makes pictures of the strokes.

Glyphs are strokes on a grid 4 wide and 6 high (capitals; small letters are 4 high). A stroke is a run of points, each
two characters: x, then y, where a and b stand for -1 and -2 below the line.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import numpy as np

from world_assets.valencia import materials as m
from world_assets.valencia.geometry import F64, Spot, box, placed
from world_assets.valencia.materials import Material
from world_assets.valencia.scene import Lettering, Scene

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
_GAP, _SPACE = 1.5, 2.6
#: Units of the grid that a capital is high.
CAPITAL: Final = 6.0


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
    return line_units(text) * height / CAPITAL


def line_units(line: str) -> float:
    """Width of a line in units of the grid."""
    return sum(_advance(c) for c in line) - _GAP


def line_strokes(line: str) -> list[F64]:
    """Strokes of a whole line on the grid, beginning at 0, the base line at 0."""
    x, placed_runs = 0.0, []
    for character in line:
        placed_runs += [run + np.array([x, 0.0]) for run in strokes(character)]
        x += _advance(character)
    return placed_runs


def write(
    scene: Scene,
    line: str,
    height: float,
    position: Spot,
    yaw: float,
    material: Material = m.LETTER,
) -> None:
    """Letters that look along ``yaw``."""
    scene.letters.append(Lettering(line, height, position, yaw, material))


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
                line,
                height,
                np.asarray(position, dtype=float) + front + [0.0, y, 0.0],
                yaw + turn,
                letters,
            )
