"""Light baked into vertex colours: how open each place is to the air around it, and the lamps near it.

Openness is measured by rays through a voxel picture of everything opaque; that is coarse (half a metre) and soft, and
takes a second, where an exact one would take minutes.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import cast

import numpy as np
from numpy.typing import NDArray

from world_assets.valencia.geometry import F64, Surface

CELL = 0.5
_LOW = np.array([-60.0, -6.0, -100.0])
_HIGH = np.array([60.0, 16.0, 130.0])
_SHAPE = tuple(int(v) for v in np.ceil((_HIGH - _LOW) / CELL))
#: Distances along each ray, metres, and how much a hit there darkens.
_REACH = ((0.8, 1.0), (1.4, 0.95), (2.1, 0.85), (3.0, 0.7), (4.2, 0.55), (6.0, 0.4), (8.5, 0.25), (11.5, 0.15))
_WARM = np.array([1.0, 0.9, 0.74])


@dataclass(frozen=True, slots=True)
class Lamp:
    """A warm lamp: place, reach in metres, strength."""

    position: tuple[float, float, float]
    reach: float
    strength: float


def voxels(surfaces: Iterable[Surface]) -> NDArray[np.bool_]:
    """Which cells any of the surfaces passes."""
    grid = np.zeros(_SHAPE, dtype=bool)
    for vertices, faces in surfaces:
        corners = vertices[faces]
        size = np.linalg.norm(corners - np.roll(corners, 1, axis=1), axis=2).max(axis=1)
        steps = np.clip(np.ceil(size / 0.4).astype(int), 1, 400)
        for count in np.unique(steps):
            u, v = np.meshgrid(np.arange(count + 1), np.arange(count + 1), indexing="ij")
            inside = u + v <= count
            weights = np.column_stack([count - u[inside] - v[inside], u[inside], v[inside]]) / count
            chosen = corners[steps == count]
            for start in range(0, len(chosen), max(1, 400_000 // len(weights))):
                part = chosen[start : start + max(1, 400_000 // len(weights))]
                _mark(grid, np.einsum("ij,njk->nik", weights, part).reshape(-1, 3))
    return grid


def _mark(grid: NDArray[np.bool_], points: F64) -> None:
    cell = np.floor((points - _LOW) / CELL).astype(np.int64)
    good = ((cell >= 0) & (cell < _SHAPE)).all(axis=1)
    grid[tuple(cell[good].T)] = True


def _directions(count: int = 20) -> F64:
    """Unit vectors over the half space z > 0, denser towards z (cosine weighted), on a spiral."""
    k = np.arange(count) + 0.5
    radius, angle = np.sqrt(k / count), k * np.pi * (3 - np.sqrt(5))
    return np.column_stack([radius * np.cos(angle), radius * np.sin(angle), np.sqrt(1 - radius**2)])


def openness(grid: NDArray[np.bool_], points: F64, normal: F64) -> F64:
    """Between 0 (enclosed) and 1 (open) for points (n, 3) with unit normals (n, 3)."""
    helper = np.where(np.abs(normal[:, 1:2]) > 0.9, [[1.0, 0.0, 0.0]], [[0.0, 1.0, 0.0]])
    side = np.cross(helper, normal)
    side /= np.linalg.norm(side, axis=1, keepdims=True)
    up = np.cross(normal, side)
    start = points + normal * 0.5
    total = np.zeros(len(points))
    rays = _directions()
    for ray in rays:
        direction = ray[0] * side + ray[1] * up + ray[2] * normal
        dark = np.zeros(len(points))
        for distance, weight in _REACH:
            cell = np.floor((start + direction * distance - _LOW) / CELL).astype(np.int64)
            np.clip(cell, 0, np.array(_SHAPE) - 1, out=cell)
            hit = grid[cell[:, 0], cell[:, 1], cell[:, 2]]
            dark = np.maximum(dark, hit * weight)
        total += 1 - dark
    return total / len(rays)


def lamplight(lamps: Iterable[Lamp], points: F64, normal: F64) -> F64:
    """Warm light of the lamps on each point, (n,)."""
    total = np.zeros(len(points))
    for lamp in lamps:
        way = np.array(lamp.position) - points
        distance = np.linalg.norm(way, axis=1)
        near = distance < lamp.reach
        facing = np.sum(way[near] * normal[near], axis=1) / np.maximum(distance[near], 0.05)
        total[near] += lamp.strength * np.clip(0.25 + 0.75 * facing, 0, 1) * (1 - distance[near] / lamp.reach) ** 2
    return total


def shade(open_air: F64, lamps: F64, *, indoors: bool) -> F64:
    """Factors (n, 3) on the surface's own colour."""
    dark = np.array([0.5, 0.45, 0.42]) if indoors else np.array([0.42, 0.46, 0.52])
    full = np.array([1.0, 0.98, 0.95]) if indoors else np.array([1.0, 1.0, 1.0])
    amount = np.clip(open_air * (1.35 if indoors else 1.15), 0, 1)[:, None] ** 0.9
    return cast("F64", dark + (full - dark) * amount + lamps[:, None] * _WARM)
