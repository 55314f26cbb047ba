"""Upstairs: a gallery above the foyer, four seminar rooms, the stairs and the lift that lead there."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from world_assets.valencia import doors, furniture, plan
from world_assets.valencia import materials as m
from world_assets.valencia.geometry import F64, Opening, Surface, box, face_up, flip, placed, prism, ribbon
from world_assets.valencia.scene import Scene, polygon_extra
from world_assets.valencia.tiles import tiled

ZONE = "upstairs"
Span = tuple[float, float]
LEVEL = plan.UPPER
CEILING = LEVEL + 3.0
GALLERY_X: Span = (2.2, 9.0)
GALLERY_Z: Span = (31.2, 52.2)
CORRIDOR_Z: Span = (40.3, 43.1)
WEST = -21.2
STAIR_X: Span = (5.6, 8.4)
RISE, TREAD = 0.16, 0.3
LIFT_X: Span = (4.4, 6.8)
LIFT_Z: Span = (49.4, 51.8)


@dataclass(frozen=True, slots=True)
class Seminar:
    """A seminar room between its walls' middle lines; ``door`` is at the wall nearest to the corridor."""

    number: int
    x: Span
    z: Span
    door_z: float


SEMINARS = (
    Seminar(1, (-9.5, 2.2), (31.2, 40.3), 40.3),
    Seminar(2, (-21.2, -9.5), (31.2, 40.3), 40.3),
    Seminar(3, (-9.5, 2.2), (43.1, 52.2), 43.1),
    Seminar(4, (-21.2, -9.5), (43.1, 52.2), 43.1),
)


def lobby_polygon() -> F64:
    """Gallery and corridor."""
    return np.array(
        [
            [GALLERY_X[0], GALLERY_Z[0]], [GALLERY_X[0], CORRIDOR_Z[0]], [WEST, CORRIDOR_Z[0]], [WEST, CORRIDOR_Z[1]],
            [GALLERY_X[0], CORRIDOR_Z[1]], [GALLERY_X[0], GALLERY_Z[1]], [GALLERY_X[1], GALLERY_Z[1]],
            [GALLERY_X[1], GALLERY_Z[0]],
        ]
    )  # fmt: skip


def build_upstairs(scene: Scene) -> None:
    """The whole storey with its ways up."""
    scene.floor(ZONE, m.CARPET_WARM, "Walk_upper_lobby", tiled(lobby_polygon(), LEVEL, 1.6))
    gallery = np.array(
        [
            [x, z]
            for x, z in (
                (GALLERY_X[0], GALLERY_Z[0]),
                (GALLERY_X[0], GALLERY_Z[1]),
                (GALLERY_X[1], GALLERY_Z[1]),
                (GALLERY_X[1], GALLERY_Z[0]),
            )
        ]
    )
    scene.show(ZONE, m.CEILING, flip(tiled(gallery, LEVEL - 0.4, 1.6)))
    scene.show(ZONE, m.WHITE, prism(gallery, LEVEL - 0.4, LEVEL - 0.01))
    for room in SEMINARS:
        _seminar(scene, room)
    _walls(scene)
    _rails(scene)
    _stairs(scene)
    _lift(scene)
    scene.mark(
        "Room_upper_lobby", (6.0, LEVEL, 41.6), 0.0, title="Upper lobby", kind="circulation", storey=1,
        polygon=polygon_extra(lobby_polygon()), floor=LEVEL, ceiling=CEILING, capacity=120, enclosed=False,
    )  # fmt: skip
    scene.mark(
        "Portal_gallery",
        (GALLERY_X[1], LEVEL, 41.7),
        -np.pi / 2,
        kind="opening",
        rooms=["upper_lobby", "foyer"],
        width=21.0,
    )


