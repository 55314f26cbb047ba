"""Floors and ceilings cut into square tiles, so that baked light varies over them without slivers."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import NDArray

from world_assets.valencia.geometry import F64, Surface, counter_clockwise, face_up, join

Point = tuple[float, float]


def tiled(polygon: F64, y: float, size: float) -> Surface:
    """A flat floor at height ``y`` over a plan polygon, facing up, of tiles ``size`` metres wide; cut at the edge."""
    low = np.floor(polygon.min(axis=0) / size).astype(int)
    high = np.ceil(polygon.max(axis=0) / size).astype(int)
    columns, rows = (np.arange(low[k], high[k]) for k in range(2))
    x, z = (v.ravel() for v in np.meshgrid(columns, rows, indexing="ij"))
    edge = _touched(polygon, size)
    whole = inside(polygon, (x + 0.5) * size, (z + 0.5) * size)
    parts: list[Surface] = []
    full = [k for k in range(len(x)) if whole[k] and (x[k], z[k]) not in edge]
    if full:
        corner = np.array([[0, 0], [0, 1], [1, 1], [1, 0]])
        cells = (np.column_stack([x[full], z[full]])[:, None] + corner[None]).reshape(-1, 2) * size
        faces = (np.arange(len(full))[:, None, None] * 4 + np.array([[0, 1, 2], [0, 2, 3]])).reshape(-1, 3)
        parts.append((np.column_stack([cells[:, 0], np.full(len(cells), y), cells[:, 1]]), faces))
    ring = [(float(a), float(b)) for a, b in polygon]
    for column, row in sorted(edge):
        piece = clip(ring, column * size, row * size, (column + 1) * size, (row + 1) * size)
        if len(piece) >= 3:
            parts.append(face_up(np.array(piece), y))
    return join(parts)


def keyhole(outer: F64, hole: F64) -> F64:
    """One ring of an outline and a hole, joined by a cut of no width."""
    outer, hole = counter_clockwise(outer), counter_clockwise(hole)[::-1]
    distance = np.hypot(*(outer[:, None] - hole[None]).transpose(2, 0, 1))
    a, b = np.unravel_index(int(np.argmin(distance)), distance.shape)
    turned = np.roll(hole, -int(b), axis=0)
    return np.vstack([outer[: a + 1], turned, turned[:1], outer[a:]])


def inside(polygon: F64, x: F64, z: F64) -> NDArray[np.bool_]:
    """Which points (n,) lie inside the polygon."""
    result = np.zeros(len(x), dtype=bool)
    for (x0, z0), (x1, z1) in zip(polygon, np.roll(polygon, -1, axis=0), strict=True):
        if z0 != z1:
            result ^= ((z0 > z) != (z1 > z)) & (x < x0 + (z - z0) * (x1 - x0) / (z1 - z0))
    return result


def _touched(polygon: F64, size: float) -> set[tuple[int, int]]:
    """Tiles that the outline passes."""
    cells: set[tuple[int, int]] = set()
    for a, b in zip(polygon, np.roll(polygon, -1, axis=0), strict=True):
        steps = int(np.ceil(np.linalg.norm(b - a) / (size / 40))) + 1
        run = a + (b - a) * np.linspace(0, 1, steps + 1)[:, None]
        for nudge in (-1e-6, 1e-6):
            cells |= {(int(i), int(j)) for i, j in np.unique(np.floor((run + nudge) / size), axis=0)}
    return cells


def clip(ring: Sequence[Point], x0: float, z0: float, x1: float, z1: float) -> list[Point]:
    """The part of a polygon inside a rectangle (Sutherland and Hodgman)."""
    sides: list[tuple[int, float, Callable[[float, float], bool]]] = [
        (0, x0, float.__ge__), (0, x1, float.__le__), (1, z0, float.__ge__), (1, z1, float.__le__),
    ]  # fmt: skip
    points = list(ring)
    for axis, limit, keeps in sides:
        made: list[Point] = []
        for k, point in enumerate(points):
            before = points[k - 1]
            if keeps(point[axis], limit) != keeps(before[axis], limit):
                share = (limit - before[axis]) / (point[axis] - before[axis])
                made.append((before[0] + share * (point[0] - before[0]), before[1] + share * (point[1] - before[1])))
            if keeps(point[axis], limit):
                made.append(point)
        points = made
        if not points:
            break
    return points
