"""The floating roof: an eye of zinc over everything, sailing past the south end as the entrance canopy."""

from __future__ import annotations

import numpy as np

from world_assets.valencia import materials as m
from world_assets.valencia import plan
from world_assets.valencia.geometry import F64, Surface, ribbon
from world_assets.valencia.scene import Scene

ZONE = "outside"
EDGE = 10.0
THICKNESS = 0.55


def height(u: F64, z: F64) -> F64:
    """Height of the roof's top: ``u`` -1 at the west edge, 1 at the east edge; ``z`` metres."""
    along = np.clip(1 - (z / plan.HALF_CHORD) ** 2, 0, 1)
    return np.asarray(EDGE + (plan.RIDGE - EDGE) * (1 - u * u) * along**0.8 + 0.9 * (z / plan.HALF_CHORD) ** 4)


def soffit_height(x: float, z: float) -> float:
    """Height of the roof's underside above a plan point."""
    west, east = plan.west_x(z), plan.east_x(z)
    u = np.array(2 * (x - west) / max(1e-6, east - west) - 1)
    return float(height(u, np.array(z))) - THICKNESS


def roof_grid(rows: int = 60, columns: int = 12) -> F64:
    """Points of the roof's top, (rows + 1, columns + 1, 3); rows crowd towards the tips."""
    angles = np.linspace(-np.pi / 2, np.pi / 2, rows + 1)
    z = plan.HALF_CHORD * np.sin(angles)
    u = np.linspace(-1, 1, columns + 1)
    west = np.array([plan.west_x(float(v)) for v in z])
    east = np.array([plan.east_x(float(v)) for v in z])
    x = west[:, None] + (east - west)[:, None] * (u + 1)[None] / 2
    return np.stack([x, height(u[None], z[:, None]), np.broadcast_to(z[:, None], x.shape)], axis=2)


def grid_surface(grid: F64, *, up: bool) -> Surface:
    """Triangles over a grid of points."""
    rows, columns = grid.shape[:2]
    index = np.arange(rows * columns).reshape(rows, columns)
    a, b, c, d = index[:-1, :-1].ravel(), index[1:, :-1].ravel(), index[1:, 1:].ravel(), index[:-1, 1:].ravel()
    faces = np.concatenate([np.column_stack([a, b, c]), np.column_stack([a, c, d])])
    return grid.reshape(-1, 3), faces if up else faces[:, ::-1]


def build_roof(scene: Scene) -> None:
    """Zinc above with its seams, pale underside, steel edge."""
    grid = roof_grid()
    below = grid - [0.0, THICKNESS, 0.0]
    scene.show(ZONE, m.ZINC, grid_surface(grid, up=True))
    scene.show("ground", m.SOFFIT, grid_surface(below, up=False))
    rim = np.vstack([grid[:, 0], grid[::-1, -1]])
    scene.show(ZONE, m.STEEL, ribbon(rim - [0, THICKNESS, 0], rim))
    _seams(scene, grid)
    _beams(scene, below)


def _seams(scene: Scene, grid: F64) -> None:
    """Standing seams of the zinc, from edge to edge."""
    for row in grid[2:-2:2]:
        low = row + np.array([0.0, 0.01, -0.06])
        high = row + np.array([0.0, 0.09, 0.0])
        scene.show(ZONE, m.SEAM, ribbon(low, high), ribbon(high, row + np.array([0.0, 0.01, 0.06])))


def _beams(scene: Scene, below: F64) -> None:
    """Fine ribs under the roof: they give the eye a scale."""
    for column in range(2, below.shape[1] - 1, 2):
        line = below[4:-4, column] - [0.0, 0.02, 0.0]
        drop = line - [0.0, 0.3, 0.0]
        side = np.array([0.09, 0.0, 0.0])
        scene.show(
            "ground", m.SOFFIT_RIB, ribbon(drop - side, line - side), ribbon(line + side, drop + side),
            ribbon(drop + side, drop - side),
        )  # fmt: skip
