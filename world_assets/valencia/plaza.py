"""Outside: the plaza with its fountain at the south end, the promenade with pools along the front, grass around."""

from __future__ import annotations

import numpy as np

from world_assets.valencia import materials as m, plan
from world_assets.valencia.geometry import F64, arc, face_up, prism
from world_assets.valencia.scene import Scene
from world_assets.valencia.tiles import keyhole, tiled

ZONE = "outside"
FOUNTAIN = (-4.0, 100.0)
FOUNTAIN_RADIUS = 6.0


def shell_outline() -> F64:
    """The outer face of the building's walls."""
    west = plan.west_arc(-83.0, plan.SOUTH_WALL, plan.BACK_INSET)
    east = plan.east_arc(plan.SOUTH_WALL, -83.0, plan.FRONT_INSET)
    return np.vstack([west, east])


def plaza_polygon() -> F64:
    """Where one can walk outside."""
    front = plan.east_arc(-70.0, 60.0, -16.0, step=6.0)
    inner = plan.east_arc(60.0, -70.0, plan.FRONT_INSET, step=2.0)
    east = plan.east_x(plan.SOUTH_WALL, plan.FRONT_INSET)
    west = plan.west_x(plan.SOUTH_WALL, plan.BACK_INSET)
    south = np.array([[42.0, 70.0], [42.0, 124.0], [-44.0, 124.0], [-44.0, plan.SOUTH_WALL], [west, plan.SOUTH_WALL], [east, plan.SOUTH_WALL]])
    return np.vstack([front, south, inner])


def build_plaza(scene: Scene) -> None:
    """Ground, paving, fountain, spawn."""
    ground = np.array([[-110.0, -120.0], [-110.0, 140.0], [110.0, 140.0], [110.0, -120.0]])
    scene.show(ZONE, m.GRASS, tiled(keyhole(ground, shell_outline()), -0.06, 10.0))
    scene.floor(ZONE, m.PAVING, "Walk_outside", tiled(plaza_polygon(), 0.0, 4.0))
    rim = arc(FOUNTAIN, FOUNTAIN_RADIUS, 0.0, 2 * np.pi, 1.2)[:-1]
    scene.block("fountain", prism(rim, 0.0, 1.2))
    scene.show(ZONE, m.STONE, prism(rim, 0.0, 0.45))
    inner = arc(FOUNTAIN, FOUNTAIN_RADIUS - 0.5, 0.0, 2 * np.pi, 1.2)[:-1]
    scene.show(ZONE, m.WATER, face_up(inner, 0.47))
    scene.mark("Spawn_plaza", (-4.0, 0.0, 82.0), 0.0, title="Plaza", radius=5.0)
    scene.mark("Landmark_fountain", (FOUNTAIN[0], 0.0, FOUNTAIN[1] - 8.0), np.pi, title="Fountain", kind="fountain")
    scene.mark("Landmark_plaza", (-4.0, 0.0, 84.0), 0.0, title="Plaza", kind="plaza")
