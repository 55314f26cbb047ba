"""Doors: the marker at the sill, and leaves that the client swings."""

from __future__ import annotations

import numpy as np

from world_assets.valencia import materials as m
from world_assets.valencia.geometry import Surface, box, join
from world_assets.valencia.materials import Material
from world_assets.valencia.scene import Node, Scene

#: The door between green room and stage lies this far from the north-west corner of the plenary, along its back wall.
STAGE_DOOR_FROM_CORNER = 1.3
_SWING = np.pi * 0.53
Point3 = tuple[float, float, float]


def _leaf(width: float, height: float, material: Material) -> list[tuple[Material, Surface]]:
    """A leaf from its hinge (the origin) towards +x, closed in the plane z = 0, with handles on both sides."""
    panel = box((0.0, width - 0.01), (0.01, height - 0.02), (-0.025, 0.025), bottom=True)
    handle = [box((width - 0.14, width - 0.1), (0.85, 1.35), z, bottom=True) for z in ((-0.09, -0.06), (0.06, 0.09))]
    # In the same finish as the leaf: one draw call.
    metal = Material(material.finish, m.STEEL.colour, baked=0.0)
    return [(material, panel), (metal, join(handle))]


def mark(
    scene: Scene, door: str, title: str, rooms: tuple[str, str], sill: Point3, yaw: float, width: float, height: float
) -> None:
    """The door's marker; ``yaw`` looks from the first room into the second."""
    scene.mark(f"Door_{door}", sill, yaw, title=title, rooms=list(rooms), width=width, height=height, open=True)


def double(
    scene: Scene, door: str, title: str, rooms: tuple[str, str], sill: Point3, yaw: float, width: float,
    height: float, material: Material = m.MAPLE_DARK,
) -> None:  # fmt: skip
    """Two leaves that open into the second room."""
    mark(scene, door, title, rooms, sill, yaw, width, height)
    right = np.array([np.cos(yaw), -np.sin(yaw)])
    for number, sign in enumerate((-1, 1), 1):
        hinge = np.array([sill[0], sill[2]]) + sign * right * width / 2
        closed = yaw if sign < 0 else yaw + np.pi
        _hang(scene, f"Leaf_{door}_{number}", door, (hinge[0], sill[1], hinge[1]), closed, closed - sign * _SWING,
              width / 2, height, material)  # fmt: skip


def single(
    scene: Scene, door: str, title: str, rooms: tuple[str, str], sill: Point3, yaw: float, width: float,
    height: float, material: Material = m.MAPLE_DARK,
) -> None:  # fmt: skip
    """One leaf, hung on the left, that opens into the second room."""
    mark(scene, door, title, rooms, sill, yaw, width, height)
    hinge = np.array([sill[0], sill[2]]) - np.array([np.cos(yaw), -np.sin(yaw)]) * width / 2
    _hang(scene, f"Leaf_{door}_1", door, (hinge[0], sill[1], hinge[1]), yaw, yaw + _SWING, width, height, material)


def _hang(
    scene: Scene, name: str, door: str, hinge: Point3, closed: float, opened: float, width: float, height: float,
    material: Material,
) -> None:  # fmt: skip
    x, y, z = (round(float(v), 4) for v in hinge)
    extras = {"door": door, "closed": round(float(closed), 4), "open": round(float(opened), 4)}
    scene.nodes.append(Node(name, (x, y, z), float(opened), extras, parts=tuple(_leaf(width, height, material))))
