"""Plan polygons: which points they hold, and which way they run."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from turia.world.layout import Polygon


def inside(polygon: Polygon, x: NDArray[np.float64], z: NDArray[np.float64]) -> NDArray[np.bool_]:
    """Which points (any shape, metres) lie in the polygon; an empty polygon holds nothing."""
    result = np.zeros(x.shape, bool)
    for (x0, z0), (x1, z1) in zip(polygon, polygon[1:] + polygon[:1], strict=True):
        if z0 != z1:
            crosses = (z0 > z) != (z1 > z)
            result ^= crosses & (x < x0 + (z - z0) * ((x1 - x0) / (z1 - z0)))
    return result


def area(polygon: Polygon) -> float:
    """Signed area in square metres; positive: counter-clockwise seen from above (x to the right, z to the viewer)."""
    pairs = zip(polygon, polygon[1:] + polygon[:1], strict=True)
    return -sum(x0 * z1 - x1 * z0 for (x0, z0), (x1, z1) in pairs) / 2


def wound(polygon: Polygon) -> Polygon:
    """The polygon counter-clockwise seen from above."""
    return polygon if area(polygon) > 0 else polygon[::-1]
