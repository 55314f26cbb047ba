"""What stands in green room, seminar rooms and exhibition hall besides their walls; ceiling lights; platform lifts."""

from __future__ import annotations

import numpy as np

from world_assets.valencia import materials as m
from world_assets.valencia import plan
from world_assets.valencia.amenities import circle, plant
from world_assets.valencia.geometry import box, face_up, flip, join, placed, prism
from world_assets.valencia.light import Lamp
from world_assets.valencia.plan import AUDITORIUM_2, AUDITORIUM_3, PLENARY, HallPlan
from world_assets.valencia.roof import soffit_height
from world_assets.valencia.scene import Scene, yaw_of
from world_assets.valencia.signs import board, write
from world_assets.valencia.upstairs import CEILING, GALLERY_X, LEVEL, SEMINARS, Seminar

_GREEN_MIDDLE = -32.0


def build_rooms(scene: Scene) -> None:
    """Everything in the smaller rooms."""
    _green_room(scene)
    for room in SEMINARS:
        _seminar(scene, room)
    _gallery(scene)
    _exhibition(scene)
    for hall in (AUDITORIUM_2, AUDITORIUM_3):
        _platform_lift(scene, hall)


def _panel(scene: Scene, zone: str, x: float, y: float, z: float, half: tuple[float, float]) -> None:
    """A light in a ceiling, and what it does to the room."""
    outline = np.array(
        [[x - half[0], z - half[1]], [x - half[0], z + half[1]], [x + half[0], z + half[1]], [x + half[0], z - half[1]]]
    )
    scene.show(zone, m.LAMP, flip(face_up(outline, y - 0.02)))
    scene.lamps.append(Lamp((x, y - 0.3, z), 6.0, 0.3))


def _sofa(scene: Scene, place: tuple[float, float, float], yaw: float, material: m.Material) -> None:
    sofa = [
        box((-1.1, 1.1), (0.1, 0.42), (-0.42, 0.35), bottom=True), box((-1.1, 1.1), (0.42, 0.82), (0.2, 0.42)),
        box((-1.22, -1.05), (0.1, 0.6), (-0.42, 0.42)), box((1.05, 1.22), (0.1, 0.6), (-0.42, 0.42)),
    ]  # fmt: skip
    scene.show("ground", material, placed(join(sofa), place, yaw))
    scene.block("green_room", placed(box((-1.22, 1.22), (0.0, 0.8), (-0.42, 0.42)), place, yaw))


def _green_room(scene: Scene) -> None:
    y = PLENARY.stage_floor
    x = _GREEN_MIDDLE
    for z in (-2.5, 4.5):
        _sofa(scene, (x - 1.9, y, z), -np.pi / 2, m.TEAL)
        _sofa(scene, (x + 1.3, y, z), np.pi / 2, m.ARMCHAIR)
        scene.show("ground", m.WOOD, placed(prism(circle(0.5), 0.36, 0.42, bottom=True), (x - 0.3, y, z)))
        scene.show("ground", m.DARK, placed(box((-0.05, 0.05), (0.0, 0.36), (-0.05, 0.05)), (x - 0.3, y, z)))
        scene.show("ground", m.RUNNER, placed(box((-2.6, 2.6), (0.0, 0.015), (-1.7, 1.7)), (x - 0.3, y, z)))
    # A counter with a mirror and lamps along the south wall.
    counter = box((-35.4, -29.0), (y, y + 0.9), (9.9, 10.6))
    scene.show("ground", m.MAPLE, counter)
    scene.block("green_room", counter)
    scene.show("ground", m.WHITE, box((-35.45, -28.95), (y + 0.9, y + 0.95), (9.85, 10.62), bottom=True))
    for k in range(3):
        at = -34.4 + 2.2 * k
        scene.show("ground", m.STEEL, box((at - 0.6, at + 0.6), (y + 1.15, y + 2.2), (10.62, 10.66), bottom=True))
        scene.show(
            "ground",
            m.LAMP,
            box((at - 0.7, at - 0.64), (y + 1.15, y + 2.2), (10.58, 10.66)),
            box((at + 0.64, at + 0.7), (y + 1.15, y + 2.2), (10.58, 10.66)),
        )
    board(
        scene, "ground", ["Stage >"], 0.16, (-27.85, y + 2.55, -PLENARY.stage_half_width + 1.15), np.pi / 2, back=m.TEAL
    )
    write(scene, "Green room", 0.3, (-32.6, y + 2.3, -10.66), np.pi, m.INK_RAISED)
    for z in (-7.5, -2.5, 2.5, 7.5):
        _panel(scene, "ground", x, y + 2.9, z, (1.6, 0.12))
    for dx, z, half in ((-15.0, -31.4, (1.5, 0.1)), (-24.0, -31.4, (1.5, 0.1))):
        share = (dx + 4.5) / (-29.6 + 4.5)
        _panel(scene, "ground", dx, 2.8 - 1.6 * share, z, half)


