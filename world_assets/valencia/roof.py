"""The floating roof: an eye of zinc over everything, and the shell of glass and stone that stays below it."""

from __future__ import annotations

import numpy as np

from world_assets.valencia import materials as m, plan
from world_assets.valencia.foyer import MAIN_DOORS
from world_assets.valencia.geometry import F64, Opening, Surface, ribbon, wall
from world_assets.valencia.scene import Scene

ZONE = "outside"
EDGE = 10.0
THICKNESS = 0.55


def height(u: F64, z: F64) -> F64:
    """Height of the roof's top: ``u`` -1 at the west edge, 1 at the east edge; ``z`` metres."""
    along = np.clip(1 - (z / plan.HALF_CHORD) ** 2, 0, 1)
    return EDGE + (plan.RIDGE - EDGE) * (1 - u * u) * along**0.8 + 0.9 * (z / plan.HALF_CHORD) ** 4


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
    """Roof, soffit, edge, columns, and the outer walls."""
    grid = roof_grid()
    below = grid - [0.0, THICKNESS, 0.0]
    scene.show(ZONE, m.ZINC, grid_surface(grid, up=True))
    scene.show("ground", m.SOFFIT, grid_surface(below, up=False))
    rim = np.vstack([grid[:, 0], grid[::-1, -1]])
    scene.show(ZONE, m.STEEL, ribbon(rim - [0, THICKNESS, 0], rim))
    _front(scene)
    _back(scene)
    _south(scene)


def _front(scene: Scene) -> None:
    path = plan.east_arc(plan.SOUTH_WALL, -83.0, plan.FRONT_INSET, step=3.0)
    scene.wall("front", path, 0.0, plan.FOYER_HEIGHT, m.GLASS, m.GLASS, thickness=0.06, zones=(ZONE, ZONE))


def _back(scene: Scene) -> None:
    path = plan.west_arc(-83.0, plan.SOUTH_WALL, plan.BACK_INSET, step=3.0)
    scene.wall("back", path, 0.0, plan.FOYER_HEIGHT, m.WHITE, m.STONE, zones=("ground", ZONE))
    tip = np.array([[plan.east_x(-83.0, plan.FRONT_INSET), -83.0], [plan.west_x(-83.0, plan.BACK_INSET), -83.0]])
    scene.wall("back", tip, 0.0, plan.FOYER_HEIGHT, m.WHITE, m.STONE, zones=("ground", ZONE))


def _south(scene: Scene) -> None:
    start = plan.west_x(plan.SOUTH_WALL, plan.BACK_INSET)
    path = np.array([[start, plan.SOUTH_WALL], [plan.east_x(plan.SOUTH_WALL, plan.FRONT_INSET), plan.SOUTH_WALL]])
    openings = [Opening(x - 1.0 - start, x + 1.0 - start, 2.5) for x in MAIN_DOORS]
    scene.wall("front", path, 0.0, plan.FOYER_HEIGHT, m.GLASS, m.GLASS, thickness=0.06, openings=openings, zones=(ZONE, ZONE))


__all__ = ["build_roof", "roof_grid", "wall"]
