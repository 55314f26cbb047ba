"""Desks, benches, lamps and plants of entrance and foyer, with the places they mark."""

from __future__ import annotations

import numpy as np

from world_assets.valencia import materials as m
from world_assets.valencia import plan
from world_assets.valencia.facts import facts
from world_assets.valencia.geometry import F64, Surface, arc, at_height, box, join, placed, prism, ribbon, tube
from world_assets.valencia.light import Lamp
from world_assets.valencia.roof import soffit_height
from world_assets.valencia.scene import Scene, polygon_extra, yaw_of
from world_assets.valencia.signs import board, write

ZONE = "ground"
_HELP = (12.6, 34.0)


def build_amenities(scene: Scene) -> None:
    """Everything that makes the long hall a place to stay."""
    _registration(scene)
    _help_desk(scene)
    _runner(scene)
    _pendants(scene)
    _benches(scene)
    _lounge(scene)
    _plants(scene)


def circle(radius: float, sides: int = 14) -> F64:
    """A regular polygon about the origin."""
    return arc((0.0, 0.0), radius, 0.0, 2 * np.pi, 2 * np.pi * radius / sides)[:-1]


def _registration(scene: Scene) -> None:
    x, z = (plan.REGISTRATION_X - 6.0, plan.REGISTRATION_X + 6.0), (55.2, 55.9)
    scene.solid_box(ZONE, m.MAPLE, x, (0.0, 1.0), z)
    scene.show(ZONE, m.WHITE, box((x[0] - 0.08, x[1] + 0.08), (1.0, 1.06), (z[0] - 0.05, z[1] + 0.1), bottom=True))
    bars = [box((a, a + 0.05), (0.1, 0.98), (z[1], z[1] + 0.05)) for a in np.arange(x[0] + 0.2, x[1], 0.4)]
    scene.show(ZONE, m.MAPLE_DARK, *bars)
    scene.show(ZONE, m.LAMP, box(x, (0.93, 0.97), (z[1] + 0.05, z[1] + 0.07), bottom=True))
    for k in range(4):
        screen = placed(box((-0.27, 0.27), (0.0, 0.34), (-0.015, 0.015), bottom=True), (-10.0 + 3.0 * k, 1.1, 55.4))
        scene.show(ZONE, m.DARK, screen)
    middle = plan.REGISTRATION_X
    wall = plan.ENTRANCE_LINE + 0.2
    write(scene, "Registration", 0.42, (middle, 2.75, wall), np.pi, m.INK_RAISED)
    signs = facts()["signs"]
    write(scene, signs["welcome"], 0.85, (middle, 5.6, wall), np.pi, m.INK_RAISED)
    write(scene, signs["when"], 0.46, (middle, 4.4, wall), np.pi, m.INK_RAISED)
    for k in range(5):
        scene.lamps.append(Lamp((-13.0 + 4.0 * k, 4.4, 54.3), 6.5, 0.35))
    scene.mark("Landmark_registration", (middle, 0.0, 57.4), 0.0, title="Registration desk", kind="registration")
    safe = np.array([[5.0, 58.5], [5.0, 63.5], [11.0, 63.5], [11.0, 58.5]])
    scene.mark(
        "Zone_safe", (8.0, 0.0, 61.0), 0.0, title="Quiet place by the entrance", kind="safe", room="entrance",
        polygon=polygon_extra(safe), floor=0.0, ceiling=3.0,
    )  # fmt: skip


def _help_desk(scene: Scene) -> None:
    x, z = _HELP
    at = (x, 0.0, z)
    ring = circle(1.7, 20)
    inner = circle(1.15, 20)
    scene.show(ZONE, m.TEAL, placed(prism(ring, 0.0, 0.98), at))
    scene.show(ZONE, m.WHITE, placed(prism(circle(1.78, 20), 0.98, 1.04, bottom=True), at))
    scene.show(ZONE, m.DARK, placed(prism(inner, 1.04, 1.045), at))
    scene.show(ZONE, m.STEEL, placed(tube(np.array([[0.0, 1.0, 0.0], [0.0, 3.4, 0.0]]), 0.05), at))
    for yaw in (0.0, np.pi / 2):
        board(scene, ZONE, ["Help desk"], 0.3, (x, 3.0 + (0.0 if yaw == 0.0 else 0.75), z), yaw, both=True, back=m.TEAL)
    scene.block("help_desk", placed(prism(ring, 0.0, 1.0), at))
    scene.lamps.append(Lamp((x, 4.0, z), 6.0, 0.4))
    scene.mark("Landmark_help_desk", (x + 0.4, 0.0, z + 2.7), 0.0, title="Help desk", kind="help_desk")


def _runner(scene: Scene) -> None:
    """A long carpet between the drums and the glass, and a dark band along the glass."""
    for inset, width, material in ((6.2, 3.0, m.RUNNER), (2.75, 0.5, m.GREY)):
        outer = plan.east_arc(50.0, -60.0, inset, step=2.4)
        inner = plan.east_arc(50.0, -60.0, inset + width, step=2.4)
        count = min(len(outer), len(inner))
        scene.show(ZONE, material, ribbon(at_height(outer[:count], 0.012), at_height(inner[:count], 0.012)))


def _pendants(scene: Scene) -> None:
    path = plan.east_arc(46.0, -58.0, 7.8, step=5.5)
    for number, (x, z) in enumerate(path):
        y = 5.4 + 0.5 * (number % 2)
        scene.show(ZONE, m.LAMP, placed(prism(circle(0.34, 12), y, y + 0.16, bottom=True), (x, 0.0, z)))
        scene.show(ZONE, m.WHITE, placed(prism(circle(0.36, 12), y + 0.16, y + 0.26), (x, 0.0, z)))
        rod = box((x - 0.01, x + 0.01), (y + 0.2, soffit_height(float(x), float(z))), (z - 0.01, z + 0.01))
        scene.show(ZONE, m.STEEL, rod)
        scene.lamps.append(Lamp((float(x), y - 0.2, float(z)), 8.0, 0.22))


