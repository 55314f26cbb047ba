"""Inside a hall: maple battens, ceiling rings with hidden light, lights along the aisles, armchairs on the stage."""

from __future__ import annotations

import numpy as np

from world_assets.valencia import materials as m
from world_assets.valencia.geometry import (
    F64,
    Surface,
    arc,
    at_height,
    box,
    cut,
    flip,
    join,
    lengths,
    placed,
    prism,
    quad,
    ribbon,
)
from world_assets.valencia.light import Lamp
from world_assets.valencia.plan import HallPlan
from world_assets.valencia.scene import Scene, yaw_of

ZONE = "halls"


def build_interior(scene: Scene, hall: HallPlan) -> None:
    """Everything that has no collider."""
    _drum(scene, hall)
    _battens(scene, hall)
    _ceiling(scene, hall)
    _aisle_lights(scene, hall)
    _stage(scene, hall)


def _fins(path: F64, spacing: float, low: float, high: float, depth: float) -> list[Surface]:
    """Upright bars along a path, standing out to its right."""
    reach = float(lengths(path)[-1])
    marks = np.arange(spacing / 2, reach, spacing)
    total = lengths(path)
    x, z = np.interp(marks, total, path[:, 0]), np.interp(marks, total, path[:, 1])
    dx, dz = np.interp(marks, total, np.gradient(path[:, 0])), np.interp(marks, total, np.gradient(path[:, 1]))
    bar = box((-0.035, 0.035), (low, high), (-depth, 0.0))
    return [placed(bar, (a, 0.0, b), yaw_of((-d, c))) for a, b, c, d in zip(x, z, dx, dz, strict=True)]


def _drum(scene: Scene, hall: HallPlan) -> None:
    """The outside of the rear wall, which the foyer sees."""
    path = hall.rear_arc(0.3)
    radius = hall.wall_radius + 0.3
    side, reach = hall.side_angle(radius, -0.3), float(lengths(path)[-1])
    top = hall.ceiling + 0.4
    edges = [0.0]
    for angle in sorted(hall.doors, reverse=True):
        middle = reach * (side - angle) / (2 * side)
        edges += [middle - 1.15, middle + 1.15]
        scene.show("ground", m.MAPLE_DARK, *_fins(cut(path, middle - 1.15, middle + 1.15), 0.46, 3.05, top, 0.09))
    edges.append(reach)
    for low, high in zip(edges[::2], edges[1::2], strict=True):
        scene.show("ground", m.MAPLE_DARK, *_fins(cut(path, low, high), 0.46, 0.12, top, 0.09))
    outer = hall.rear_arc(0.42)
    scene.show("ground", m.LAMP, ribbon(at_height(outer, top), at_height(outer, top + 0.1)))
    for x, z in hall.rear_arc(2.2)[1::3]:
        scene.lamps.append(Lamp((float(x), top - 0.3, float(z)), 8.0, 0.22))


def _battens(scene: Scene, hall: HallPlan) -> None:
    """Inside: bars on the flaring side walls and the rear wall, clear of screen and doors."""
    side, low_y = hall.side_angle(hall.wall_radius), hall.low
    for sign in (-1, 1):
        start = hall.at(hall.stage_radius, sign * hall.side_angle(hall.stage_radius))
        end = hall.at(hall.wall_radius, sign * side)
        path = np.array([start, end] if sign > 0 else [end, start])
        path = np.array([path[1], path[0]])
        marks = np.linspace(0.02, 0.98, 26)
        for share in marks:
            x, z = path[0] + share * (path[1] - path[0])
            dx, dz = path[1] - path[0]
            bar = box((-0.05, 0.05), (low_y, hall.ceiling), (-0.1, 0.02))
            scene.show(ZONE, m.MAPLE_DARK, placed(bar, (x, 0.0, z), yaw_of((-dz, dx))))
        top = at_height(path, hall.ceiling - 0.9)
        inward = np.array([-(path[1] - path[0])[1], 0.0, (path[1] - path[0])[0]])
        inward = inward / np.linalg.norm(inward) * 0.12
        scene.show(ZONE, m.LAMP, ribbon(top + inward, top + inward + [0, 0.08, 0]))
        for share in (0.2, 0.5, 0.8):
            x, z = path[0] + share * (path[1] - path[0])
            scene.lamps.append(
                Lamp((float(x + inward[0] * 10), hall.ceiling - 0.6, float(z + inward[2] * 10)), 8.0, 0.35)
            )


