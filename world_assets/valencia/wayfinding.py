"""Names over doors and boards that show the way."""

from __future__ import annotations

import numpy as np

from world_assets.valencia import materials as m
from world_assets.valencia import plan, upstairs
from world_assets.valencia.exhibition import DOOR_X
from world_assets.valencia.foyer import ALCOVE_NORTH, ALCOVE_SOUTH, ALCOVE_X, MAIN_DOORS
from world_assets.valencia.geometry import box
from world_assets.valencia.plan import HALLS, HallPlan
from world_assets.valencia.scene import Scene
from world_assets.valencia.signs import board, write

ZONE = "ground"


def build_wayfinding(scene: Scene) -> None:
    """All signs that lead people; the welcome at the desk is amenities.py's."""
    for hall in HALLS:
        _hall(scene, hall)
    board(
        scene,
        ZONE,
        ["Backstage", "Green room"],
        0.16,
        (ALCOVE_X + 0.2, 2.75, (ALCOVE_SOUTH + ALCOVE_NORTH) / 2),
        -np.pi / 2,
    )
    board(scene, ZONE, ["Exhibition"], 0.34, (DOOR_X, 3.1, plan.EXHIBITION_LINE + 0.2), np.pi)
    board(scene, ZONE, ["Foyer"], 0.3, (DOOR_X, 3.1, plan.EXHIBITION_LINE - 0.2), 0.0)
    _directions(scene)
    _upstairs(scene)
    for x in MAIN_DOORS:
        board(scene, "outside", ["Entrance"], 0.24, (x, 2.85, plan.SOUTH_WALL + 0.12), np.pi, both=True)


def _hall(scene: Scene, hall: HallPlan) -> None:
    radius = hall.wall_radius + 0.3
    for angle in hall.doors:
        x, z = hall.at(radius + 0.14, angle)
        yaw = float(np.arctan2(-np.cos(angle), -np.sin(angle)))
        board(scene, ZONE, [hall.title], 0.19, (x, 2.68, z), yaw)
        x, z = hall.at(hall.wall_radius - 0.08, angle)
        board(scene, "halls", ["Foyer"], 0.16, (x, 2.62, z), yaw + np.pi, back=m.TEAL)
    x, z = hall.at(radius + 0.45, 0.0)
    size = 0.8 if hall is plan.PLENARY else 0.55
    write(scene, hall.title, size, (x, hall.ceiling - 1.3, z), -np.pi / 2, m.INK_RAISED)


def _directions(scene: Scene) -> None:
    """Boards on posts where ways part; what lies left stands on the left."""
    for z, lines in (
        (49.0, ["< Auditorium 3", "^ Plenary, Auditorium 2", "^ Exhibition", "^ Stairs, < Lift: seminar rooms"]),
        (-31.0, ["< Backstage", "^ Auditorium 2", "^ Exhibition"]),
    ):  # fmt: skip
        x = plan.east_x(z, plan.FRONT_INSET) - 2.6
        board(scene, ZONE, lines, 0.13, (x, 1.75, z), np.pi - 0.25)
        scene.show(ZONE, m.STEEL, box((x - 0.04, x + 0.04), (0.0, 2.0), (z - 0.1, z - 0.04)))
        scene.block("boards", box((x - 0.6, x + 0.6), (0.0, 2.0), (z - 0.15, z + 0.1)))


def _upstairs(scene: Scene) -> None:
    x = (upstairs.LIFT_X[1], (upstairs.LIFT_Z[0] + upstairs.LIFT_Z[1]) / 2)
    for y, line in ((0.0, "Lift: seminar rooms"), (plan.UPPER, "Lift: foyer")):
        board(scene, "upstairs", [line], 0.14, (x[0] + 0.06, y + 2.5, x[1]), -np.pi / 2)
    for room in upstairs.SEMINARS:
        north = room.number <= 2
        z = room.door_z + (0.16 if north else -0.16)
        board(
            scene,
            "upstairs",
            [f"Seminar room {room.number}"],
            0.15,
            (room.x[1] - 1.6, plan.UPPER + 2.52, z),
            np.pi if north else 0.0,
        )
    stairs_x = sum(upstairs.STAIR_X) / 2
    board(
        scene,
        "upstairs",
        ["Seminar rooms 1 to 4 ^"],
        0.24,
        (stairs_x, plan.UPPER - 0.2, upstairs.GALLERY_Z[0] - 0.06),
        0.0,
    )