def _seminar(scene: Scene, room: Seminar) -> None:
    name, title = f"seminar_{room.number}", f"Seminar room {room.number}"
    t = 0.1
    corners = np.array(
        [
            [room.x[0] + t, room.z[0] + t],
            [room.x[0] + t, room.z[1] - t],
            [room.x[1] - t, room.z[1] - t],
            [room.x[1] - t, room.z[0] + t],
        ]
    )
    scene.floor(ZONE, m.CARPET, f"Walk_{name}", tiled(corners, LEVEL, 1.6))
    scene.show(ZONE, m.CEILING, flip(tiled(corners, CEILING, 1.6)))
    door_x = room.x[1] - 1.6
    inward = 0.0 if room.number <= 2 else np.pi
    doors.single(scene, f"door_{name}_1", title, ("upper_lobby", name), (door_x, LEVEL, room.door_z), inward, 1.2, 2.3)
    scene.walk(f"Walk_{name}", _sill(door_x, room.door_z))
    middle = (room.z[0] + room.z[1]) / 2
    width = 3.2
    furniture.screen(scene, ZONE, f"Screen_{name}", name, (room.x[0] + 0.16, LEVEL + 1.75, middle), -np.pi / 2, width)
    xs = np.repeat(room.x[0] + 4.4 + np.arange(5) * 1.1, 8)
    zs = np.tile(middle + (np.arange(8) - 3.5) * 0.65, 5)
    positions = np.column_stack([xs, np.full(40, LEVEL), zs])
    labels = [f"{chr(65 + k // 8)}{k % 8 + 1}" for k in range(40)]
    furniture.seat_block(scene, f"Seats_{name}", "loose_chair", name, positions, np.full(40, np.pi / 2), labels)
    speaker = (room.x[0] + 1.7, LEVEL, room.z[0] + 1.6 if room.number <= 2 else room.z[1] - 1.6)
    for material, surface in furniture.lectern():
        scene.show(ZONE, material, placed(surface, (speaker[0] + 0.55, LEVEL, speaker[2]), -float(np.pi / 2)))
    scene.block(
        name, box((speaker[0] + 0.35, speaker[0] + 0.75), (LEVEL, LEVEL + 1.1), (speaker[2] - 0.3, speaker[2] + 0.3))
    )
    scene.mark(
        f"Room_{name}", ((room.x[0] + room.x[1]) / 2, LEVEL, middle), 0.0, title=title, kind="seminar", storey=1,
        polygon=polygon_extra(corners), floor=LEVEL, ceiling=CEILING, capacity=40, enclosed=True,
    )  # fmt: skip
    front = np.array(
        [
            [room.x[0] + t, room.z[0] + t],
            [room.x[0] + t, room.z[1] - t],
            [room.x[0] + 2.6, room.z[1] - t],
            [room.x[0] + 2.6, room.z[0] + t],
        ]
    )
    scene.mark(
        f"Zone_stage_{name}", speaker, 0.0, title=f"Front of {title}", kind="stage", room=name,
        polygon=polygon_extra(front), floor=LEVEL, ceiling=CEILING,
    )  # fmt: skip
    scene.mark(
        f"Stage_{name}", speaker, -np.pi / 2, title=f"Front of {title}", room=name, zone=f"stage_{name}",
        lectern=[round(v, 3) for v in speaker],
    )  # fmt: skip


def _sill(x: float, z: float) -> Surface:
    return face_up(np.array([[x - 0.6, z - 0.2], [x - 0.6, z + 0.2], [x + 0.6, z + 0.2], [x + 0.6, z - 0.2]]), LEVEL)


def _walls(scene: Scene) -> None:
    def straight(a: tuple[float, float], b: tuple[float, float], openings: list[Opening] | None = None) -> None:
        scene.wall(ZONE, np.array([a, b]), LEVEL, CEILING, m.WHITE, m.MAPLE, thickness=0.2, openings=openings or [])

    def door(x: float) -> Opening:
        return Opening(x - WEST - 0.6, x - WEST + 0.6, LEVEL + 2.3)

    xs = [room.x[1] - 1.6 for room in SEMINARS[:2]]
    east = GALLERY_X[0]
    straight((WEST, CORRIDOR_Z[0]), (east, CORRIDOR_Z[0]), [door(x) for x in xs])
    straight((WEST, CORRIDOR_Z[1]), (east, CORRIDOR_Z[1]), [door(x) for x in xs])
    for low, high in ((GALLERY_Z[0], CORRIDOR_Z[0]), (CORRIDOR_Z[1], GALLERY_Z[1])):
        straight((east, high), (east, low))
        straight((-9.5, high), (-9.5, low))
    straight((WEST, GALLERY_Z[0]), (WEST, GALLERY_Z[1]))
    straight((WEST, GALLERY_Z[0]), (east, GALLERY_Z[0]))
    straight((WEST, GALLERY_Z[1]), (east, GALLERY_Z[1]))


