"""Outside: the plaza with its fountain at the south end, the promenade with pools along the front, grass and trees."""

from __future__ import annotations

import numpy as np

from world_assets.valencia import materials as m
from world_assets.valencia import plan
from world_assets.valencia.amenities import blob, circle
from world_assets.valencia.facts import facts
from world_assets.valencia.geometry import (
    F64,
    Surface,
    arc,
    at_height,
    box,
    curtain,
    face_up,
    flip,
    placed,
    prism,
    ribbon,
    tube,
)
from world_assets.valencia.scene import Scene
from world_assets.valencia.signs import board
from world_assets.valencia.tiles import keyhole, tiled

ZONE = "outside"
FOUNTAIN = (-4.0, 100.0)
FOUNTAIN_RADIUS = 6.0
_POOLS = ((-56.0, -30.0), (-24.0, 8.0), (14.0, 46.0))


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
    south = np.array(
        [
            [42.0, 70.0],
            [42.0, 124.0],
            [-44.0, 124.0],
            [-44.0, plan.SOUTH_WALL],
            [west, plan.SOUTH_WALL],
            [east, plan.SOUTH_WALL],
        ]
    )
    return np.vstack([front, south, inner])


def build_plaza(scene: Scene) -> None:
    """Ground, paving, water, trees, and where people enter."""
    _ground(scene)
    _fountain(scene)
    _pools(scene)
    _trees(scene)
    _furniture(scene)
    # before the title over the registration desk, and far enough that an upright phone shows the whole of it
    scene.mark("Spawn_plaza", (plan.REGISTRATION_X, 0.0, 84.0), 0.0, title="Plaza", radius=3.0)
    scene.mark("Landmark_fountain", (FOUNTAIN[0], 0.0, FOUNTAIN[1] - 8.0), np.pi, title="Fountain", kind="fountain")
    scene.mark("Landmark_plaza", (-4.0, 0.0, 84.0), 0.0, title="Plaza", kind="plaza")


def _ground(scene: Scene) -> None:
    ground = arc((0.0, 5.0), 143.0, 0.0, 2 * np.pi, 14.0)[:-1]
    scene.show(ZONE, m.GRASS, tiled(keyhole(ground, shell_outline()), -0.06, 12.0))
    scene.floor(ZONE, m.PAVING, "Walk_outside", tiled(plaza_polygon(), 0.0, 5.0))
    for x in np.arange(-40.0, 42.0, 8.0):
        scene.show(ZONE, m.CONCRETE, _band((x, x + 0.35), (plan.SOUTH_WALL + 0.3, 124.0)))
    for z in np.arange(72.0, 124.0, 8.0):
        scene.show(ZONE, m.CONCRETE, _band((-44.0, 42.0), (z, z + 0.35)))


def _band(x: tuple[float, float], z: tuple[float, float]) -> Surface:
    return face_up(np.array([[x[0], z[0]], [x[0], z[1]], [x[1], z[1]], [x[1], z[0]]]), 0.02)


def _fountain(scene: Scene) -> None:
    at = (FOUNTAIN[0], 0.0, FOUNTAIN[1])
    rim, inner = circle(FOUNTAIN_RADIUS, 36), circle(FOUNTAIN_RADIUS - 0.5, 36)
    scene.block("fountain", placed(prism(rim, 0.0, 1.2), at))
    scene.show(ZONE, m.STONE, placed(curtain(rim[::-1], 0.0, 0.5, closed=True), at))
    scene.show(ZONE, m.STONE, placed(flip(curtain(rim[::-1], 0.0, 0.5, closed=True)), at))
    scene.show(
        ZONE,
        m.STONE,
        placed(
            ribbon(
                np.vstack([at_height(rim, 0.5), at_height(rim[:1], 0.5)])[::-1],
                np.vstack([at_height(inner, 0.5), at_height(inner[:1], 0.5)])[::-1],
            ),
            at,
        ),
    )
    scene.show(
        ZONE,
        m.STONE,
        placed(curtain(inner, 0.0, 0.5, closed=True), at),
        placed(flip(curtain(inner, 0.0, 0.5, closed=True)), at),
    )
    scene.show(ZONE, m.TEAL, placed(face_up(inner, 0.02), at))
    scene.show(ZONE, m.WATER, placed(face_up(inner, 0.38), at))
    scene.show(ZONE, m.STONE, placed(prism(circle(1.1, 18), 0.0, 0.9), at))
    scene.show(ZONE, m.WATER, placed(prism(circle(0.95, 18), 0.9, 0.93), at))
    jet = np.array([[0.0, 0.9, 0.0], [0.0, 2.4, 0.0], [0.0, 3.6, 0.0]])
    scene.show(ZONE, m.SPRAY, placed(tube(jet, 0.09, 7), at), placed(blob(0.45, 1.1), (at[0], 3.5, at[2])))
    share = np.linspace(0, 1, 7)
    for k in range(12):
        angle = k * np.pi / 6
        out = np.array([np.cos(angle), 0.0, np.sin(angle)])
        bow = out[None] * (4.9 - 3.6 * share)[:, None]
        bow[:, 1] = 0.4 + 5.2 * share * (1.1 - share)
        scene.show(ZONE, m.SPRAY, placed(tube(bow, 0.045, 5), at))


