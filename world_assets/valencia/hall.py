"""An auditorium: terraces, stage, walls, ceiling, screen, doors, and its seats counted exactly."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from world_assets.valencia import doors, furniture, plan
from world_assets.valencia import materials as m
from world_assets.valencia.geometry import (
    F64,
    Opening,
    Surface,
    arc,
    box,
    curtain,
    flip,
    lengths,
    placed,
)
from world_assets.valencia.plan import HallPlan
from world_assets.valencia.scene import Scene, polygon_extra
from world_assets.valencia.tiles import tiled

ZONE = "halls"
WALL = 0.3


@dataclass(frozen=True, slots=True)
class HallSeats:
    """Seats row by row from the front, north to south: floor points (n, 3), yaws (n,) radians, row (n,), labels."""

    positions: F64
    yaws: F64
    rows: NDArray[np.int64]
    labels: list[str]


def seats_of(hall: HallPlan) -> HallSeats:
    """Exactly ``hall.seats`` seats: blocks between aisles are filled, then those farthest from the lectern left out."""
    radii: list[float] = []
    angles: list[float] = []
    rows: list[int] = []
    for row in range(hall.rows):
        radius = hall.first_row + row * hall.pitch
        half_aisle = hall.aisle_width / 2 / radius
        edges = [-hall.half_angle, *(a + s * half_aisle for a in hall.aisles for s in (-1, 1)), hall.half_angle]
        for start, end in zip(edges[::2], edges[1::2], strict=True):
            count = int((end - start) * radius / hall.seat_width)
            width = hall.seat_width / radius
            first = (start + end) / 2 - (count - 1) / 2 * width
            radii += [radius] * count
            angles += [first + k * width for k in range(count)]
            rows += [row] * count
    reach, angle, row_of = np.array(radii), np.array(angles), np.array(rows)
    x, z = hall.centre[0] + reach * np.cos(angle), hall.centre[1] + reach * np.sin(angle)
    distance = np.hypot(x - hall.lectern[0], z - hall.lectern[1])
    if len(x) < hall.seats:
        raise ValueError(f"{hall.room} holds {len(x)} seats, fewer than {hall.seats}; widen half_angle or add rows")
    kept = np.sort(np.argsort(distance, kind="stable")[: hall.seats])
    positions = np.column_stack([x, hall.low + row_of * hall.rise, z])[kept]
    yaws = np.arctan2(np.cos(angle), np.sin(angle))[kept]
    return HallSeats(positions, yaws, row_of[kept], _labels(row_of[kept]))


def _labels(rows: NDArray[np.int64]) -> list[str]:
    labels, number, current = [], 0, -1
    for row in rows:
        number = number + 1 if row == current else 1
        current = row
        labels.append(f"{row_name(int(row))}{number}")
    return labels


def row_name(row: int) -> str:
    """A, B, ... Z, AA, AB."""
    return chr(65 + row) if row < 26 else "A" + chr(65 + row - 26)


def build_hall(scene: Scene, hall: HallPlan) -> None:
    """Put the whole hall into the scene."""
    _terraces(scene, hall)
    _stage(scene, hall)
    _walls(scene, hall)
    _ceiling(scene, hall)
    _seats(scene, hall)
    _markers(scene, hall)


def sector(hall: HallPlan, inner: float, outer: float, y: float, start: float, end: float) -> Surface:
    """A flat piece of ring between two angles, facing up."""
    count = max(2, int(np.ceil((end - start) * outer / 1.5)) + 1)
    angles = np.linspace(start, end, count)
    return _ring(hall, inner, outer, y, angles, angles)


def _ring(hall: HallPlan, inner: float, outer: float, y: float, inner_angles: F64, outer_angles: F64) -> Surface:
    a = np.array([hall.at(inner, t) for t in inner_angles])
    b = np.array([hall.at(outer, t) for t in outer_angles])
    return _strip(a, b, y)


def _strip(a: F64, b: F64, y: float) -> Surface:
    """Flat strip between two plan lines of as many points, facing up."""
    low = np.column_stack([a[:, 0], np.full(len(a), y), a[:, 1]])
    high = np.column_stack([b[:, 0], np.full(len(b), y), b[:, 1]])
    corners = np.stack([low[:-1], low[1:], high[1:], high[:-1]], axis=1).reshape(-1, 3)
    count = len(a) - 1
    faces = (np.arange(count)[:, None, None] * 4 + np.array([[0, 1, 2], [0, 2, 3]])).reshape(-1, 3)
    return corners, faces


def _terraces(scene: Scene, hall: HallPlan) -> None:
    walk = f"Walk_{hall.room}"
    edges = [hall.first_row - 0.62 + k * hall.pitch for k in range(hall.rows)] + [hall.wall_radius + WALL / 2]
    for row in range(hall.rows):
        inner, outer, y = edges[row], edges[row + 1], hall.low + row * hall.rise
        # Each floor runs on below the next riser: their arcs have other corners, and light would show between.
        outer = outer + 0.06 if row < hall.rows - 1 else outer
        a, b = hall.side_angle(inner), hall.side_angle(outer)
        count = max(4, int(2 * a * outer / 1.6))
        scene.floor(
            ZONE, m.CARPET, walk, _ring(hall, inner, outer, y, np.linspace(-a, a, count), np.linspace(-b, b, count))
        )
        if row:
            riser = np.array([hall.at(inner, t) for t in np.linspace(-a, a, count)])
            scene.show(ZONE, m.MAPLE_DARK, curtain(riser, y - hall.rise, y))
    first = edges[0]
    below_stage, first = hall.stage_radius - 0.2, first + 0.06
    a, b = hall.side_angle(below_stage), hall.side_angle(first)
    scene.floor(
        ZONE, m.CARPET, walk,
        _ring(hall, below_stage, first, hall.low, np.linspace(-a, a, 24), np.linspace(-b, b, 24)),
    )  # fmt: skip


def stage_polygon(hall: HallPlan) -> F64:
    """The stage seen from above."""
    side = hall.side_angle(hall.stage_radius)
    front = arc(hall.centre, hall.stage_radius, side, -side, 0.8)
    back, z, half = hall.centre[0] - hall.back, hall.centre[1], hall.stage_half_width
    return np.vstack([[back, z - half], [back, z + half], front])


def _stage(scene: Scene, hall: HallPlan) -> None:
    polygon = stage_polygon(hall)
    floor = hall.stage_floor
    scene.floor(ZONE, m.MAPLE, f"Walk_{hall.room}", tiled(polygon, floor, 1.6))
    side = hall.side_angle(hall.stage_radius)
    front = arc(hall.centre, hall.stage_radius, side, -side, 0.8)
    scene.show(ZONE, m.MAPLE_DARK, curtain(front, hall.low, floor))
    steps = round(hall.stage_height / 0.18) - 1
    width = 1.5 / hall.stage_radius
    for sign in (-1, 1):
        middle = sign * (side - width / 2 - 0.05)
        for k in range(steps):
            inner, outer = hall.stage_radius + 0.3 * k - 0.01, hall.stage_radius + 0.3 * (k + 1)
            y = floor - 0.18 * (k + 1)
            top = sector(hall, inner, outer, y, middle - width / 2, middle + width / 2)
            scene.floor(ZONE, m.MAPLE, f"Walk_{hall.room}", top)
            face = arc(hall.centre, outer, middle + width / 2, middle - width / 2, 0.8)
            scene.show(ZONE, m.MAPLE_DARK, curtain(face, hall.low, y))
            for angle in (middle - width / 2, middle + width / 2):
                edge = np.array([hall.at(inner, angle), hall.at(outer, angle)])
                scene.show(ZONE, m.MAPLE_DARK, curtain(edge, hall.low, y), flip(curtain(edge, hall.low, y)))
    x, z = hall.lectern
    lectern = furniture.lectern()
    for material, surface in lectern:
        scene.show(ZONE, material, placed(surface, (x + 0.55, floor, z), -float(np.pi / 2)))
    scene.block(hall.room, box((x + 0.35, x + 0.75), (floor, floor + 1.1), (z - 0.4, z + 0.4)))


def screen_height(hall: HallPlan) -> float:
    """Height of the screen, 16:9."""
    return hall.screen_width * 9 / 16


def screen_low(hall: HallPlan) -> float:
    """Height of the lower edge of the screen: people on the stage do not hide it."""
    return hall.stage_floor + hall.screen_lift


def _walls(scene: Scene, hall: HallPlan) -> None:
    grown = WALL / 2
    rear = hall.rear_arc(grown)
    radius = hall.wall_radius + grown
    side = hall.side_angle(radius, -grown)
    reach = float(lengths(rear)[-1])
    openings = []
    for number, angle in enumerate(hall.doors, 1):
        middle = reach * (side - angle) / (2 * side)
        openings.append(Opening(middle - 0.95, middle + 0.95, 2.3))
        x, z = hall.at(radius, angle)
        yaw = float(np.arctan2(np.cos(angle), np.sin(angle)))
        doors.double(
            scene, f"door_{hall.room}_{number}", f"{hall.title}, door {number}", ("foyer", hall.room),
            (x, 0.0, z), yaw, 1.9, 2.3,
        )  # fmt: skip
    scene.wall(hall.room, rear, 0.0, hall.ceiling + 0.4, m.MAPLE, m.MAPLE, openings=openings, zones=(ZONE, "ground"))
    outline = hall.outline(grown)
    count = len(rear)
    # outline: back north-west, back south-west, front south, rear arc, front north
    path = np.vstack([rear[-1:], outline[3 + count :], outline[:2], outline[2:3], rear[:1]])
    stage_doors = []
    if hall is plan.PLENARY:
        distance = float(lengths(path)[2]) + doors.STAGE_DOOR_FROM_CORNER
        stage_doors = [Opening(distance - 0.6, distance + 0.6, hall.stage_floor + 2.2, hall.stage_floor)]
    scene.wall(
        hall.room, path, hall.low, hall.ceiling + 0.4, m.MAPLE, m.WHITE, openings=stage_doors, zones=(ZONE, "ground")
    )


def _ceiling(scene: Scene, hall: HallPlan) -> None:
    scene.show(ZONE, m.CEILING, flip(tiled(hall.outline(), hall.ceiling, 2.0)))
    scene.show("ground", m.CONCRETE, tiled(hall.outline(0.3), hall.ceiling + 0.4, 3.0))
    _screen(scene, hall)


def _screen(scene: Scene, hall: HallPlan) -> None:
    width, height, low = hall.screen_width, screen_height(hall), screen_low(hall)
    x, z = hall.centre[0] - hall.back + 0.12, hall.centre[1]
    furniture.screen(scene, ZONE, f"Screen_{hall.room}", hall.room, (x, low + height / 2, z), -np.pi / 2, width)


def _seats(scene: Scene, hall: HallPlan) -> None:
    seats = seats_of(hall)
    _backrests(scene, hall, seats)
    furniture.seat_block(scene, f"Seats_{hall.room}", "chair", hall.room, seats.positions, seats.yaws, seats.labels)


def _backrests(scene: Scene, hall: HallPlan, seats: HallSeats) -> None:
    """Nobody walks through the backs of the chairs: rows are entered from the aisles."""
    across = np.linalg.norm(np.diff(seats.positions[:, [0, 2]], axis=0), axis=1)
    ends = np.flatnonzero((np.diff(seats.rows) > 0) | (across > hall.seat_width * 1.5))
    for block in np.split(np.arange(len(seats.rows)), ends + 1):
        points = seats.positions[block]
        angles = np.arctan2(points[:, 2] - hall.centre[1], points[:, 0] - hall.centre[0])
        radius = hall.first_row + int(seats.rows[block[0]]) * hall.pitch + 0.1
        half = hall.seat_width / 2 / radius
        line = arc(hall.centre, radius, float(angles.min()) - half, float(angles.max()) + half, 0.8)
        scene.block(f"{hall.room}_seats", curtain(line, float(points[0, 1]) + 0.1, float(points[0, 1]) + 0.9))


def _markers(scene: Scene, hall: HallPlan) -> None:
    scene.mark(
        f"Room_{hall.room}", (*_lifted(hall.lectern, hall.low),), 0.0, title=hall.title, kind="auditorium", storey=0,
        polygon=polygon_extra(hall.outline(WALL / 2)), floor=round(hall.low, 3), ceiling=hall.ceiling,
        capacity=hall.seats, enclosed=True,
    )  # fmt: skip
    zone = f"stage_{hall.room}"
    scene.mark(
        f"Zone_{zone}", _lifted(hall.lectern, hall.stage_floor), 0.0, title=f"Stage of {hall.title}", kind="stage",
        room=hall.room, polygon=polygon_extra(stage_polygon(hall)), floor=round(hall.stage_floor - 0.1, 3),
        ceiling=hall.ceiling,
    )  # fmt: skip
    x, z = hall.lectern
    scene.mark(
        f"Stage_{hall.room}", (x, hall.stage_floor, z), -np.pi / 2, title=f"Stage of {hall.title}", room=hall.room,
        zone=zone, lectern=[round(x, 3), round(hall.stage_floor, 3), round(z, 3)],
    )  # fmt: skip


def _lifted(point: tuple[float, float], y: float) -> tuple[float, float, float]:
    return point[0], y, point[1]