def _rails(scene: Scene) -> None:
    x0, x1 = GALLERY_X
    z0, z1 = GALLERY_Z
    for a, b in (
        ((x1, z1), (x1, z0)), ((x1, z0), (STAIR_X[1], z0)), ((STAIR_X[0], z0), (x0, z0)), ((x0, z1), (x1, z1)),
    ):  # fmt: skip
        path = np.array([a, b])
        scene.wall(ZONE, path, LEVEL, LEVEL + 1.05, m.RAIL_GLASS, m.RAIL_GLASS, thickness=0.04)
        scene.wall("rail", path, LEVEL + 1.05, LEVEL + 1.1, m.STEEL, m.STEEL, thickness=0.08, zones=(ZONE, ZONE))


def _stairs(scene: Scene) -> None:
    count = round(LEVEL / RISE)
    x = STAIR_X
    for k in range(1, count):
        y = LEVEL - RISE * k
        z = (GALLERY_Z[0] - TREAD * k, GALLERY_Z[0] - TREAD * (k - 1))
        scene.show(ZONE, m.TERRAZZO, box(x, (max(0.0, y - 0.5), y), z))
        top = np.array([[x[0], z[0]], [x[0], z[1]], [x[1], z[1]], [x[1], z[0]]])
        scene.walk("Walk_stairs", face_up(top, y))
        scene.block("stairs", box(x, (0.0, y - 0.05), z))
    foot = GALLERY_Z[0] - TREAD * (count - 1)
    for edge in x:
        side = np.array([[edge, GALLERY_Z[0]], [edge, foot]])
        scene.block("stairs_side", *_side_blocks(edge))
        low = np.array([[edge, 0.0, side[0, 1]], [edge, 0.0, foot]])
        high = np.array([[edge, LEVEL, side[0, 1]], [edge, 0.16, foot]])
        sheet = ribbon(low, high)
        rail = ribbon(high, high + np.array([0.0, 1.0, 0.0]))
        scene.show(ZONE, m.MAPLE, sheet, flip(sheet))
        scene.show(ZONE, m.RAIL_GLASS, rail)
    scene.mark("Landmark_stairs", (7.0, 0.0, foot - 1.0), np.pi, title="Stairs to the seminar rooms", kind="stairs")


def _side_blocks(edge: float) -> list[Surface]:
    """Low walls at both sides of the flight, so that nobody steps off it sideways."""
    blocks = []
    for k in range(1, round(LEVEL / RISE)):
        y = LEVEL - RISE * k
        z = (GALLERY_Z[0] - TREAD * k, GALLERY_Z[0] - TREAD * (k - 1))
        blocks.append(box((edge - 0.03, edge + 0.03), (0.0, y + 1.0), z))
    return blocks


def _lift(scene: Scene) -> None:
    scene.solid_box(ZONE, m.WHITE, LIFT_X, (0.0, CEILING - 0.3), LIFT_Z)
    z = (LIFT_Z[0] + LIFT_Z[1]) / 2
    for stop, y in enumerate((0.0, LEVEL)):
        scene.show(ZONE, m.MAPLE_DARK, box((LIFT_X[1], LIFT_X[1] + 0.06), (y, y + 2.3), (z - 0.75, z + 0.75)))
        for side in (-0.3, 0.3):
            leaf = box((LIFT_X[1] + 0.06, LIFT_X[1] + 0.08), (y, y + 2.15), (z + side - 0.29, z + side + 0.29))
            scene.show(ZONE, m.STEEL, leaf)
        scene.show(ZONE, m.LAMP, box((LIFT_X[1] + 0.02, LIFT_X[1] + 0.05), (y + 1.0, y + 1.15), (z + 0.95, z + 1.0)))
        scene.mark(
            f"Lift_main_{stop}", (LIFT_X[1] + 1.1, y, z), -np.pi / 2, title="Lift to the seminar rooms", storey=stop
        )
    scene.mark("Landmark_lift", (LIFT_X[1] + 1.1, 0.0, z), np.pi / 2, title="Lift to the seminar rooms", kind="lift")