def _ceiling(scene: Scene, hall: HallPlan) -> None:
    radius = hall.stage_radius + 1.0
    while radius + 2.0 < hall.wall_radius - 0.4:
        inner, outer = (hall.side_angle(r, 0.5) for r in (radius, radius + 2.0))
        count = max(6, int(outer * radius))
        a = np.array([hall.at(radius, t) for t in np.linspace(-inner, inner, count)])
        b = np.array([hall.at(radius + 2.0, t) for t in np.linspace(-outer, outer, count)])
        y = hall.ceiling - 0.45
        scene.show(ZONE, m.CEILING_MAPLE, ribbon(at_height(b, y - 0.25), at_height(a, y)))
        scene.show(ZONE, m.CEILING_MAPLE, ribbon(at_height(a, y), at_height(a, y + 0.12)))
        scene.show(
            ZONE,
            m.LAMP,
            ribbon(at_height(b, y - 0.25), at_height(b, y - 0.19)),
            flip(ribbon(at_height(b, y - 0.25), at_height(b, y - 0.19))),
        )
        radius += 2.9
    x, z = hall.lectern
    for dx, dz in ((1.5, -3.0), (1.5, 3.0), (3.0, 0.0)):
        scene.lamps.append(Lamp((x + dx, hall.ceiling - 0.5, z + dz), hall.ceiling - hall.stage_floor + 6.0, 0.3))


def _aisle_lights(scene: Scene, hall: HallPlan) -> None:
    """A small light at both ends of every step of an aisle."""
    for row in range(1, hall.rows):
        radius, y = hall.first_row - 0.64 + row * hall.pitch, hall.low + row * hall.rise
        for aisle in hall.aisles:
            for sign in (-1, 1):
                angle = aisle + sign * (hall.aisle_width / 2 - 0.12) / radius
                half = 0.1 / radius
                (x0, z0), (x1, z1) = hall.at(radius, angle - half), hall.at(radius, angle + half)
                scene.show(
                    ZONE, m.LAMP, quad((x0, y - 0.07, z0), (x1, y - 0.07, z1), (x1, y - 0.035, z1), (x0, y - 0.035, z0))
                )


def _stage(scene: Scene, hall: HallPlan) -> None:
    """Armchairs for a panel on the south side of the stage, and a low table."""
    x, z = hall.lectern
    reach = hall.stage_half_width - 3.0
    count = 4 if reach > 3 else 2
    chair = [
        box((-0.33, 0.33), (0.12, 0.42), (-0.3, 0.3), bottom=True), box((-0.33, 0.33), (0.42, 0.85), (0.2, 0.34)),
        box((-0.4, -0.3), (0.0, 0.6), (-0.3, 0.34)), box((0.3, 0.4), (0.0, 0.6), (-0.3, 0.34)),
    ]  # fmt: skip
    for k in range(count):
        place = (x - 0.9, hall.stage_floor, z + 1.9 + k * 1.15)
        scene.show(ZONE, m.ARMCHAIR, placed(join(chair), place, yaw_of((1.0, -0.25))))
        scene.block(
            hall.room,
            box((place[0] - 0.35, place[0] + 0.35), (place[1], place[1] + 0.8), (place[2] - 0.35, place[2] + 0.35)),
        )
    middle = (x + 0.45, z + 1.9 + (count - 1) * 0.575)
    top = arc((0.0, 0.0), 0.38, 0.0, 2 * np.pi, 0.3)[:-1]
    scene.show(ZONE, m.WOOD, placed(prism(top, 0.38, 0.42, bottom=True), (middle[0], hall.stage_floor, middle[1])))
    scene.show(
        ZONE, m.DARK, placed(box((-0.04, 0.04), (0, 0.38), (-0.04, 0.04)), (middle[0], hall.stage_floor, middle[1]))
    )
