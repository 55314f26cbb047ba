"""Writes tests/golden/walk.json: the moves that the server's and the client's code are both held to.

The expected results come from the naive twin here (one mover, exact fractions), not from the code under test. Run this
file to write the vectors again.
"""

from __future__ import annotations

import json
from fractions import Fraction
from math import floor
from pathlib import Path
from typing import Any

from turia.testing.fields import Arrays, Surface, stacked
from turia.world.walkable import NONE, WalkField

GOLDEN = Path(__file__).parents[1] / "golden" / "walk.json"
ABOUT = [
    "Moves on a small walkable field: shared by tests/world/test_walkable.py and the client's tests.",
    "field: the arrays of walk.npz (docs/venue-format.md) as lists; count is a list of rows (iz), the",
    "rest are flat. The field is 12 x 12 cells of 0.25 m, low corner at (-1.5, -1.5). Room 1 is iz < 6,",
    "room 2 is iz > 6; a wall at iz = 6 has a door (index 0) at ix = 3 and 4 and an opening at ix = 10. A",
    "pillar stands at (ix 7, iz 2), two that touch at a corner at (ix 4, iz 3) and (ix 5, iz 4). Zone 0",
    "is ix < 3, iz < 3. A ramp climbs along +x in row iz = 9 from ix = 3 (20 cm) to ix = 8 (120 cm) to a",
    "gallery (layer 1, 130 cm) above ix >= 9, iz >= 8. cases: from {x, z, layer} and to {x, z} in metres;",
    "closed: indices of closed doors; forbidden: indices of zones the mover may not enter. reached: the",
    "surface the move ends on as {ix, iz, layer, surface} or null; blocked: null, wall, door or zone, in",
    "the way; last: the last surface before the obstacle (equal to reached when nothing is in the way).",
    "Rule: cross cell borders in order of the segment; where both axes are crossed at once (compare",
    "near_x * dz with near_z * dx, exactly), both ways around the corner must lead to the same surface. A",
    "cell holds [low, high) of its borders. A closed door or forbidden zone stops who would enter its",
    "cells from cells outside of it.",
]


def plan() -> list[list[list[Surface]]]:
    return [[_stack(ix, iz) for ix in range(12)] for iz in range(12)]


def _stack(ix: int, iz: int) -> list[Surface]:
    if (ix, iz) in {(7, 2), (4, 3), (5, 4)}:
        return []
    if iz == 6:
        if ix in (3, 4):
            return [Surface(0, 1, NONE, 0)]
        return [Surface(0, 1)] if ix == 10 else []
    if iz < 6:
        return [Surface(0, 1, 0 if ix < 3 and iz < 3 else NONE)]
    if iz == 9 and 3 <= ix <= 8:
        return [Surface(20 * (ix - 2), 2)]
    stack = [Surface(0, 2)]
    if ix >= 9 and iz >= 8:
        stack.append(Surface(130, 2))
    return stack


def arrays() -> Arrays:
    return stacked(plan(), origin=(-1.5, -1.5))


def walk(
    field: WalkField,
    surface: int,
    start: tuple[float, float],
    end: tuple[float, float],
    closed: set[int],
    forbidden: set[int],
) -> tuple[int, str]:
    """The naive twin of WalkField.sweep for one mover: (last surface, reason or "")."""
    u, w = _exact(field, start)
    u1, w1 = _exact(field, end)
    du, dw = u1 - u, w1 - w
    times: dict[Fraction, list[int]] = {}
    for way, a, d in ((0 if du > 0 else 1, u, du), (2 if dw > 0 else 3, w, dw)):
        for border in range(floor(min(a, a + d)) + 1, floor(max(a, a + d)) + 1):
            times.setdefault((border - a) / d, []).append(way)
    for time in sorted(times):
        ways = times[time]
        targets = {_along(field, surface, order) for order in ([ways, ways[::-1]] if len(ways) == 2 else [ways])}
        if len(targets) != 1 or -1 in targets:
            return surface, "wall"
        passed = [int(field.next_[way, surface]) for way in ways] if len(ways) == 2 else []
        target = targets.pop()
        for to in [target, *passed]:
            for ids, shut, why in ((field.door, closed, "door"), (field.zone, forbidden, "zone")):
                if int(ids[to]) in shut and ids[to] != ids[surface]:
                    return surface, why
        surface = target
    return surface, ""


def _along(field: WalkField, surface: int, ways: list[int]) -> int:
    for way in ways:
        surface = int(field.next_[way, surface]) if surface >= 0 else -1
    return surface


def _exact(field: WalkField, point: tuple[float, float]) -> tuple[Fraction, Fraction]:
    cell = Fraction(float(field.cell))
    return tuple((Fraction(v) - Fraction(float(o))) / cell for v, o in zip(point, field.origin, strict=True))  # type: ignore[return-value]


def _middle(ix: float, iz: float) -> tuple[float, float]:
    return -1.5 + (ix + 0.5) * 0.25, -1.5 + (iz + 0.5) * 0.25


