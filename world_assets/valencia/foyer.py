"""The linear foyer between the glazed east front and the three maple drums, and the entrance hall at its south end."""

from __future__ import annotations

import numpy as np

from world_assets.valencia import doors, plan
from world_assets.valencia import materials as m
from world_assets.valencia.geometry import F64, Opening
from world_assets.valencia.plan import AUDITORIUM_2, AUDITORIUM_3, PLENARY
from world_assets.valencia.scene import Scene, polygon_extra
from world_assets.valencia.tiles import tiled

ZONE = "ground"
#: West end of the alcove before the backstage door, and its two walls.
ALCOVE_X, ALCOVE_SOUTH, ALCOVE_NORTH = -4.5, -29.75, -33.1
MAIN_DOORS = (-7.0, -4.0, -1.0)
#: Middle of the drums' walls: where the rooms meet.
_SKIN = 0.15


def inner_line() -> F64:
    """The foyer's west side from south to north: drum, wall, drum, alcove, drum."""
    third, first, second = (hall.rear_arc(_SKIN) for hall in (AUDITORIUM_3, PLENARY, AUDITORIUM_2))
    radius = PLENARY.wall_radius + _SKIN
    first = first[(first[:, 1] < 28.2) & (first[:, 1] > -28.4)]
    corner = -float(np.sqrt(radius**2 - (ALCOVE_X - PLENARY.centre[0]) ** 2))
    alcove = np.array([[ALCOVE_X, corner], [ALCOVE_X, ALCOVE_NORTH], [second[0, 0], ALCOVE_NORTH]])
    return np.vstack(
        [[third[0, 0], plan.ENTRANCE_LINE], third, first, alcove, second, [second[-1, 0], plan.EXHIBITION_LINE]]
    )


def foyer_polygon() -> F64:
    """The foyer seen from above."""
    return np.vstack([plan.east_arc(plan.EXHIBITION_LINE, plan.ENTRANCE_LINE, plan.FRONT_INSET), inner_line()])


def entrance_polygon() -> F64:
    """The entrance hall seen from above."""
    east = plan.east_arc(plan.ENTRANCE_LINE, plan.SOUTH_WALL, plan.FRONT_INSET)
    west = plan.west_arc(plan.SOUTH_WALL, plan.ENTRANCE_LINE, plan.BACK_INSET)
    return np.vstack([east, west])


def build_foyer(scene: Scene) -> None:
    """Floors, walls, doors, rooms and portals of foyer and entrance hall."""
    line = inner_line()
    scene.floor(ZONE, m.TERRAZZO, "Walk_foyer", tiled(foyer_polygon(), 0.0, 2.0))
    scene.floor(ZONE, m.STONE, "Walk_entrance", tiled(entrance_polygon(), 0.0, 2.0))
    _link_walls(scene, line)
    _entrance_walls(scene, line)
    _rooms(scene)


def _link_walls(scene: Scene, line: F64) -> None:
    third, first = AUDITORIUM_3.rear_arc(_SKIN), PLENARY.rear_arc(_SKIN)
    first = first[first[:, 1] < 28.2]
    scene.wall(ZONE, np.vstack([third[-1:], first[:1]]), 0.0, plan.FOYER_HEIGHT, m.WHITE, m.WHITE)
    start = int(np.argmin(np.hypot(line[:, 0] - ALCOVE_X, line[:, 1] - ALCOVE_NORTH)))
    alcove = line[start - 1 : start + 2]
    middle = (ALCOVE_SOUTH + ALCOVE_NORTH) / 2
    distance = alcove[0, 1] - middle
    scene.wall(
        ZONE, alcove, 0.0, plan.FOYER_HEIGHT, m.WHITE, m.WHITE, openings=[Opening(distance - 0.7, distance + 0.7, 2.3)]
    )
    doors.single(
        scene,
        "door_backstage_1",
        "Backstage",
        ("foyer", "backstage"),
        (ALCOVE_X, 0.0, middle),
        np.pi / 2,
        1.4,
        2.3,
    )


def _entrance_walls(scene: Scene, line: F64) -> None:
    west = plan.west_x(plan.ENTRANCE_LINE, plan.BACK_INSET)
    back = np.array([[line[0, 0], plan.ENTRANCE_LINE], [west, plan.ENTRANCE_LINE]])
    scene.wall(ZONE, back, 0.0, plan.FOYER_HEIGHT, m.MAPLE, m.WHITE)


def _rooms(scene: Scene) -> None:
    scene.mark(
        "Room_foyer", (12.0, 0.0, 0.0), 0.0, title="Foyer", kind="foyer", storey=0,
        polygon=polygon_extra(foyer_polygon()), floor=0.0, ceiling=plan.FOYER_HEIGHT, capacity=900, enclosed=False,
    )  # fmt: skip
    scene.mark(
        "Room_entrance", (-3.0, 0.0, 60.0), 0.0, title="Entrance", kind="entrance", storey=0,
        polygon=polygon_extra(entrance_polygon()), floor=0.0, ceiling=plan.FOYER_HEIGHT, capacity=300, enclosed=False,
    )  # fmt: skip
    left, right = inner_line()[0, 0], plan.east_x(plan.ENTRANCE_LINE, plan.FRONT_INSET)
    scene.mark(
        "Portal_entrance_foyer", ((left + right) / 2, 0.0, plan.ENTRANCE_LINE), 0.0, kind="opening",
        rooms=["entrance", "foyer"], width=round(right - left, 2),
    )  # fmt: skip
    for number, z in enumerate((44.0, 26.0, 8.0, -10.0, -28.0, -46.0, -58.0), 1):
        x = plan.east_x(z, plan.FRONT_INSET)
        yaw = -np.pi / 2 + float(np.arctan2(z, x - plan.EAST_CENTRE[0])) * -1
        scene.mark(
            f"Portal_glass_foyer_{number}", (x, 0.0, z), yaw, kind="glass", rooms=["foyer", "outside"], width=18.0
        )
    scene.mark(
        "Portal_glass_entrance",
        (-3.0, 0.0, plan.SOUTH_WALL),
        np.pi,
        kind="glass",
        rooms=["entrance", "outside"],
        width=30.0,
    )
    for number, x in enumerate(MAIN_DOORS, 1):
        doors.double(
            scene, f"door_main_{number}", f"Main entrance, door {number}", ("outside", "entrance"),
            (x, 0.0, plan.SOUTH_WALL), 0.0, 2.0, 2.5, m.GLASS,
        )  # fmt: skip