def _bench() -> list[tuple[m.Material, Surface]]:
    return [
        (m.WOOD, box((-1.2, 1.2), (0.38, 0.46), (-0.27, 0.27), bottom=True)),
        (m.GREY, join([box((s * 0.9 - 0.05, s * 0.9 + 0.05), (0.0, 0.38), (-0.22, 0.22)) for s in (-1, 1)])),
    ]


def _benches(scene: Scene) -> None:
    path = plan.east_arc(38.0, -52.0, 4.3, step=11.0)
    for x, z in path[1::2]:
        yaw = yaw_of((x - plan.EAST_CENTRE[0], z))
        for material, surface in _bench():
            scene.show(ZONE, material, placed(surface, (x, 0.0, z), yaw))
        scene.block("benches", placed(box((-1.2, 1.2), (0.0, 0.5), (-0.27, 0.27)), (x, 0.0, z), yaw))


def _lounge(scene: Scene) -> None:
    """Two corners with sofas, where a few people talk among themselves."""
    for number, z in enumerate((-20.0, 18.0), 1):
        x = plan.east_x(z, plan.FRONT_INSET) - 3.2
        yaw = yaw_of((x - plan.EAST_CENTRE[0], z))
        for side, turn in ((-1.5, -np.pi / 2), (1.5, np.pi / 2)):
            sofa = [
                box((-0.9, 0.9), (0.1, 0.42), (-0.4, 0.35), bottom=True), box((-0.9, 0.9), (0.42, 0.8), (0.2, 0.4)),
                box((-1.0, -0.85), (0.1, 0.6), (-0.4, 0.4)), box((0.85, 1.0), (0.1, 0.6), (-0.4, 0.4)),
            ]  # fmt: skip
            place = (x + np.cos(yaw) * side, 0.0, z - np.sin(yaw) * side)
            scene.show(ZONE, m.ARMCHAIR if number == 1 else m.TEAL, placed(join(sofa), place, yaw + turn))
            scene.block("lounge", placed(box((-1.0, 1.0), (0.0, 0.8), (-0.4, 0.4)), place, yaw + turn))
        scene.show(ZONE, m.WOOD, placed(prism(circle(0.45), 0.34, 0.4, bottom=True), (x, 0.0, z)))
        scene.show(ZONE, m.DARK, placed(box((-0.05, 0.05), (0.0, 0.34), (-0.05, 0.05)), (x, 0.0, z)))
        scene.show(ZONE, m.RUNNER, placed(prism(circle(2.6, 24), 0.0, 0.014), (x, 0.0, z)))
        scene.block("lounge", placed(prism(circle(0.4), 0.0, 0.4), (x, 0.0, z)))
        scene.mark(
            f"Zone_lounge_{number}", (x, 0.0, z), 0.0, title=f"Conversation corner {number}", kind="private",
            room="foyer", polygon=polygon_extra(circle(2.6, 16) + np.array([x, z])), floor=0.0, ceiling=3.0,
        )  # fmt: skip


def blob(radius: float, height: float, rings: int = 4, sides: int = 8) -> Surface:
    """A rounded body about the origin."""
    latitude = np.linspace(-np.pi / 2, np.pi / 2, rings + 1)
    angle = np.linspace(0, 2 * np.pi, sides, endpoint=False)
    wobble = 1 + 0.12 * np.sin(3 * angle)[None] * np.cos(2 * latitude)[:, None]
    x = radius * np.cos(latitude)[:, None] * np.cos(angle)[None] * wobble
    z = radius * np.cos(latitude)[:, None] * np.sin(angle)[None] * wobble
    y = np.broadcast_to(height / 2 * np.sin(latitude)[:, None], x.shape)
    vertices = np.stack([x, y, z], axis=2).reshape(-1, 3)
    first = (np.arange(rings)[:, None] * sides + np.arange(sides)).ravel()
    after = (np.arange(rings)[:, None] * sides + (np.arange(sides) + 1) % sides).ravel()
    faces = np.concatenate(
        [np.column_stack([first, first + sides, after + sides]), np.column_stack([first, after + sides, after])]
    )
    return vertices, faces


def _plants(scene: Scene) -> None:
    spots = [(float(x), float(z)) for x, z in plan.east_arc(33.0, -57.0, 4.3, step=11.0)[::2]]
    for x, z in [*spots, (-13.6, 56.0), (2.2, 56.0), (-17.5, 63.5)]:
        plant(scene, ZONE, (x, 0.0, z))


def plant(scene: Scene, zone: str, place: tuple[float, float, float]) -> None:
    """A bush in a pot."""
    x, y, z = place
    scene.show(zone, m.WHITE, placed(prism(circle(0.38, 10), 0.0, 0.6), place))
    scene.show(zone, m.BARK, placed(prism(circle(0.34, 10), 0.6, 0.61), place))
    for dx, dz, up, size in ((0.0, 0.0, 1.35, 0.55), (0.25, 0.1, 1.0, 0.4), (-0.2, 0.18, 1.05, 0.38)):
        scene.show(zone, m.LEAF, placed(blob(size, size * 2.2), (x + dx, y + up, z + dz), x))
    scene.block("plants", placed(prism(circle(0.36, 8), 0.0, 1.0), place))