#: name, (ix, iz, layer) from, (ix, iz) to, closed doors, forbidden zones; halves of cells are allowed.
MOVES: list[tuple[str, tuple[float, float, int], tuple[float, float], list[int], list[int]]] = [
    ("stands still", (1, 4, 0), (1, 4), [], []),
    ("within one cell", (1, 4, 0), (1.25, 4.25), [], []),
    ("one cell to +x", (0, 5, 0), (1, 5), [], []),
    ("one cell to -x", (1, 5, 0), (0, 5), [], []),
    ("one cell to +z", (8, 0, 0), (8, 1), [], []),
    ("one cell to -z", (8, 1, 0), (8, 0), [], []),
    ("far along a row", (0, 5, 0), (11, 5), [], []),
    ("far on a slant", (0, 4, 0), (3, 5), [], []),
    ("exactly through free corners", (8, 1, 0), (11, 4), [], []),
    ("exactly through free corners, back", (11, 4, 0), (8, 1), [], []),
    ("into a pillar", (6, 2, 0), (7, 2), [], []),
    ("through a pillar to the other side", (6, 2, 0), (8, 2), [], []),
    ("around the corner of a pillar is a wall", (6, 1, 0), (8, 3), [], []),
    ("between two pillars that touch", (4, 4, 0), (5, 3), [], []),
    ("past a pillar's corner exactly", (6, 2, 0), (7, 3), [], []),
    ("past a pillar's other corner exactly", (7, 1, 0), (6, 2), [], []),
    ("into the wall", (8, 5, 0), (8, 6), [], []),
    ("through the wall", (8, 5, 0), (8, 7), [], []),
    ("through the open door", (3, 5, 0), (3, 7), [], []),
    ("through the open door, slanting", (3, 5, 0), (4.25, 7), [], []),
    ("into the closed door", (3, 5, 0), (3, 6), [0], []),
    ("through the closed door", (3, 5, 0), (3, 7), [0], []),
    ("along the sill of the closed door", (3, 6, 0), (4, 6), [0], []),
    ("leaving the sill of the closed door", (3, 6, 0), (3, 7), [0], []),
    ("through the opening though the door is closed", (10, 5, 0), (10, 7), [0], []),
    ("from the door into its jamb", (4, 6, 0), (5, 6), [], []),
    ("cutting the jamb of the door", (4, 5, 0), (5, 7), [], []),
    ("into a free zone", (3, 1, 0), (1, 1), [], []),
    ("into a forbidden zone", (3, 1, 0), (1, 1), [], [0]),
    ("leaving a forbidden zone", (1, 1, 0), (4, 1), [], [0]),
    ("within a forbidden zone", (0, 0, 0), (2, 2), [], [0]),
    ("touching the corner of a forbidden zone", (3, 2, 0), (2, 3), [], [0]),
    ("up the ramp", (2, 9, 0), (8, 9), [], []),
    ("up the ramp onto the gallery", (2, 9, 0), (10, 9), [], []),
    ("down from the gallery", (10, 9, 1), (2, 9), [], []),
    ("across the gallery", (9, 8, 1), (11, 11), [], []),
    ("under the gallery", (9, 7, 0), (9, 10), [], []),
    ("over the edge of the gallery", (9, 8, 1), (9, 7), [], []),
    ("over the side of the ramp, high up", (6, 9, 0), (6, 8), [], []),
    ("over the side of the ramp, low down", (3, 9, 0), (3, 8), [], []),
    ("under the gallery into the ramp's end", (9, 9, 0), (8, 9), [], []),
    ("out of the field", (0, 4, 0), (-1, 4), [], []),
    ("out of the field to +z", (5, 11, 0), (5, 13), [], []),
    ("ends exactly on a border, going up", (8, 4, 0), (8.5, 4), [], []),
    ("ends exactly on a border, going down", (8, 4, 0), (7.5, 4), [], []),
    ("starts exactly on a border, going down", (7.5, 4, 0), (7, 4), [], []),
]


def vectors() -> dict[str, Any]:
    raw = arrays()
    field = WalkField.from_arrays(raw)
    cases = []
    for name, (ix, iz, layer), to, closed, forbidden in MOVES:
        start, end = _middle(ix, iz), _middle(*to)
        surface = int(field.first[floor(iz + 0.5) * 12 + floor(ix + 0.5)]) + layer
        last, why = walk(field, surface, start, end, set(closed), set(forbidden))
        case = {
            "name": name,
            "from": {"x": start[0], "z": start[1], "layer": layer},
            "to": {"x": end[0], "z": end[1]},
            "closed": closed,
            "forbidden": forbidden,
            "reached": None if why else _named(field, last),
            "blocked": why or None,
            "last": _named(field, last),
        }
        cases.append(case)
    return {"about": ABOUT, "field": {name: value.tolist() for name, value in raw.items()}, "cases": cases}


def _named(field: WalkField, surface: int) -> dict[str, int]:
    cell = int(field.cell_of[surface])
    return {"ix": cell % 12, "iz": cell // 12, "layer": int(field.layer[surface]), "surface": surface}


def text() -> str:
    """The file: one case and one array a line."""
    data = vectors()
    about = ",\n    ".join(json.dumps(line) for line in data["about"])
    field = ",\n    ".join(f"{json.dumps(k)}: {json.dumps(v)}" for k, v in data["field"].items())
    cases = ",\n    ".join(json.dumps(case) for case in data["cases"])
    return (
        f'{{\n  "about": [\n    {about}\n  ],\n  "field": {{\n    {field}\n  }},\n  "cases": [\n    {cases}\n  ]\n}}\n'
    )


if __name__ == "__main__":
    GOLDEN.write_text(text(), encoding="utf-8")
