"""The exhibition hall in the north tip, with its stands."""

from __future__ import annotations

import numpy as np

from world_assets.valencia import doors, plan
from world_assets.valencia import materials as m
from world_assets.valencia.foyer import inner_line
from world_assets.valencia.geometry import F64, Opening
from world_assets.valencia.scene import Scene, polygon_extra
from world_assets.valencia.tiles import tiled

ZONE = "ground"


#: Middle of the door to the foyer.
DOOR_X = (float(inner_line()[-1, 0]) + plan.east_x(plan.EXHIBITION_LINE, plan.FRONT_INSET)) / 2


def exhibition_polygon() -> F64:
    """The hall seen from above: a tip between the two arcs."""
    end = -83.0
    west = plan.west_arc(end, plan.EXHIBITION_LINE, plan.BACK_INSET)
    east = plan.east_arc(plan.EXHIBITION_LINE, end, plan.FRONT_INSET)
    return np.vstack([west, east])


def build_exhibition(scene: Scene) -> None:
    """Floor, wall with doors, room; the stands are in stands.py."""
    polygon = exhibition_polygon()
    scene.floor(ZONE, m.TERRAZZO, "Walk_exhibition", tiled(polygon, 0.0, 2.0))
    end = plan.east_x(plan.EXHIBITION_LINE, plan.FRONT_INSET)
    start = plan.west_x(plan.EXHIBITION_LINE, plan.BACK_INSET)
    path = np.array([[start, plan.EXHIBITION_LINE], [end, plan.EXHIBITION_LINE]])
    middle = DOOR_X
    openings = [Opening(middle - start - 1.5, middle - start + 1.5, 2.6)]
    scene.wall(ZONE, path, 0.0, plan.FOYER_HEIGHT, m.WHITE, m.WHITE, openings=openings)
    doors.double(
        scene,
        "door_exhibition_1",
        "Exhibition",
        ("foyer", "exhibition"),
        (middle, 0.0, plan.EXHIBITION_LINE),
        0.0,
        3.0,
        2.6,
    )
    scene.mark(
        "Room_exhibition", (0.0, 0.0, -70.0), 0.0, title="Exhibition hall", kind="exhibition", storey=0,
        polygon=polygon_extra(polygon), floor=0.0, ceiling=plan.FOYER_HEIGHT, capacity=250, enclosed=True,
    )  # fmt: skip
