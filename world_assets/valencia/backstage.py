"""Backstage: the ramp from the foyer down to the green room behind the plenary's stage; no steps on the way."""

from __future__ import annotations

import numpy as np

from world_assets.valencia import doors
from world_assets.valencia import materials as m
from world_assets.valencia.foyer import ALCOVE_NORTH, ALCOVE_SOUTH, ALCOVE_X
from world_assets.valencia.geometry import Opening, Surface, face_up, flip, quad
from world_assets.valencia.plan import PLENARY
from world_assets.valencia.scene import Scene, polygon_extra
from world_assets.valencia.tiles import tiled

ZONE = "ground"
_TURN_WEST, _TURN_EAST = -32.3, -29.6
_MIDDLE = -1.6
_GREEN_NORTH, _GREEN_SOUTH = -10.8, 10.8
_GREEN_WEST = -36.2
_HEADROOM = 2.9


def _slope(x: tuple[float, float], z: tuple[float, float], west: float, east: float) -> Surface:
    return quad((x[0], west, z[0]), (x[0], west, z[1]), (x[1], east, z[1]), (x[1], east, z[0]))


def build_backstage(scene: Scene) -> None:
    """Ramp, green room and their doors."""
    low = PLENARY.stage_floor
    _ramp(scene, low)
    _green_room(scene, low)


def _ramp(scene: Scene, low: float) -> None:
    x0, x1 = _TURN_EAST, ALCOVE_X
    z0, z1 = ALCOVE_NORTH, ALCOVE_SOUTH
    first = _slope((x0, x1), (z0, z1), _MIDDLE, 0.0)
    landing = _slope((_TURN_WEST, x0), (z0, z1), _MIDDLE, _MIDDLE)
    second = quad(
        (_TURN_WEST, _MIDDLE, z1), (_TURN_WEST, low, _GREEN_NORTH), (x0, low, _GREEN_NORTH), (x0, _MIDDLE, z1)
    )
    for surface in (first, landing, second):
        scene.floor(ZONE, m.CARPET_WARM, "Walk_backstage", surface)
        ceiling = surface[0] + [0.0, _HEADROOM, 0.0], surface[1]
        scene.show(ZONE, m.CEILING, flip(ceiling))
    outer = np.array([[x1, z0], [_TURN_WEST, z0], [_TURN_WEST, _GREEN_NORTH]])
    inner = np.array([[x0, _GREEN_NORTH], [x0, z1], [x1, z1]])
    for path in (outer, inner):
        scene.wall("backstage", path, low, _HEADROOM, m.WHITE, m.WHITE, thickness=0.2, zones=(ZONE, ZONE))
    polygon = np.array([[x1, z0], [_TURN_WEST, z0], [_TURN_WEST, _GREEN_NORTH], [x0, _GREEN_NORTH], [x0, z1], [x1, z1]])
    scene.mark(
        "Room_backstage", (-15.0, -1.0, -31.4), 0.0, title="Backstage ramp", kind="circulation", storey=0,
        polygon=polygon_extra(polygon), floor=round(low, 3), ceiling=_HEADROOM, capacity=40, enclosed=True,
    )  # fmt: skip


def _green_room(scene: Scene, low: float) -> None:
    east = PLENARY.centre[0] - PLENARY.back - 0.3
    corners = np.array(
        [[_GREEN_WEST, _GREEN_NORTH], [_GREEN_WEST, _GREEN_SOUTH], [east, _GREEN_SOUTH], [east, _GREEN_NORTH]]
    )
    scene.floor(ZONE, m.CARPET, "Walk_green_room", tiled(corners, low, 1.6))
    scene.show(ZONE, m.CEILING, flip(tiled(corners, low + _HEADROOM, 1.6)))
    ring = np.vstack(
        [
            corners[3:],
            corners[:3],
        ]
    )
    door = (_TURN_WEST + _TURN_EAST) / 2
    distance = east - door
    scene.wall(
        "green_room", ring, low, low + _HEADROOM, m.MAPLE, m.WHITE, thickness=0.2,
        openings=[Opening(distance - 0.6, distance + 0.6, low + 2.3)], zones=(ZONE, ZONE),
    )  # fmt: skip
    east_south = np.array([[east, _GREEN_SOUTH], [east, PLENARY.stage_half_width]])
    scene.wall("green_room", east_south, low, low + _HEADROOM, m.MAPLE, m.WHITE, thickness=0.2, zones=(ZONE, ZONE))
    east_north = np.array([[east, -PLENARY.stage_half_width], [east, _GREEN_NORTH]])
    scene.wall("green_room", east_north, low, low + _HEADROOM, m.MAPLE, m.WHITE, thickness=0.2, zones=(ZONE, ZONE))
    doors.single(
        scene,
        "door_green_room_1",
        "Green room",
        ("backstage", "green_room"),
        (door, low, _GREEN_NORTH),
        np.pi,
        1.2,
        2.3,
    )
    stage_z = -PLENARY.stage_half_width - 0.15 + doors.STAGE_DOOR_FROM_CORNER
    doors.single(
        scene,
        "door_stage_1",
        "Stage door",
        ("green_room", "plenary"),
        (east + 0.15, low, stage_z),
        -np.pi / 2,
        1.2,
        2.2,
    )
    # The threshold through the thick back wall.
    sill = np.array(
        [[east, stage_z - 0.6], [east, stage_z + 0.6], [east + 0.3, stage_z + 0.6], [east + 0.3, stage_z - 0.6]]
    )
    scene.floor(ZONE, m.MAPLE, "Walk_green_room", face_up(sill, low))
    scene.mark(
        "Room_green_room", (-32.0, low, 0.0), 0.0, title="Green room", kind="green_room", storey=0,
        polygon=polygon_extra(corners), floor=round(low, 3), ceiling=round(low + _HEADROOM, 3), capacity=60,
        enclosed=True,
    )  # fmt: skip
    scene.mark("Landmark_green_room", (-32.0, low, -8.0), np.pi, title="Green room", kind="green_room")