def _pools(scene: Scene) -> None:
    """Shallow pools along the glazed front; a low kerb, and no way in for feet."""
    for start, end in _POOLS:
        near, far = (plan.east_arc(start, end, inset, step=3.0) for inset in (-3.0, -8.0))
        count = min(len(near), len(far))
        near, far = near[:count], far[:count]
        outline = np.vstack([near, far[::-1]])
        scene.show(ZONE, m.STONE, prism(outline, 0.0, 0.14))
        near2, far2 = (plan.east_arc(start + 0.4, end - 0.4, inset, step=3.0) for inset in (-3.4, -7.6))
        count = min(len(near2), len(far2))
        water = np.vstack([near2[:count], far2[:count][::-1]])
        scene.show(ZONE, m.WATER, face_up(water, 0.16))
        scene.block("pools", prism(outline, 0.0, 0.9))


def _tree(scene: Scene, x: float, z: float, size: float) -> None:
    trunk = placed(prism(circle(0.16 * size, 6), 0.0, 2.2 * size), (x, -0.05, z))
    scene.show(ZONE, m.BARK, trunk)
    for dx, dz, y, radius in ((0.0, 0.0, 3.5, 1.6), (0.8, 0.3, 2.9, 1.05), (-0.7, 0.5, 3.0, 1.1)):
        crown = placed(blob(radius * size, radius * 1.9 * size), (x + dx * size, y * size, z + dz * size), x * 3 + z)
        scene.show(ZONE, m.LEAF if radius < 1.5 else m.LEAF_LIGHT, crown)


def _trees(scene: Scene) -> None:
    for x in (-38.0, 36.0):
        for z in np.arange(76.0, 122.0, 9.0):
            _tree(scene, x, float(z), 1.25)
            scene.block("trees", box((x - 0.25, x + 0.25), (0.0, 2.0), (z - 0.25, z + 0.25)))
    for x, z in plan.east_arc(-62.0, 56.0, -19.5, step=11.0):
        _tree(scene, float(x), float(z), 1.4)
    for x, z in plan.west_arc(-70.0, 60.0, -12.0, step=13.0):
        _tree(scene, float(x), float(z), 1.5)
    for k in range(56):
        angle = k * 2 * np.pi / 56
        reach = 128.0 + 7.0 * np.sin(k * 2.4)
        _backdrop(scene, reach * np.cos(angle), 5.0 + reach * np.sin(angle), 1.0 + 0.3 * np.sin(k * 1.7))


def _backdrop(scene: Scene, x: float, z: float, size: float) -> None:
    """A far clump of trees: crowns only."""
    scene.show(ZONE, m.LEAF, placed(blob(6.5 * size, 9.0 * size, 4, 7), (x, 2.0, z), x))


def _furniture(scene: Scene) -> None:
    signs = facts()["signs"]
    board(scene, ZONE, signs["plaza"], 0.42, (9.5, 2.0, 86.0), np.pi + 0.3, both=True)
    for dx in (-3.0, 3.0):
        scene.show(
            ZONE, m.STEEL, box((9.5 + dx - 0.06, 9.5 + dx + 0.06), (0.0, 1.0), (85.94 - dx * 0.31, 86.06 - dx * 0.31))
        )
    scene.block("plaza_board", placed(box((-3.9, 3.9), (0.0, 2.0), (-0.15, 0.15)), (9.5, 0.0, 86.0), np.pi + 0.3))
    for k in range(8):
        angle = k * np.pi / 4 + np.pi / 8
        x, z = FOUNTAIN[0] + 10.0 * np.cos(angle), FOUNTAIN[1] + 10.0 * np.sin(angle)
        seat = placed(box((-1.2, 1.2), (0.0, 0.45), (-0.28, 0.28)), (x, 0.0, z), np.pi / 2 - angle)
        scene.show(ZONE, m.STONE, seat)
        scene.block("plaza_benches", seat)
