"""Where one is best put in a room or before a thing: well inside, facing what there is to see, spread for many.

Worked out once for a building. A *view* is a surface of the walkable field and a yaw (256 steps). Lists of views are in
order of merit; people are spread over them by slot, so the same person finds the same place again.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from turia.world.layout import Layout, Point, Polygon
from turia.world.walkable import F64, I32, NONE, WalkField

#: How far from the outline of the room (m) and from anything in the way (cells), the best first.
_OPEN: Final = ((3.0, 6), (2.0, 4), (1.0, 2), (0.0, 0))
#: The same in a room with a stage or screen, whose aisles are narrow; the view from behind the back needs some metres.
_HALL: Final = ((3.6, 2), (2.4, 2), (1.6, 2), (0.8, 1), (0.0, 0))
_MOST_CLEAR_CELLS: Final = 8
_SPACING_M: Final = 1.0
_SPREAD_M: Final = 10.0
#: People are spread as far as this from the outline and from what is in the way, metres and cells.
_SPREAD_OPEN: Final = ((0.8, 2), (0.0, 0))
_MOST_VIEWS: Final = 64
_DIRECTIONS: Final = 32
#: Before a thing: aside and back from the middle, metres; the first is where nobody stands beside one.
_BEFORE: Final = ((0, 0), (-0.9, 0.2), (0.9, 0.2), (0, 0.9), (-1.7, 0.6), (1.7, 0.6), (-0.9, 1.2), (0.9, 1.2))
#: How far before a solid thing one stands; the thing itself is looked at this far ahead.
BEFORE_M: Final = 1.5
_NEAREST_M: Final = 0.3


@dataclass(frozen=True, slots=True)
class View:
    """A surface to stand on, and a yaw."""

    surface: int
    yaw: int


def clearance(field: WalkField) -> NDArray[np.uint8]:
    """Cells uint8 (m,) that are free on all sides of each surface within its room, at most 8; 0 beside a wall."""
    clear = np.zeros(len(field.height), np.uint8)
    free = np.ones(len(field.height) + 1, np.bool_)
    free[-1] = False
    inner = np.ones(len(field.height), np.bool_)
    for targets in field.next_:
        inner &= (targets >= 0) & (field.room[targets] == field.room)
    free[:-1] = inner
    for _ in range(_MOST_CLEAR_CELLS):
        clear += free[:-1]
        shrunk = free[:-1].copy()
        for targets in field.next_:
            shrunk &= free[targets]
        free[:-1] = shrunk
    return clear


def of_room(layout: Layout, field: WalkField, room: int, clear: NDArray[np.uint8]) -> list[View]:
    """Views of a room with an outline: at the back with its stage or screen in view, else in its widest place."""
    ids = np.flatnonzero((field.room == room) & (field.door == NONE) & (field.zone == NONE)).astype(np.int32)
    polygon = layout.rooms[room].polygon
    if not ids.size or not polygon:
        return []
    sight = _sight(layout, room)
    best, walls = _inside(field, ids, polygon, clear, _OPEN if sight is None else _HALL)
    spread, _ = _inside(field, ids, polygon, clear, _SPREAD_OPEN)
    x, _, z = field.middle(best)
    if sight is None:
        middle = np.hypot(x - x.mean(), z - z.mean())
        merit = np.minimum(walls, 5.0) + 0.25 * clear[best] - 0.05 * middle
        at = int(best[merit.argmax()])
        yaw = _longest(polygon, *_place(field, at))
        return [View(int(surface), yaw) for surface in _spread(field, spread, at)]
    (sx, sz), (nx, nz) = sight
    merit = (x - sx) * nx + (z - sz) * nz - np.abs((x - sx) * nz - (z - sz) * nx)
    return _facing(field, _spread(field, spread, int(best[merit.argmax()])), sx, sz)


def before(field: WalkField, point: Point, yaw: float, clear: NDArray[np.uint8]) -> list[View]:
    """Views of what one looks at from ``point`` with ``yaw``; further back where the point itself is not walkable.

    Those where there is some room around one come first.
    """
    ahead = _ahead(yaw)
    back = 0.0 if field.nearest(*point, reach=_NEAREST_M) >= 0 else BEFORE_M
    surfaces: list[int] = []
    for aside, behind in _BEFORE:
        x = point[0] - (back + behind) * ahead[0] - aside * ahead[1]
        z = point[2] - (back + behind) * ahead[1] + aside * ahead[0]
        surface = field.nearest(x, point[1], z, reach=_NEAREST_M)
        if surface >= 0 and surface not in surfaces:
            surfaces.append(surface)
    reach = BEFORE_M - back
    surfaces.sort(key=lambda surface: -min(int(clear[surface]), 2))
    target = (point[0] + reach * ahead[0], point[2] + reach * ahead[1])
    return _facing(field, np.array(surfaces, np.int32), *target)


def _sight(layout: Layout, room: int) -> tuple[tuple[float, float], tuple[float, float]] | None:
    """Place of the screen or lectern (x, z) and the direction in which it is seen from afar."""
    looked_at = [(screen.position, screen.yaw) for screen in layout.screens if screen.room == room]
    looked_at += [(stage.lectern, float(stage.yaw)) for stage in layout.stages if stage.room == room]
    if not looked_at:
        return None
    (x, _, z), yaw = looked_at[0]
    return (x, z), _ahead(yaw)


def _inside(
    field: WalkField, ids: I32, polygon: Polygon, clear: NDArray[np.uint8], tries: tuple[tuple[float, int], ...]
) -> tuple[I32, F64]:
    """Those of ``ids`` that are the farthest from everything in the way, and their metres to the outline."""
    for wall, cells in tries:
        kept = ids[clear[ids] >= cells]
        if not kept.size:
            continue
        x, _, z = field.middle(kept)
        walls = _to_outline(polygon, x, z)
        far = walls >= wall
        if far.any():
            return kept[far], walls[far]
    raise AssertionError("the last try keeps everything")


def _to_outline(polygon: Polygon, x: F64, z: F64) -> F64:
    """Metres float64 (n,) from each point to the nearest side."""
    nearest = np.full(len(x), np.inf)
    for (ax, az), (bx, bz) in _sides(polygon):
        ex, ez = bx - ax, bz - az
        t = np.clip(((x - ax) * ex + (z - az) * ez) / (ex * ex + ez * ez), 0.0, 1.0)
        np.minimum(nearest, np.hypot(x - ax - t * ex, z - az - t * ez), out=nearest)
    return nearest


def _sides(polygon: Polygon) -> list[tuple[tuple[float, float], tuple[float, float]]]:
    """Pairs of neighbouring corners that differ."""
    ends = zip(polygon, polygon[1:] + polygon[:1], strict=True)
    return [(a, b) for a, b in ends if a != b]


def _longest(polygon: Polygon, x: float, z: float) -> int:
    """The yaw in which the outline is farthest away: one looks along a foyer, not at its wall."""
    reach = []
    for step in range(_DIRECTIONS):
        dx, dz = _ahead(step * 256 / _DIRECTIONS)
        hits = [np.inf]
        for (ax, az), (bx, bz) in _sides(polygon):
            ex, ez = bx - ax, bz - az
            across = dx * ez - dz * ex
            if abs(across) < 1e-9:
                continue
            far = ((ax - x) * ez - (az - z) * ex) / across
            along = ((ax - x) * dz - (az - z) * dx) / across
            if far >= 0 and 0 <= along <= 1:
                hits.append(far)
        reach.append(min(hits))
    return int(np.argmax(reach)) * 256 // _DIRECTIONS


def _spread(field: WalkField, ids: I32, at: int) -> I32:
    """Surfaces of ``ids`` about the surface ``at``, the nearest first, an arm's length apart."""
    x, _, z = field.middle(ids)
    mx, mz = _place(field, at)
    away = np.hypot(x - mx, z - mz)
    left = np.argsort(away, kind="stable")
    left = left[away[left] <= _SPREAD_M]
    taken: list[int] = []
    while left.size and len(taken) < _MOST_VIEWS:
        first = int(left[0])
        taken.append(first)
        left = left[np.hypot(x[left] - x[first], z[left] - z[first]) >= _SPACING_M]
    return ids[taken]


def _place(field: WalkField, surface: int) -> tuple[float, float]:
    x, _, z = field.middle(np.array([surface], np.int32))
    return float(x[0]), float(z[0])


def _facing(field: WalkField, surfaces: I32, tx: float, tz: float) -> list[View]:
    x, _, z = field.middle(surfaces)
    yaws = np.rint(np.arctan2(x - tx, z - tz) * 128 / np.pi).astype(int) % 256
    return [View(int(surface), int(yaw)) for surface, yaw in zip(surfaces, yaws, strict=True)]


def _ahead(yaw: float) -> tuple[float, float]:
    """Direction (x, z) of a yaw; 0 looks along -Z."""
    turn = 2 * np.pi * yaw / 256
    return -float(np.sin(turn)), -float(np.cos(turn))