def _seminar(scene: Scene, room: Seminar) -> None:
    x0, x1 = room.x
    middle = (room.z[0] + room.z[1]) / 2
    for x in np.linspace(x0 + 2.2, x1 - 2.2, 4):
        for z in (middle - 2.4, middle + 2.4):
            _panel(scene, "upstairs", float(x), CEILING, z, (0.9, 0.1))
    # A white board on the far long wall, a low cupboard below it.
    far = room.z[0] + 0.12 if room.number <= 2 else room.z[1] - 0.12
    inward = 1 if room.number <= 2 else -1
    x = (x0 + x1) / 2
    scene.show(
        "upstairs",
        m.POSTER,
        box((x - 1.6, x + 1.6), (LEVEL + 0.95, LEVEL + 2.1), (far - 0.03, far + 0.03), bottom=True),
    )
    cupboard = box(
        (x - 2.2, x + 2.2), (LEVEL, LEVEL + 0.75), (min(far, far + inward * 0.45), max(far, far + inward * 0.45))
    )
    scene.show("upstairs", m.MAPLE_DARK, cupboard)
    scene.block(f"seminar_{room.number}", cupboard)
    write(scene, str(room.number), 0.9, (x1 - 0.13, LEVEL + 1.7, middle), np.pi / 2, m.INK_RAISED)


def _exhibition(scene: Scene) -> None:
    wall = plan.EXHIBITION_LINE - 0.17
    write(scene, "Exhibition", 0.9, (-5.0, 5.0, wall), 0.0, m.INK_RAISED)
    bars = [box((x, x + 0.08), (0.1, 3.6), (wall - 0.08, wall)) for x in np.arange(-18.0, 4.6, 0.5)]
    scene.show("ground", m.MAPLE_DARK, *bars)
    for x, z in (
        (4.0, -66.5),
        (-1.0, -71.0),
        (-9.5, -71.5),
        (-11.0, -66.0),
        (-2.0, -66.0),
        (-5.0, -76.0),
        (1.0, -75.0),
        (-3.0, -80.5),
    ):
        scene.show("ground", m.LAMP, placed(prism(circle(0.34, 12), 4.6, 4.76, bottom=True), (x, 0.0, z)))
        scene.show("ground", m.WHITE, placed(prism(circle(0.36, 12), 4.76, 4.86), (x, 0.0, z)))
        scene.show("ground", m.STEEL, box((x - 0.01, x + 0.01), (4.8, soffit_height(x, z)), (z - 0.01, z + 0.01)))
        scene.lamps.append(Lamp((x, 4.4, z), 7.5, 0.25))
    scene.mark("Landmark_exhibition", (3.0, 0.0, -65.5), 0.0, title="Exhibition", kind="exhibition")


def _platform_lift(scene: Scene, hall: HallPlan) -> None:
    """A small lift for wheels along the north wall of a sunk hall: from the rear aisle to the stage."""
    rear = hall.at(hall.wall_radius - 1.1, -hall.side_angle(hall.wall_radius, 1.4))
    front = (hall.centre[0] + hall.stage_radius * 0.35, hall.centre[1] - hall.stage_half_width + 1.2)
    title = f"Platform lift, {hall.title}: rear aisle and stage"
    for stop, ((x, z), y, out) in enumerate(((rear, 0.0, -1.0), (front, hall.stage_floor, 1.0))):
        post = (x - 0.5, z - 0.6)
        pole = box((post[0] - 0.04, post[0] + 0.04), (y, y + 1.25), (post[1] - 0.04, post[1] + 0.04))
        pad = box((x - 0.55, x + 0.55), (y, y + 0.012), (z - 0.55, z + 0.55))
        scene.show("halls", m.STEEL_MATTE, pad, pole)
        board(scene, "halls", ["Lift"], 0.12, (post[0], y + 1.35, post[1]), yaw_of((1.0, 0.6)), both=True)
        scene.mark(f"Lift_{hall.room}_{stop}", (x, y, z), yaw_of((out, 0.0)), title=title, storey=0)


def _gallery(scene: Scene) -> None:
    """Benches, plants and a carpet by the rail, with the foyer below; lights in the corridor."""
    x = GALLERY_X[1] - 1.0
    for z in (35.0, 39.0, 45.0):
        seat = box((x - 0.25, x + 0.25), (LEVEL + 0.38, LEVEL + 0.46), (z - 1.1, z + 1.1), bottom=True)
        legs = [
            box((x - 0.2, x + 0.2), (LEVEL, LEVEL + 0.38), (z + side - 0.05, z + side + 0.05)) for side in (-0.8, 0.8)
        ]
        scene.show("upstairs", m.WOOD, seat)
        scene.show("upstairs", m.GREY, *legs)
        scene.block("gallery", box((x - 0.25, x + 0.25), (LEVEL, LEVEL + 0.5), (z - 1.1, z + 1.1)))
    for z in (32.4, 37.0, 42.6):
        plant(scene, "upstairs", (x, LEVEL, z))
    for x in (-17.0, -11.0, -5.0, 0.5):
        lamp = prism(circle(0.3, 12), 0.0, 0.12, bottom=True)
        scene.show("upstairs", m.LAMP, placed(lamp, (x, CEILING - 0.25, 41.7)))
        scene.lamps.append(Lamp((x, CEILING - 0.5, 41.7), 5.5, 0.3))
