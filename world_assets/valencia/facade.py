"""The glazed fronts: glass, mullions, translucent louvres, and the slender columns that carry the floating roof."""

from __future__ import annotations

import numpy as np

from world_assets.valencia import materials as m
from world_assets.valencia import plan
from world_assets.valencia.foyer import MAIN_DOORS
from world_assets.valencia.geometry import (
    F64,
    Opening,
    Surface,
    at_height,
    box,
    cut,
    join,
    lengths,
    placed,
    ribbon,
    tube,
    wall,
)
from world_assets.valencia.roof import soffit_height
from world_assets.valencia.scene import Scene, yaw_of

ZONE = "outside"
_END = -83.0
#: Feet and heads (x, z) of the slanted columns under the canopy: aside of what one sees on arrival, the title over the
#: registration desk.
COLUMNS = (((-14.6, 70.5), (-11.4, 76.0)), ((7.6, 71.5), (6.0, 77.0)))


def build_facade(scene: Scene) -> None:
    """East front, south front, closed west side."""
    _front(scene)
    _louvres(scene)
    _columns(scene)
    _south(scene)
    _back(scene)


def _front(scene: Scene) -> None:
    path = plan.east_arc(plan.SOUTH_WALL, _END, plan.FRONT_INSET, step=3.0)
    scene.wall("front", path, 0.0, plan.FOYER_HEIGHT, m.GLASS, m.GLASS, thickness=0.04, zones=(ZONE, ZONE))
    scene.show(ZONE, m.STEEL, *_mullions(path))
    for y in (0.0, 3.0, 6.0, plan.FOYER_HEIGHT - 0.1):
        scene.show(ZONE, m.STEEL, *_transom(path, y, 0.1))


def _mullions(path: F64, depth: float = 0.22) -> list[Surface]:
    post = box((-0.04, 0.04), (0.0, plan.FOYER_HEIGHT), (-depth / 2, depth / 2))
    direction = np.gradient(path, axis=0)
    return [
        placed(post, (x, 0.0, z), yaw_of((-dz, dx)))
        for (x, z), (dx, dz) in zip(path, direction, strict=True)
    ]  # fmt: skip


def _transom(path: F64, y: float, tall: float) -> list[Surface]:
    made = wall(path, y, y + tall, 0.1)
    return [made.left, made.right, made.edge]


def _louvres(scene: Scene) -> None:
    outer = plan.east_arc(plan.SOUTH_WALL, _END, plan.FRONT_INSET - 0.75, step=3.0)
    inner = plan.east_arc(plan.SOUTH_WALL, _END, plan.FRONT_INSET - 0.35, step=3.0)
    for y in np.arange(3.6, plan.FOYER_HEIGHT, 0.72):
        scene.show(ZONE, m.LOUVRE, ribbon(at_height(outer, y - 0.16), at_height(inner, y + 0.12)))


def _columns(scene: Scene) -> None:
    path = plan.east_arc(60.0, -78.0, 1.0, step=9.0)
    for x, z in path:
        top = soffit_height(x, z) + 0.1
        scene.show(ZONE, m.ZINC, tube(np.array([[x, 0.0, z], [x, top, z]]), 0.13, 8))
        scene.block("columns", box((x - 0.13, x + 0.13), (0.0, 2.0), (z - 0.13, z + 0.13)))
    for foot, head in COLUMNS:
        line = np.array([[foot[0], 0.0, foot[1]], [head[0], soffit_height(*head) + 0.1, head[1]]])
        scene.show(ZONE, m.ZINC, tube(line, 0.17, 10))
        scene.block("columns", box((foot[0] - 0.25, foot[0] + 0.25), (0.0, 2.0), (foot[1] - 0.2, foot[1] + 0.6)))


def _south(scene: Scene) -> None:
    start = plan.west_x(plan.SOUTH_WALL, plan.BACK_INSET)
    path = np.array([[start, plan.SOUTH_WALL], [plan.east_x(plan.SOUTH_WALL, plan.FRONT_INSET), plan.SOUTH_WALL]])
    openings = [Opening(x - 1.0 - start, x + 1.0 - start, 2.5) for x in MAIN_DOORS]
    scene.wall(
        "front", path, 0.0, plan.FOYER_HEIGHT, m.GLASS, m.GLASS, thickness=0.04, openings=openings, zones=(ZONE, ZONE)
    )
    xs = [x for x in np.arange(start, path[1, 0], 2.5) if all(abs(x - door) > 1.4 for door in MAIN_DOORS)]
    xs += [door + side for door in MAIN_DOORS for side in (-1.05, 1.05)]
    post = box((-0.04, 0.04), (0.0, plan.FOYER_HEIGHT), (-0.11, 0.11))
    scene.show(ZONE, m.STEEL, join([placed(post, (x, 0.0, plan.SOUTH_WALL)) for x in xs]))
    for y in (2.5, 5.7, plan.FOYER_HEIGHT - 0.1):
        scene.show(ZONE, m.STEEL, *_transom(path, y, 0.1))
    edges = [0.0, *sorted(x + side - start for x in MAIN_DOORS for side in (-1.0, 1.0)), float(lengths(path)[-1])]
    for low, high in zip(edges[::2], edges[1::2], strict=True):
        scene.show(ZONE, m.STEEL, *_transom(cut(path, low, high), 0.0, 0.1))


def _back(scene: Scene) -> None:
    path = plan.west_arc(_END, plan.SOUTH_WALL, plan.BACK_INSET, step=3.0)
    scene.wall("back", path, 0.0, plan.FOYER_HEIGHT, m.WHITE, m.STONE, zones=("ground", ZONE))
    tip = np.array([[plan.east_x(_END, plan.FRONT_INSET), _END], [plan.west_x(_END, plan.BACK_INSET), _END]])
    scene.wall("back", tip, 0.0, plan.FOYER_HEIGHT, m.WHITE, m.STONE, zones=("ground", ZONE))
    outer = plan.west_arc(_END, plan.SOUTH_WALL, plan.BACK_INSET - 0.16, step=3.0)
    for y in (1.5, 3.0, 4.5, 6.0, 7.5):
        scene.show(ZONE, m.CONCRETE, ribbon(at_height(outer, y), at_height(outer, y + 0.06)))
