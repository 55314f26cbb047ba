"""Triangles against a grid of cells: heights at cell centres, and points spread over surfaces.

Vectorised by ragged ranges: every triangle makes as many rows as its size asks, every row as many cells.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from turia.errors import BundleError

F64 = NDArray[np.float64]
I64 = NDArray[np.int64]

#: Cell samples or points of one file; a whole congress centre needs some millions.
MAX_SAMPLES: Final = 60_000_000
_CHUNK: Final = 1_000_000
#: How far outside a triangle a cell centre still counts, in parts of the triangle: closes cracks between neighbours.
_SEAM: Final = 1e-6


@dataclass(frozen=True, slots=True)
class Grid:
    """Square cells in plan. ``origin``: x, z of the low corner of cell (0, 0), metres; ``shape``: nz, nx."""

    origin: tuple[float, float]
    cell: float
    shape: tuple[int, int]

    def index(self, x: F64, z: F64) -> tuple[I64, I64]:
        """Row (z) and column (x) of points; may lie outside the grid."""
        column = np.floor((x - self.origin[0]) / self.cell).astype(np.int64)
        row = np.floor((z - self.origin[1]) / self.cell).astype(np.int64)
        return row, column

    def centre(self, cells: NDArray[np.integer]) -> tuple[F64, F64]:
        """x and z of the middle of cells given by flat index."""
        row, column = np.divmod(cells, self.shape[1])
        return self.origin[0] + (column + 0.5) * self.cell, self.origin[1] + (row + 0.5) * self.cell


def spread(counts: I64) -> tuple[I64, I64]:
    """Ragged range: owner and place within the owner of ``counts[i]`` items each. [2, 1] -> ([0, 0, 1], [0, 1, 0])."""
    owner = np.repeat(np.arange(len(counts)), counts)
    start = np.cumsum(counts) - counts
    return owner, np.arange(len(owner)) - start[owner]


def heights(triangles: F64, grid: Grid) -> tuple[I64, F64, NDArray[np.bool_]]:
    """Where triangles (t, 3, 3) cover cell centres: flat cell, height in metres, whether the triangle faces up."""
    cells, found, upward = [], [], []
    for part in _pieces(triangles, _boxes(triangles, grid)):
        cell, height, up = _sample(triangles[part], grid)
        cells.append(cell)
        found.append(height)
        upward.append(up)
    if not cells:
        return np.zeros(0, np.int64), np.zeros(0), np.zeros(0, bool)
    return np.concatenate(cells), np.concatenate(found), np.concatenate(upward)


def points(triangles: F64, spacing: float) -> Iterator[F64]:
    """Points (k, 3) on triangles (t, 3, 3), in pieces: every part of a surface has one within ``spacing`` metres."""
    fans, rows = _fans(triangles, spacing)
    per_row = np.ceil(np.linalg.norm(fans[:, 2] - fans[:, 1], axis=1) / spacing) + 1
    for part in _pieces(fans, (rows + 1) * (per_row / 2 + 1)):
        owner, number = spread(rows[part] + 1)
        along = number / rows[part][owner]
        apex, left, right = (fans[part][owner, corner] for corner in range(3))
        start = apex + along[:, None] * (left - apex)
        across = along[:, None] * (right - left)
        steps = np.ceil(np.linalg.norm(across, axis=1) / spacing).astype(np.int64)
        row, step = spread(steps + 1)
        yield start[row] + across[row] * (step / np.maximum(steps, 1)[row])[:, None]


def _fans(triangles: F64, spacing: float) -> tuple[F64, I64]:
    """Triangles turned so that the shortest side faces the first corner, and rows from that corner to the side."""
    sides = np.linalg.norm(triangles[:, [2, 0, 1]] - triangles[:, [1, 2, 0]], axis=2)
    turn = (np.argmin(sides, axis=1)[:, None] + np.arange(3)) % 3
    fans = np.take_along_axis(triangles, turn[:, :, None], axis=1)
    longest = sides.max(axis=1) if len(sides) else np.zeros(0)
    return fans, np.maximum(np.ceil(np.minimum(longest, 1e7) / spacing), 1).astype(np.int64)


def _pieces(items: F64, cost: NDArray[np.floating] | I64) -> Iterator[slice]:
    """Ranges of items that cost about a chunk each. Raises BundleError when everything together is too much."""
    total = np.cumsum(cost)
    if len(total) and not total[-1] <= MAX_SAMPLES:
        raise BundleError(
            f"The surfaces for feet and colliders are too large ({total[-1]:,.0f} samples, at most {MAX_SAMPLES:,});"
            " keep Walk_, Block_ and Solid_ for what people can touch."
        )
    start = 0
    while start < len(items):
        done = total[start - 1] if start else 0
        end = max(int(np.searchsorted(total, done + _CHUNK)), start + 1)
        yield slice(start, end)
        start = end


def _boxes(triangles: F64, grid: Grid) -> F64:
    span = (triangles[:, :, [0, 2]].max(axis=1) - triangles[:, :, [0, 2]].min(axis=1)) / grid.cell + 1
    cost: F64 = span.prod(axis=1)
    return cost


def _sample(triangles: F64, grid: Grid) -> tuple[I64, F64, NDArray[np.bool_]]:
    """Candidates are the cells under each triangle's box; the centre must lie inside."""
    low, high = triangles.min(axis=1), triangles.max(axis=1)
    half = grid.cell / 2
    row_0, column_0 = (np.maximum(part, 0) for part in grid.index(low[:, 0] + half - 1e-9, low[:, 2] + half - 1e-9))
    row_1, column_1 = grid.index(high[:, 0] - half + 1e-9, high[:, 2] - half + 1e-9)
    columns = np.maximum(np.minimum(column_1, grid.shape[1] - 1) - column_0 + 1, 0)
    rows = np.maximum(np.minimum(row_1, grid.shape[0] - 1) - row_0 + 1, 0)
    owner, number = spread(rows * columns)
    row = row_0[owner] + number // np.maximum(columns, 1)[owner]
    cell = row * grid.shape[1] + column_0[owner] + number % np.maximum(columns, 1)[owner]
    x, z = grid.centre(cell)
    height, ok, up = _plane(triangles, owner, x, z)
    return cell[ok], height[ok], up[ok]


def _plane(triangles: F64, owner: I64, x: F64, z: F64) -> tuple[F64, NDArray[np.bool_], NDArray[np.bool_]]:
    a, b, c = (triangles[:, corner] for corner in range(3))
    ab, ac = b - a, c - a
    # Positive: faces up. In the (x, z) plane seen from above the sense is reversed, hence the order of the factors.
    twice = ab[:, 2] * ac[:, 0] - ab[:, 0] * ac[:, 2]
    flat = np.abs(twice) < 1e-9
    scale = 1 / np.where(flat, 1, twice)
    dx, dz = x - a[owner, 0], z - a[owner, 2]
    v = (dz * ac[owner, 0] - dx * ac[owner, 2]) * scale[owner]
    w = (ab[owner, 2] * dx - ab[owner, 0] * dz) * scale[owner]
    ok = ~flat[owner] & (v >= -_SEAM) & (w >= -_SEAM) & (v + w <= 1 + _SEAM)
    return a[owner, 1] + v * ab[owner, 1] + w * ac[owner, 1], ok, (twice > 0)[owner]
